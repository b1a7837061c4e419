//! What was accepted survives the process: one that ends without delivering anything, and one that delivers what it left.
//!
//!     TNT4_URL=http://127.0.0.1:6580 cargo run -p tnt4 --example spool -- leave
//!     tnt4 spool ls
//!     TNT4_URL=http://127.0.0.1:6580 cargo run -p tnt4 --example spool
//!     tnt4 query "get events fields EventName, Message, ProcessID"

use std::error::Error;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use tnt4::{Builder, Event, Spool, Stream};

fn main() -> Result<(), Box<dyn Error>> {
    // On Linux the disk is what a stream takes by itself. `Spool::synchronous` also survives a power cut, and each call
    // waits for the disk then.
    let spool = Spool::disk().bytes(64 << 20).age(Duration::from_secs(24 * 3600));
    let stream = Builder::from_env()?.spool(spool).build()?;
    match std::env::args().nth(1).as_deref() {
        Some("leave") => leave(&stream),
        _ => deliver(&stream),
    }
}

/// Sends, and ends as if it had been killed.
fn leave(stream: &Stream) -> Result<(), Box<dyn Error>> {
    for number in 1..=3 {
        let text = format!("message {number} of a process that is gone");
        stream.send(Event::new("Left").message(text).process_id(process::id()))?;
    }
    println!(
        "three events are in {}",
        stream.folder().unwrap_or_default().display()
    );
    process::exit(0)
}

/// Delivers what others have left.
fn deliver(stream: &Stream) -> Result<(), Box<dyn Error>> {
    // A stream that sends something does so, too.
    stream.start();
    let begun = Instant::now();
    loop {
        let inherited = stream.stats().inherited;
        if !inherited.more && inherited.pending == 0 {
            println!(
                "delivered what others had left: {} events",
                inherited.acknowledged
            );
            return Ok(());
        }
        if begun.elapsed() > Duration::from_secs(10) {
            return Err(stream
                .problem()
                .unwrap_or_else(|| "it takes too long".to_owned())
                .into());
        }
        thread::sleep(Duration::from_millis(20));
    }
}
