//! The server of the benchmarks in Python: a [`Receiver`], which is told what to do in lines on standard input, and
//! answers each with one on standard output. It ends when its input does.

#![expect(clippy::print_stdout, reason = "whoever has started it reads that")]

use std::io::{self, BufRead, Write};
use std::time::Duration;

use tnt4_bench::{Receiver, Settings};

const HELP: &str = "
receive: a server that counts numbered events, for bench/python

It says where it listens, and then takes one command a line:
    count                    answers EVENTS UNIQUE REFUSED LAST, the last a time of the monotonic clock in nanoseconds
    wait UNIQUE SECONDS      the same, as soon as so many have come, or none has for so long
    forget                   counts from nothing
    refuse, accept           whether it answers 401
    down, up                 whether it listens
";

fn main() -> io::Result<()> {
    let _ = Settings::from_arguments(HELP);
    let receiver = Receiver::start()?;
    println!("{}", receiver.address());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split_ascii_whitespace();
        match words.next().unwrap_or_default() {
            "count" => {}
            "wait" => {
                let unique = words.next().and_then(|word| word.parse().ok());
                let seconds = words.next().and_then(|word| word.parse().ok());
                let seconds = seconds.unwrap_or_default();
                receiver.wait(unique.unwrap_or_default(), Duration::from_secs_f64(seconds));
            }
            "forget" => receiver.forget(),
            "refuse" => receiver.refuse(true),
            "accept" => receiver.refuse(false),
            "down" => receiver.go_down(),
            "up" => receiver.come_up()?,
            other => {
                return Err(io::Error::other(format!(
                    "{other:?} is no command; --help tells them"
                )));
            }
        }
        let received = receiver.received();
        println!(
            "{} {} {} {}",
            received.events, received.unique, received.refused, received.last_nanos
        );
        io::stdout().flush()?;
    }
    Ok(())
}
