//! The program as its users have it: arguments in; output, exit codes and stored records out.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "these are tests, and their helpers")]

mod support;

// What the stream's own stories have of brokers.
#[path = "../../../stream/tests/support/broker.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::panic,
    clippy::unwrap_used,
    reason = "not all of it is used, and it is for tests"
)]
mod broker;
#[path = "../../../stream/tests/support/mosquitto.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    clippy::panic,
    clippy::unwrap_used,
    reason = "not all of it is used, and it is for tests"
)]
mod mosquitto;
mod tls;

use support::wait_until;

mod brokers_get_what_is_sent;
mod exit_codes_tell_why;
mod queries_are_shown;
mod serve_starts_and_stops;
mod signals_end_a_delivery;
mod spools_are_shown_and_repaired;
mod the_demo_counts;
mod the_doctor_names_the_step;
mod the_reference_is_complete;
mod tokens_are_never_printed;
mod what_is_left_is_delivered;
mod what_is_sent_is_stored;
