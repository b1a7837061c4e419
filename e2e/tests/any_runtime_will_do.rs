//! A stream in every surrounding that an asynchronous program may be: it sends, flushes and ends, and neither
//! panics nor waits for a thread that waits for it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test that cannot go on says so"
)]

use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use tnt4::Stream;
use tnt4_e2e::sink::Manner;
use tnt4_e2e::{Dice, Mode, Oracle, Shape, Sink};
use tokio::runtime::{Builder, Runtime};

/// Longer than anything here takes; what takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);
const EVENTS: usize = 100;

/// Uses a stream in a surrounding, in each mode, and looks whether all has arrived.
fn used_in(surrounding: impl Fn(Stream, Arc<Oracle>) + Copy + Send + 'static) {
    for mode in Mode::ALL {
        let sink = Sink::start(Manner::default());
        let state = tempfile::tempdir().unwrap();
        let builder = Stream::builder().url(&sink.url()).spool(mode.spool(state.path()));
        let stream = builder.build().unwrap();
        let oracle = Arc::new(Oracle::new(Dice::seed(), Shape::Plain));
        let (done, is_done) = mpsc::channel();
        let issuing = Arc::clone(&oracle);
        std::thread::spawn(move || {
            surrounding(stream, issuing);
            let _ = done.send(());
        });
        match is_done.recv_timeout(PATIENCE) {
            Ok(()) => oracle.judge(&sink),
            Err(why) => panic!("{mode:?}: it hangs or has panicked: {why}"),
        }
    }
}

/// What an application does, without a point at which it could be interrupted.
fn send_flush_send(stream: &Stream, oracle: &Oracle) {
    (0..EVENTS).for_each(|_| oracle.send(stream).unwrap());
    let outcome = stream.flush(PATIENCE);
    assert!(outcome.is_complete(), "{outcome}");
    // These have only the drop to go by.
    (0..EVENTS).for_each(|_| oracle.send(stream).unwrap());
}

async fn in_a_task(stream: Stream, oracle: Arc<Oracle>) {
    tokio::task::yield_now().await;
    send_flush_send(&stream, &oracle);
    tokio::task::yield_now().await;
}

fn of_one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn of_one_worker() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

fn finished<T>(runtime: &Runtime, task: impl Future<Output = T> + Send + 'static) -> T
where
    T: Send + 'static,
{
    runtime.block_on(async { tokio::spawn(task).await.unwrap() })
}

#[test]
fn without_any() {
    used_in(|stream, oracle| send_flush_send(&stream, &oracle));
}

#[test]
fn within_block_on() {
    used_in(|stream, oracle| of_one_thread().block_on(in_a_task(stream, oracle)));
    used_in(|stream, oracle| of_one_worker().block_on(in_a_task(stream, oracle)));
}

#[test]
fn within_a_task_of_the_only_thread() {
    used_in(|stream, oracle| finished(&of_one_thread(), in_a_task(stream, oracle)));
    used_in(|stream, oracle| finished(&of_one_worker(), in_a_task(stream, oracle)));
}

#[test]
fn made_within_and_dropped_after_the_runtime() {
    used_in(|stream, oracle| {
        let runtime = of_one_worker();
        let stream = finished(&runtime, async move {
            send_flush_send(&stream, &oracle);
            stream
        });
        drop(runtime);
        drop(stream);
    });
}

#[test]
fn owned_by_a_task_that_the_runtime_drops_at_its_end() {
    used_in(|stream, oracle| {
        let runtime = of_one_worker();
        let (told, begun) = mpsc::channel();
        runtime.spawn(async move {
            send_flush_send(&stream, &oracle);
            told.send(()).unwrap();
            std::future::pending::<()>().await;
            drop(stream);
        });
        begun.recv().unwrap();
        drop(runtime);
    });
}
