//! Ending a collector gently, unless a second signal says at once.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use tnt4_collector::Collector;

use crate::Exit;
use crate::signals::Watch;

/// How soon a second signal is noticed.
const PACE: Duration = Duration::from_millis(50);

/// Ends the collector; a signal meanwhile leaves it to the end of the process, which its store survives.
pub(crate) fn stop(collector: Collector, watch: &mut Watch) -> Exit {
    let (done, stopped) = channel();
    let stopping = std::thread::Builder::new()
        .name("tnt4-stop".to_owned())
        .spawn(move || {
            collector.stop();
            let _ = done.send(());
        });
    if stopping.is_err() {
        // Without a thread it was stopped right here, when the closure was dropped.
        return Exit::Done;
    }
    loop {
        match stopped.recv_timeout(PACE) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Exit::Done,
            Err(RecvTimeoutError::Timeout) => {
                if let Some(signal) = watch.poll() {
                    return signal.exit();
                }
            }
        }
    }
}
