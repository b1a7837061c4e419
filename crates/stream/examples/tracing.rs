//! A program that logs by `tracing` streams by one line: `tnt4::layer().init()`. Spans become activities.
//!
//!     TNT4_URL=http://127.0.0.1:6580 cargo run -p tnt4 --example tracing
//!     tnt4 query "get activities fields ActivityName, ActivityStatus, ElapsedTime, Correlator, Properties"
//!     tnt4 query "get events fields EventName, Severity, Message, ParentID, Properties"
//!
//! In a program of your own: `tnt4 = { …, features = ["tracing"] }` and `tracing = "0.1"`.

use std::error::Error;

use tracing::{Span, error, field, info, info_span, warn};

fn main() -> Result<(), Box<dyn Error>> {
    // When this is dropped, what was logged gets up to two seconds to be delivered.
    let _guard = tnt4::layer().init()?;

    info!("the shop is open");

    // What is logged within the span has it as parent, and its correlators.
    let checkout = info_span!("checkout", corrid = "order-4711", items = 3, paid = field::Empty).entered();
    warn!(item = 4711, left = 2.5, "stock is low");
    pay();

    // An error event within it makes the activity one that failed.
    if let Err(error) = "many".parse::<u32>() {
        error!(error = &error as &dyn Error, "the voucher cannot be read");
    }
    drop(checkout);
    Ok(())
}

fn pay() {
    // What is recorded later is a property as well.
    Span::current().record("paid", 99.5);
    let _within = info_span!("pay", method = "card").entered();
    info!(amount = 99.5, card_number = "4111 1111 1111 1111", "paid");
}
