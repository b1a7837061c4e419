//! How long each call of many producers took, and what the long ones waited for.
//!
//! Around every call the thread's own account is read: how long it has run, and how long it could have run but
//! was not let. What a call took beside these two it slept: it waited for a lock, or for the disk. A lock's
//! holder may itself have been kept from running; that is told by looking at what the other producers, and the
//! stream's own thread, went through at the same time. It is the longest of these, not their sum, and a hint,
//! not a proof: who held the lock nobody has written down.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};
use std::{fmt, io};

use tnt4::Stream;

use crate::{Events, Latencies, Usage};

/// Calls that took longer are kept one by one.
const KEPT: Duration = Duration::from_micros(200);
/// As many of a producer.
const MOST_KEPT: usize = 100_000;
/// What no call should take.
const GOAL: Duration = Duration::from_millis(1);

/// How long each call took.
#[derive(Debug, Default)]
pub struct Stalls {
    /// All calls.
    all: Latencies,
    /// All calls, less the time in which somebody else had the processor.
    own: Latencies,
    long: Vec<Call>,
    time: Duration,
    /// What the machine was not given in that time.
    stolen: Duration,
}

/// A long call, from `begun` after the measurement's beginning.
#[derive(Debug, Clone, Copy)]
struct Call {
    producer: usize,
    begun: Duration,
    took: Duration,
    ran: Duration,
    kept_waiting: Duration,
    others: Duration,
}

impl Call {
    fn end(&self) -> Duration {
        self.begun + self.took
    }

    fn slept(&self) -> Duration {
        self.took.saturating_sub(self.ran + self.kept_waiting)
    }

    /// What cannot be put down to others' having the processor.
    fn unexplained(&self) -> Duration {
        self.took.saturating_sub(self.kept_waiting + self.others)
    }
}

impl Stalls {
    /// Lets so many producers send events to the stream, each with a `pause` from one beginning to the next.
    ///
    /// # Errors
    /// Where the system does not tell what a thread had of the processor.
    pub fn of(stream: &Stream, producers: usize, pause: Duration, time: Duration) -> io::Result<Self> {
        let start = Barrier::new(producers);
        // The stream's thread begins with the first event.
        let _ = stream.send(Events::of_bytes(0).event(0));
        let stolen = Usage::stolen();
        let begun = Instant::now();
        let mut stalls = thread::scope(|scope| {
            let running: Vec<_> = (0..producers)
                .map(|producer| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        Stalls::of_one(stream, producer, pause, begun, time)
                    })
                })
                .collect();
            let mut sum = Stalls::default();
            for thread in running {
                let one = thread
                    .join()
                    .map_err(|_| io::Error::other("a producer panicked"))??;
                sum.all.add_all(&one.all);
                sum.own.add_all(&one.own);
                sum.long.extend(one.long);
            }
            io::Result::Ok(sum)
        })?;
        stalls.time = begun.elapsed();
        stalls.stolen = Usage::stolen() - stolen;
        stalls.look_at_others();
        Ok(stalls)
    }

    fn of_one(
        stream: &Stream,
        producer: usize,
        pause: Duration,
        begun: Instant,
        time: Duration,
    ) -> io::Result<Self> {
        let (usage, events) = (Usage::of_this_thread()?, Events::of_bytes(0));
        let worker = Usage::of_thread("tnt4-stream");
        let worker_waited = || worker.as_ref().map(Usage::kept_waiting).unwrap_or_default();
        let mut stalls = Stalls::default();
        let mut due = begun.elapsed();
        for number in 0.. {
            if due > time {
                break;
            }
            if let Some(early) = due.checked_sub(begun.elapsed()).filter(|_| !pause.is_zero()) {
                thread::sleep(early);
            }
            let (waited, ran, others) = (usage.kept_waiting(), Usage::ran(), worker_waited());
            let start = Instant::now();
            // What does not fit is counted.
            let _ = stream.send(events.event(number));
            let took = start.elapsed();
            let kept_waiting = (usage.kept_waiting() - waited).min(took);
            stalls.all.add(took);
            stalls.own.add(took - kept_waiting);
            if took > KEPT && stalls.long.len() < MOST_KEPT {
                stalls.long.push(Call {
                    producer,
                    begun: start - begun,
                    took,
                    ran: Usage::ran() - ran,
                    kept_waiting,
                    others: worker_waited() - others,
                });
            }
            due = if pause.is_zero() {
                begun.elapsed()
            } else {
                due + pause
            };
        }
        Ok(stalls)
    }

    /// Puts down to the others what a call slept while one of them was kept from running.
    fn look_at_others(&mut self) {
        self.long.sort_by_key(|call| call.begun);
        let longest = self.long.iter().map(|call| call.took).max().unwrap_or_default();
        let all = self.long.clone();
        for call in &mut self.long {
            let from = all.partition_point(|other| other.begun + longest < call.begun);
            let others = all[from..]
                .iter()
                .take_while(|other| other.begun < call.end())
                .filter(|other| other.producer != call.producer)
                .map(|other| {
                    let shared = call
                        .end()
                        .min(other.end())
                        .saturating_sub(call.begun.max(other.begun));
                    shared.min(other.kept_waiting)
                });
            call.others = others
                .chain([call.others])
                .max()
                .unwrap_or_default()
                .min(call.slept());
        }
    }

    /// Prints the table, and the worst calls.
    #[expect(clippy::print_stdout, reason = "the report")]
    pub fn print(&self, worst: usize) {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let rate = self.all.count() as f64 / self.time.as_secs_f64();
        println!(
            "  calls {} ({rate:.0}/s); the machine was without its processors for {:?}",
            self.all.count(),
            self.stolen
        );
        for (name, latencies) in [("all", &self.all), ("less own", &self.own)] {
            println!(
                "  {name:9} p50 {:?}, p99 {:?}, p99.99 {:?}, worst {:?}; over 1 ms: {}",
                latencies.quantile(0.5),
                latencies.quantile(0.99),
                latencies.quantile(0.9999),
                latencies.worst(),
                latencies.longer_than(GOAL)
            );
        }
        let mut long = self.long.clone();
        long.sort_by_key(|call| std::cmp::Reverse(call.unexplained()));
        let over = long.iter().filter(|call| call.unexplained() > GOAL).count();
        let most = long.first().map(Call::unexplained).unwrap_or_default();
        println!("  less own and others' worst {most:?}; over 1 ms: {over}");
        println!("  all: {}", self.all);
        for call in long.iter().take(worst) {
            println!("    {call}");
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "producer {:2} at {:?} took {:?}: ran {:?}, own {:?}, slept {:?} (others {:?})",
            self.producer,
            self.begun,
            self.took,
            self.ran,
            self.kept_waiting,
            self.slept(),
            self.others
        )
    }
}
