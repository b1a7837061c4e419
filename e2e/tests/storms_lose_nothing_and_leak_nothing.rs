//! A thousand events a second from several threads, while a fault by chance strikes every second or so: all
//! arrive, and the process takes no more of the machine in the end than in the beginning.
//!
//! It lasts 20 s, a minute where `CI` is set, and `TNT4_SOAK_SECONDS` where that is.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::thread::sleep;
use std::time::{Duration, Instant};

use tnt4::{Diagnostics, Stream};
use tnt4_e2e::sink::Manner;
use tnt4_e2e::{Dice, Mode, Oracle, Shape, Sink, Storm, Vitals};

/// In each mode there are two streams, to each of which so many threads send, as often as that.
const PRODUCERS: u32 = 2;
const PAUSE: Duration = Duration::from_millis(4);
/// Every event that this divides is rejected.
const POISON: u64 = 499;
/// What may be pending in each stream: some seconds of events, so that long faults make it overflow.
const ROOM: u64 = 2 << 20;
/// How much more memory may be taken in the end: the queues, which are full at times, and what allocators keep.
const GROWTH: u64 = 4 * ROOM + (8 << 20);

fn duration() -> Duration {
    let seconds = match std::env::var("TNT4_SOAK_SECONDS") {
        Ok(text) => text.parse().expect("a number of seconds"),
        Err(_) if std::env::var_os("CI").is_some() => 60,
        Err(_) => 20,
    };
    Duration::from_secs(seconds)
}

/// One stream in one storm: sends until then, with faults until a little before.
fn ride(mode: Mode, until: Instant, sink: &mut Sink, oracle: &Oracle) {
    let state = tempfile::tempdir().expect("a folder");
    let stream = Stream::builder()
        .url(&sink.url())
        .answer_timeout(Duration::from_secs(1))
        .queue_bytes(ROOM as usize)
        .spool(mode.spool(state.path()).bytes(ROOM))
        .report_drops(false)
        .diagnostics(Diagnostics::off())
        .build()
        .expect("a stream");
    let mut storm = Storm::new(oracle.play().id);
    std::thread::scope(|scope| {
        for _ in 0..PRODUCERS {
            scope.spawn(|| {
                let mut next = Instant::now();
                while Instant::now() < until {
                    // No outcome is wrong here: the oracle has heard it.
                    let _ = oracle.send(&stream);
                    next += PAUSE;
                    sleep(next.saturating_duration_since(Instant::now()));
                }
            });
        }
        storm.blow(sink, until);
    });
    oracle.send_fresh(&stream, Duration::from_secs(120));
    oracle.judge_with(sink, &stream.stats());
    let copies = sink.book().copies();
    eprintln!(
        "{mode:?}: {} events, {copies} copies, {} connections, worst call {:?}; {:?}; the storm, backwards: {}",
        oracle.issued(),
        sink.opened(),
        oracle.worst_call(),
        stream.stats(),
        storm.story(),
    );
    // A call that waits for the network waits for a second, the timeout.
    assert!(
        oracle.worst_call() < Duration::from_millis(900),
        "I7: {:?}",
        oracle.worst_call()
    );
}

#[test]
fn a_thousand_a_second_through_a_storm() {
    let seed = Dice::seed();
    eprintln!("TNT4_SEED={seed}");
    let before = Vitals::own();
    let until = Instant::now() + duration();
    let mut rides = Vec::new();
    for mode in Mode::ALL {
        for many in [false, true] {
            let manner = Manner {
                many,
                ..Manner::default()
            };
            let sink = Sink::start(manner);
            sink.set_poison(POISON);
            let seed = seed.wrapping_add(rides.len() as u64);
            rides.push((mode, sink, Oracle::new(seed, Shape::Varied)));
        }
    }
    let samples = std::thread::scope(|scope| {
        let samples = scope.spawn(move || samples(until));
        for (mode, sink, oracle) in &mut rides {
            scope.spawn(move || ride(*mode, until, sink, oracle));
        }
        samples.join().expect("no panic")
    });
    flat(&samples, &rides);
    drop(rides);
    gone(before);
}

/// What the process takes, looked at four times a second.
fn samples(until: Instant) -> Vec<Vitals> {
    let mut samples = Vec::new();
    while Instant::now() < until {
        samples.extend(Vitals::own());
        sleep(Duration::from_millis(250));
    }
    samples
}

/// The least that is taken in the last quarter is hardly more than the least in the second: in the first
/// one buffers grow to their size, and what lies in queues at a moment is no leak.
fn flat(samples: &[Vitals], rides: &[(Mode, Sink, Oracle)]) {
    let quarter = samples.len() / 4;
    if quarter == 0 {
        eprintln!("skipped: this system does not tell what a process takes");
        return;
    }
    let (early, late) = (&samples[quarter..2 * quarter], &samples[3 * quarter..]);
    let books: u64 = rides.iter().map(|(_, sink, _)| sink.book().size()).sum();
    let resident: fn(&Vitals) -> u64 = |vitals| vitals.resident;
    for (what, of, more) in [
        ("bytes of memory", resident, GROWTH + books),
        ("descriptors", |vitals| vitals.descriptors as u64, 4),
        ("threads", |vitals| vitals.threads as u64, 4),
    ] {
        let least = |samples: &[Vitals]| samples.iter().map(of).min().expect("some");
        let (before, after) = (least(early), least(late));
        eprintln!("{what}: {before} in the second quarter, {after} in the last");
        assert!(after <= before + more, "{what}: {before} became {after}");
    }
}

/// When all is over the process has no more descriptors and threads than before. Threads that nobody joins
/// take a moment to end.
fn gone(before: Option<Vitals>) {
    let until = Instant::now() + Duration::from_secs(10);
    while let (Some(before), Some(now)) = (before, Vitals::own()) {
        if now.descriptors <= before.descriptors && now.threads <= before.threads {
            return;
        }
        assert!(Instant::now() < until, "{before:?} became {now:?}");
        sleep(Duration::from_millis(10));
    }
}
