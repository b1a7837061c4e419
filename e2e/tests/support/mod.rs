//! The command as a process, and a client of its collector.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]
#![allow(dead_code, reason = "each test uses its part of this")]

pub(crate) mod example;
pub(crate) mod http;
pub(crate) mod mosquitto;
pub(crate) mod process;
