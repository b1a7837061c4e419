//! One question to a collector, and its answer.

use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use url::Url;
use url::form_urlencoded::Serializer;

use super::http::{self, HttpError, Request};
use super::reply::{Reply, ResultSet};
use crate::token::Token;
use crate::{Exit, Failure, address};

/// Where questions are taken.
const PATH: &str = "/jkool-service/jkql";

/// What to ask, and how.
pub(crate) struct Question<'a> {
    /// The collector.
    pub(crate) url: &'a Url,
    pub(crate) token: Option<&'a Token>,
    /// The statement, in jKQL.
    pub(crate) statement: &'a str,
    /// The dates to look at where the statement has none; the collector's default is today.
    pub(crate) date: Option<&'a str>,
    /// Where days begin.
    pub(crate) zone: &'a TimeZone,
    /// How many rows are wanted at most.
    pub(crate) most_rows: u32,
    /// How long the answer may take.
    pub(crate) patience: Duration,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// To the letter.
    pub(crate) raw: String,
    pub(crate) set: ResultSet,
    /// How long it took.
    pub(crate) elapsed: Duration,
}

/// Asks.
pub(crate) fn ask(question: &Question<'_>) -> Result<Answer, Failure> {
    if question.url.scheme() != "http" {
        return Err(Failure::usage(format_args!(
            "queries go to a collector by http for now, as to {}",
            address::LOCAL
        )));
    }
    let begun = Instant::now();
    let response = http::post(&Request {
        url: question.url,
        target: &target(question.url),
        token: question.token,
        form: &form(question),
        patience: question.patience,
    });
    let response = response.map_err(|error| {
        let exit = match error {
            HttpError::TooLong => Exit::NotDone,
            _ => Exit::Unreachable,
        };
        Failure::new(exit, error)
    })?;
    let elapsed = begun.elapsed();
    let raw = String::from_utf8_lossy(&response.body).into_owned();
    match Reply::read(response.status, &raw) {
        Reply::Rows(set) => Ok(Answer { raw, set, elapsed }),
        Reply::Unauthorized(words) => Err(Failure::new(
            Exit::Refused,
            format_args!("the collector refused the token: {words}"),
        )),
        Reply::Refused(words) => Err(Failure::not_done(words)),
        Reply::Foreign(words) => Err(Failure::not_done(format_args!(
            "{} gave no answer to a query: {words}; is it a collector?",
            address::origin(question.url)
        ))),
    }
}

/// The path to ask at, with the address's own query string.
fn target(url: &Url) -> String {
    let path = url.path();
    let path = if path.ends_with("/jkql") {
        path.to_owned()
    } else {
        format!("{}{PATH}", path.trim_end_matches('/'))
    };
    match url.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

fn form(question: &Question<'_>) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("jk_query", question.statement)
        .append_pair("jk_maxrows", &question.most_rows.to_string());
    if let Some(date) = question.date {
        form.append_pair("jk_date", date);
    }
    // A zone without a name is this machine's own, and the collector's too where it runs here.
    if let Some(name) = question.zone.iana_name() {
        form.append_pair("jk_tz", name);
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_queries_is_taken_as_it_is() {
        let target = |text: &str| target(&Url::parse(text).unwrap());
        assert_eq!(target("http://h:1"), "/jkool-service/jkql");
        assert_eq!(target("http://h:1/base/"), "/base/jkool-service/jkql");
        assert_eq!(target("http://h:1/ds-api/jkql"), "/ds-api/jkql");
        assert_eq!(target("http://h:1/jkql?repo=a"), "/jkql?repo=a");
    }

    #[test]
    fn parameters_are_encoded() {
        let question = Question {
            url: &Url::parse("http://h").unwrap(),
            token: None,
            statement: "get events where a = 'b&c'",
            date: Some("latest 3 days"),
            zone: &TimeZone::get("Europe/Vilnius").unwrap(),
            most_rows: 5,
            patience: Duration::from_secs(1),
        };
        assert_eq!(
            form(&question),
            "jk_query=get+events+where+a+%3D+%27b%26c%27&jk_maxrows=5&jk_date=latest+3+days&jk_tz=Europe%2FVilnius"
        );
    }
}
