//! The program as its users have it: arguments in; output, exit codes and stored records out.

#![cfg(unix)]
#![expect(clippy::expect_used, reason = "these are tests, and their helpers")]

mod support;

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
