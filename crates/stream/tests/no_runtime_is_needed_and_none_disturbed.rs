//! Logging works with every runtime and with none, and a guard may be dropped anywhere, also inside of async code.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use support::traced::{arrived, layer, of_type};
use support::{LONG, Server, quiet};
use tokio::runtime::{Builder, Runtime};
use tracing::instrument::WithSubscriber;
use tracing::{Dispatch, Instrument, info, info_span};
use tracing_subscriber::prelude::*;

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn one_worker() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// Ten tasks that log, each in a span of its own that is entered and left at every await.
async fn tasks() {
    let tasks: Vec<_> = (0..10)
        .map(|number| {
            let task = async move {
                for _ in 0..3 {
                    info!(number, "at work");
                    tokio::task::yield_now().await;
                }
            };
            let span = info_span!("task", corrid = number);
            tokio::spawn(task.instrument(span).with_current_subscriber())
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[test]
fn with_none_and_with_any() {
    let runtimes = [None, Some(current_thread()), Some(one_worker())];
    for runtime in runtimes {
        let (layer, guard, server) = layer(|layer| layer);
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer));
        match &runtime {
            None => tracing::dispatcher::with_default(&dispatch, || info!("alone")),
            Some(runtime) => runtime.block_on(
                async {
                    tasks().await;
                    // It waits within async code, and for no task.
                    assert!(guard.flush(LONG).is_complete());
                }
                .with_subscriber(dispatch),
            ),
        }
        let records = arrived(guard, &server);
        let events = of_type(&records, "EVENT");
        assert_eq!(events.len(), if runtime.is_some() { 30 } else { 1 });
        for event in events.iter().filter(|_| runtime.is_some()) {
            // Its own task's, whichever thread it was polled by.
            let number = support::traced::property(event, "number")["value"].to_string();
            assert_eq!(event["corrid"], serde_json::json!([number]));
        }
    }
}

#[test]
fn a_guard_may_be_dropped_inside_async() {
    for runtime in [current_thread(), one_worker()] {
        // Over a real connection, with the transport that would have a runtime if one were needed.
        let server = Server::of_objects();
        let (layer, guard) = tnt4::layer().builder(quiet().url(&server.url())).build().unwrap();
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer));
        runtime.block_on(async {
            let task = async move {
                info!("in a task");
                drop(guard);
            };
            tokio::spawn(task.with_subscriber(dispatch)).await.unwrap();
        });
        assert_eq!(server.records().len(), 1);
        runtime.shutdown_timeout(Duration::ZERO);
    }
}

#[test]
fn a_runtime_may_end_before_the_guard() {
    let (layer, guard, server) = layer(|layer| layer);
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer));
    let runtime = one_worker();
    runtime.block_on(tasks().with_subscriber(dispatch));
    drop(runtime);
    assert_eq!(of_type(&arrived(guard, &server), "EVENT").len(), 30);
}
