//! The thread that writes: takes what connections hand in, and commits together what waits.
//!
//! A commit costs much the same for one record as for a hundred, so whatever was handed in while one
//! transaction ran goes into the next. Each hand-in learns of its own fate by its [`Receipt`].

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tnt4_model::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::{Arrival, StoreError, Writer};
use crate::live::Live;
use crate::notices::Notices;

/// How many hand-ins may wait before those who hand in have to.
const WAITING: usize = 64;

/// How many records go into one transaction at the most: the first of them waits for the last.
const TOGETHER: usize = 8_192;

/// How often items that have outlived their time to live are looked for.
const EXPIRY: Duration = Duration::from_secs(60);

/// The end of a hand-in.
pub(crate) struct Receipt(oneshot::Receiver<Result<(), Arc<StoreError>>>);

impl Receipt {
    /// Waits until the records are committed, or are not; then the error says why, for their sender.
    pub(crate) async fn outcome(self) -> Result<(), String> {
        match self.0.await {
            Ok(outcome) => outcome.map_err(|error| error.to_string()),
            Err(_) => Err(SHUTTING_DOWN.to_owned()),
        }
    }
}

/// What callers are told whose wish comes too late.
pub(crate) const SHUTTING_DOWN: &str = "the collector is shutting down";

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
    pub(crate) fn start(
        writer: Box<dyn Writer>,
        live: Live,
        notices: Arc<Notices>,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("tnt4-commit".to_owned())
            .spawn(move || {
                let worker = Worker {
                    writer,
                    live,
                    notices,
                    waiting,
                };
                worker.run();
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
        Receipt(receipt)
    }
}

struct Worker {
    writer: Box<dyn Writer>,
    live: Live,
    notices: Arc<Notices>,
    waiting: mpsc::Receiver<Job>,
}

impl Worker {
    fn run(mut self) {
        let mut next_expiry = Instant::now() + EXPIRY;
        while let Some(first) = self.waiting.blocking_recv() {
            let mut count = first.arrivals.len();
            let mut jobs = vec![first];
            while count < TOGETHER
                && let Ok(job) = self.waiting.try_recv()
            {
                count += job.arrivals.len();
                jobs.push(job);
            }
            if count > 0 {
                self.commit(jobs);
            }
            if next_expiry <= Instant::now() {
                next_expiry = Instant::now() + EXPIRY;
                self.notices.tell_the_rest();
                self.expire();
            }
        }
        self.notices.tell_the_rest();
    }

    /// Commits what was handed in, all together. Where that fails each hand-in is tried alone, so that none
    /// sinks with another.
    fn commit(&mut self, mut jobs: Vec<Job>) {
        if jobs.len() > 1 {
            let lengths: Vec<usize> = jobs.iter().map(|job| job.arrivals.len()).collect();
            let mut together: Vec<Arrival> = jobs.iter_mut().flat_map(|job| job.arrivals.drain(..)).collect();
            if self.store(&together).is_ok() {
                self.live.publish(&together);
                for job in jobs {
                    job.end(Ok(()));
                }
                return;
            }
            for (job, length) in jobs.iter_mut().zip(lengths) {
                job.arrivals = together.drain(..length).collect();
            }
        }
        for job in jobs {
            let outcome = self.store(&job.arrivals);
            match &outcome {
                Ok(()) => self.live.publish(&job.arrivals),
                Err(error) => self.notices.failed(job.arrivals.len(), &error.to_string()),
            }
            job.end(outcome.map_err(Arc::new));
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

    /// Deletes what has expired, portion by portion, and commits in between what comes in meanwhile.
    fn expire(&mut self) {
        // What could not be deleted now is found again the next time.
        while self
            .writer
            .expire(Timestamp::now())
            .is_ok_and(|deleted| deleted > 0)
        {
            let waiting: Vec<Job> = std::iter::from_fn(|| self.waiting.try_recv().ok())
                .take(WAITING)
                .collect();
            if !waiting.is_empty() {
                self.commit(waiting);
            }
        }
    }
}

impl Job {
    fn end(self, outcome: Result<(), Arc<StoreError>>) {
        // Whoever no longer waits has lost its connection.
        let _ = self.done.send(outcome);
    }
}
