//! Sends one event, and says whether it has arrived.
//!
//!     tnt4 serve &
//!     TNT4_URL=http://127.0.0.1:6580 cargo run -p tnt4 --example hello
//!     tnt4 query "get events fields EventName, Severity, Message, Properties"
//!
//! With `TNT4_TOKEN` instead of `TNT4_URL` it goes to jKool. All examples here are told so where to send.

use std::error::Error;
use std::time::Duration;

use tnt4::{Builder, Event, Severity};

fn main() -> Result<(), Box<dyn Error>> {
    let stream = Builder::from_env()?.build()?;

    // Encodes it and appends it to a file: what was accepted survives the process.
    stream.send(
        Event::new("Hello")
            .severity(Severity::Notice)
            .message("hello from Rust")
            .correlator("greeting-1")
            .property("answer", 42),
    )?;

    // Waits until the server has acknowledged it, for five seconds at most.
    let outcome = stream.close(Duration::from_secs(5));
    println!("{outcome}");
    if outcome.is_complete() {
        Ok(())
    } else {
        Err("it goes with the next start".into())
    }
}
