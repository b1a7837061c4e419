//! The collector as the server of publishers.
//!
//! [`handshake`] lets a client in, [`connection`] reads its packets, [`session`] says what each means, [`clients`] knows
//! who is there.
//!
//! # What is promised
//!
//! * PUBACK and PUBREC go out after the commit. A message of QoS 2 whose PUBREL has not come is not taken again on this
//!   connection. Sessions end with their connections (*session present* is 0, always), and what comes again on the next
//!   one is stored once where it has a `tnt4-id`.
//! * There is nothing to subscribe to: SUBSCRIBE is answered by a failure for each filter. Wills and the mark *retain*
//!   are taken and mean nothing.
//! * With tokens, the password of a CONNECT must be one of them; the user name does not count.
//! * A client that is not heard of for one and a half of its keep-alive is gone; one without a keep-alive after an hour.
//! * A second connection under a client identifier ends the first.

mod clients;
mod connection;
mod end;
mod handshake;
mod session;

pub(crate) use clients::Clients;
pub(crate) use connection::serve;

#[cfg(test)]
mod tests;
