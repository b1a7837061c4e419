//! An order as an activity, by hand: it begins, things happen within it, it ends.
//!
//!     TNT4_URL=http://127.0.0.1:6580 cargo run -p tnt4 --example activities
//!     tnt4 query "get activities fields ActivityName, ActivityStatus, ElapsedTime"
//!
//! With `tracing` a span is an activity, and none of this is needed: see the example `tracing`.

use std::error::Error;
use std::time::Duration;

use tnt4::{Activity, ActivityStatus, Builder, CompCode, Event, EventType, Snapshot, Stream, Timestamp};

fn main() -> Result<(), Box<dyn Error>> {
    let stream = Builder::from_env()?.build()?;
    checkout(&stream, "order-4711")?;
    let outcome = stream.close(Duration::from_secs(5));
    println!("{outcome}");
    if outcome.is_complete() {
        Ok(())
    } else {
        Err("the rest goes with the next start".into())
    }
}

fn checkout(stream: &Stream, order: &str) -> Result<(), tnt4::Dropped> {
    // It is reported when it begins, so that it is seen while it lasts.
    let activity = Activity::new("Checkout")
        .start_time(Timestamp::now())
        .correlator(order)
        .source(tnt4::source::of_process());
    let id = activity.operation.tracking_id.clone();
    stream.send(activity.clone())?;

    // What happens within it has it as parent.
    stream.send(
        Event::new("Pay")
            .event_type(EventType::Send)
            .parent(id.clone())
            .correlator(order)
            .resource("QUEUE=payments")
            .property("amount", 99.5),
    )?;
    stream.send(
        Snapshot::new("cart")
            .category("Shop")
            .parent(id)
            .property("items", 3),
    )?;

    // The same activity, further on: the same tracking id makes it one.
    stream.send(
        activity
            .status(ActivityStatus::End)
            .comp_code(CompCode::Success)
            .end_time(Timestamp::now()),
    )
}
