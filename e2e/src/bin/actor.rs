//! Sends events of a play, says how many were accepted, and ends as it is told to:
//! `actor ENDING URL PLAY SHAPE FROM TO`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "it is a part of the tests, and some of its endings are panics"
)]

use std::io::Write;
use std::time::Duration;

use tnt4::{Spool, Stream};
use tnt4_e2e::{Ending, Play, Shape};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ending, url, play, shape, from, to] = arguments.as_slice() else {
        panic!("ENDING URL PLAY SHAPE FROM TO");
    };
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let play = Play {
        id: number(play),
        shape: match shape.as_str() {
            "plain" => Shape::Plain,
            "varied" => Shape::Varied,
            length => Shape::Long(length.parse().expect("a length")),
        },
    };
    let mut builder = Stream::builder().url(url);
    if let Ok(mib) = std::env::var("TNT4_BACKLOG_MIB") {
        // The story of the backlog wants one that the default bound does not hold.
        builder = builder.spool(Spool::disk().bytes((2 * number(&mib)) << 20));
    }
    let stream = builder.build().expect("a stream");
    let numbers = number(from)..number(to);
    let accepted = numbers
        .filter(|number| stream.send(play.event(*number)).is_ok())
        .count();
    say(&format!("accepted {accepted}"));
    end(Ending::named(ending).expect("an ending"), stream);
}

fn end(ending: Ending, stream: Stream) {
    match ending {
        Ending::Return => {}
        Ending::Exit => std::process::exit(0),
        Ending::Panic => panic!("as it was told to"),
        Ending::Abort => std::process::abort(),
        Ending::Leak => std::mem::forget(stream),
        Ending::Wait => {
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).expect("it ends");
            let outcome = stream.close(Duration::from_secs(30));
            say(&format!("{outcome}; {:?}", stream.stats()));
        }
    }
}

/// At once: an abort flushes nothing.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .expect("somebody listens");
}
