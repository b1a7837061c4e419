//! The way to a server of HTTP, step by step.

use std::sync::{Mutex, PoisonError};

use super::access::Grant;
use super::connection::Connection;
use super::proxy::Route;
use super::wire::Wire;
use super::{HttpTransport, Stop};
use crate::batch::Desk;
use crate::probe::{Step, Steps, Told, encryption};
use crate::{Batch, ProblemKind, Record, Setback, Transport, Verdict};

impl HttpTransport {
    /// Goes all steps; the last delivers this record, where there is one.
    pub(crate) fn go_all_steps(
        &mut self,
        record: Option<Vec<u8>>,
        steps: &mut Steps<'_>,
    ) -> Result<(), Told> {
        let endpoint = self.session.endpoint.clone();
        let addresses = steps.step(Step::Name, || {
            let addresses = self.dialer.addresses(&endpoint)?;
            let shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            Ok((shown.join(", "), addresses))
        })?;
        let mut socket = steps.step(Step::Connection, || {
            let (socket, address) = self.dialer.connect(&endpoint, &addresses)?;
            let open_to_all = if endpoint.secure || endpoint.place.is_loopback() {
                ""
            } else {
                "; not encrypted: token and records can be read on the way; use https"
            };
            Ok((format!("to {address}{open_to_all}"), socket))
        })?;
        if let Route::Through(proxy) = &self.dialer.route {
            let proxy = proxy.clone();
            steps.step(Step::Proxy, || {
                self.dialer.tunnel(&endpoint, &mut socket)?;
                let what = if endpoint.secure {
                    "lets us through"
                } else {
                    "is sent what is for the server"
                };
                Ok((format!("{proxy} {what}"), ()))
            })?;
        }
        let wire = if endpoint.secure {
            steps.step(Step::Tls, || {
                let wire = self.dialer.secure(&endpoint, socket)?;
                Ok((encryption(&wire), wire))
            })?
        } else {
            Wire::Plain(socket)
        };
        self.opened = Some(Connection::new(wire));
        steps.step(Step::Authorization, || {
            self.authorize().map(|detail| (detail, ()))
        })?;
        let Some(record) = record else {
            return Ok(());
        };
        steps.step(Step::RoundTrip, || {
            self.deliver_one(record)?;
            Ok(("acknowledged".to_owned(), ()))
        })
    }

    /// Asks for access, wherever the server sends us, and says what was granted.
    fn authorize(&mut self) -> Result<String, Setback> {
        let mut detail = String::new();
        loop {
            let grant = match self.connected() {
                Ok(connection) => connection.grant,
                Err(Stop::Redirected(target)) => {
                    self.session.redirected(target)?;
                    "redirected to another path; ".clone_into(&mut detail);
                    continue;
                }
                Err(Stop::Ended(why) | Stop::Late(why)) => return Err(Setback::retry(why)),
                // Nothing but the access-request was sent.
                Err(Stop::Doubted(status)) => {
                    return Err(Setback::retry(format!("the server answered {status}")));
                }
                Err(Stop::Setback(setback)) => return Err(setback),
            };
            detail.push_str(granted(grant, self.session.token.is_some()));
            return Ok(detail);
        }
    }

    /// Delivers this record, as any other.
    fn deliver_one(&mut self, record: Vec<u8>) -> Result<(), Setback> {
        let desk = Answer::default();
        let records = [Record::alone(0, record)];
        self.deliver(&mut Batch::new(&records, &desk))?;
        match desk.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(Verdict::Done) => Ok(()),
            Some(Verdict::Rejected(why)) => Err(Setback::retry_of(
                ProblemKind::Rejected,
                format!("the record was rejected: {why}"),
            )),
            None => Err(Setback::retry("the server has said nothing about the record")),
        }
    }
}

/// The verdict about the one record.
#[derive(Default)]
struct Answer(Mutex<Option<Verdict>>);

impl Desk for Answer {
    fn settle(&self, verdicts: &[(&Record, Verdict)]) {
        if let Some((_, verdict)) = verdicts.first() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict.clone());
        }
    }

    fn is_abandoned(&self) -> bool {
        false
    }
}

fn granted(grant: Grant, has_token: bool) -> &'static str {
    match (has_token, grant.takes_many, grant.takes_gzip) {
        (true, false, _) => "let in; one record a request",
        (true, true, false) => "let in; many records a request",
        (true, true, true) => "let in; many records a request, compressed or not",
        (false, false, _) => "let in without a token; one record a request",
        (false, true, false) => "let in without a token; many records a request",
        (false, true, true) => "let in without a token; many records a request, compressed or not",
    }
}
