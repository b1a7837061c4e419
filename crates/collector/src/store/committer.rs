//! The thread that writes: takes what connections hand in, and commits together what waits.
//!
//! A commit costs much the same for one record as for a hundred, so whatever was handed in while one
//! transaction ran goes into the next. Each hand-in learns of its own fate by its [`Receipt`].

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tnt4_model::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::{Arrival, StoreError, Writer};
use crate::live::Live;

/// How many hand-ins may wait before those who hand in have to.
const WAITING: usize = 64;

/// How many records go into one transaction at the most: the first of them waits for the last.
const TOGETHER: usize = 8_192;

/// How often items that have outlived their time to live are looked for.
const EXPIRY: Duration = Duration::from_secs(60);

/// The end of a hand-in: resolves when its records are committed, or are not.
pub(crate) type Receipt = oneshot::Receiver<Result<(), Arc<StoreError>>>;

/// Hands records to the thread that writes.
#[derive(Clone)]
pub(crate) struct Committer {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    arrivals: Vec<Arrival>,
    done: oneshot::Sender<Result<(), Arc<StoreError>>>,
}

impl Committer {
    /// Starts the thread. It ends when the last `Committer` is dropped and all is written.
    pub(crate) fn start(writer: Box<dyn Writer>, live: Live) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("tnt4-commit".to_owned())
            .spawn(move || {
                Worker {
                    writer,
                    live,
                    waiting,
                }
                .run();
            })?;
        Ok((Committer { jobs }, thread))
    }

    /// Wakes the thread when it is time to look for what has expired, for as long as it is polled.
    pub(crate) async fn remind(self) {
        loop {
            tokio::time::sleep(EXPIRY).await;
            self.hand_in(Vec::new()).await;
        }
    }

    /// Hands in records; waits only while too many wait already.
    pub(crate) async fn hand_in(&self, arrivals: Vec<Arrival>) -> Receipt {
        let (done, receipt) = oneshot::channel();
        // Where the thread is gone, the job is dropped with its sender, and the receipt says so.
        let _ = self.jobs.send(Job { arrivals, done }).await;
        receipt
    }
}

struct Worker {
    writer: Box<dyn Writer>,
    live: Live,
    waiting: mpsc::Receiver<Job>,
}

impl Worker {
    fn run(mut self) {
        let mut next_expiry = std::time::Instant::now() + EXPIRY;
        while let Some(first) = self.waiting.blocking_recv() {
            let mut jobs = vec![first];
            let mut count = jobs[0].arrivals.len();
            while count < TOGETHER
                && let Ok(job) = self.waiting.try_recv()
            {
                count += job.arrivals.len();
                jobs.push(job);
            }
            if count > 0 {
                self.commit(jobs, count);
            }
            if next_expiry <= std::time::Instant::now() {
                next_expiry = std::time::Instant::now() + EXPIRY;
                // What could not be deleted now is found again the next time.
                let _ = self.writer.expire(Timestamp::now());
            }
        }
    }

    fn commit(&mut self, jobs: Vec<Job>, count: usize) {
        let mut arrivals = Vec::with_capacity(count);
        let mut dones = Vec::with_capacity(jobs.len());
        for mut job in jobs {
            arrivals.append(&mut job.arrivals);
            dones.push(job.done);
        }
        let outcome = self.store(&arrivals).map_err(Arc::new);
        if outcome.is_ok() {
            self.live.publish(&arrivals);
        }
        for done in dones {
            // Whoever no longer waits has lost its connection.
            let _ = done.send(outcome.clone());
        }
    }

    /// Stores what is to be stored: a negative time to live means shown and not kept.
    fn store(&mut self, arrivals: &[Arrival]) -> Result<(), StoreError> {
        if arrivals.iter().any(|arrival| arrival.item.is_transient()) {
            let kept: Vec<Arrival> = arrivals
                .iter()
                .filter(|arrival| !arrival.item.is_transient())
                .cloned()
                .collect();
            return self.writer.commit(&kept);
        }
        self.writer.commit(arrivals)
    }
}
