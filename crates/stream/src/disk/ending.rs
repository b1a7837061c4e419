//! How a stream gives up its place on disk.

use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::{Disk, lock, seal};
use crate::lane::Run;
use crate::segment::{Segment, Writer};
use crate::shared::{Left, Shared};
use crate::{crash, own_thread};

/// How long a close waits for a disk, at most and in all.
const TIME_TO_END: Duration = Duration::from_secs(1);
/// How much of it is for the keeper to let go of what it is at.
const TIME_TO_LET_GO: Duration = Duration::from_millis(500);

impl Disk {
    /// Ends the stream's life on disk: removes what is acknowledged, leaves the rest to a successor. Returns how many
    /// unsettled records that is; the others are lost.
    ///
    /// A disk that hangs, hangs a thread of its own: whoever closes goes on after a second, and what is in files then
    /// counts as kept.
    pub(crate) fn end_in_time(self: &Arc<Self>, shared: &Arc<Shared>, left: Left) -> u64 {
        let on_disk = left.runs.iter().filter(|run| !run.segment.is_memory());
        let safe = on_disk.map(Run::unsettled).sum();
        let (done, waiting) = mpsc::channel();
        let (place, stream) = (Arc::clone(self), Arc::clone(shared));
        let ending = own_thread::spawn("tnt4-close", move || {
            stream.wait_kept(TIME_TO_LET_GO);
            let _ = done.send(place.end(left.runs, left.retired));
        });
        match ending {
            Ok(_) => waiting.recv_timeout(TIME_TO_END).unwrap_or(safe),
            Err(_) => {
                // What is in files is whole in any case.
                self.give_up_folder();
                safe
            }
        }
    }

    fn end(&self, runs: Vec<Run>, retired: Vec<Writer>) -> u64 {
        crash::point("close-begun");
        for writer in retired {
            seal(writer);
        }
        let (mut kept, mut left) = (0, Vec::new());
        let (done, runs): (Vec<Run>, Vec<Run>) = runs.into_iter().partition(|run| run.unsettled() == 0);
        self.discard(done);
        for run in runs {
            let unsettled = run.unsettled();
            let on_disk = match run.segment.is_in_place() {
                true => Some(Arc::clone(&run.segment)),
                false => self.spill(&run.segment),
            };
            if let Some(segment) = on_disk {
                let _ = segment.acknowledge(run.acknowledged());
                left.push(segment);
                kept += unsettled;
            }
        }
        crash::point("close-kept");
        write_down(&left);
        if kept > 0 {
            let _ = self.sync_names();
        }
        self.give_up_folder();
        self.ended.store(true, Ordering::SeqCst);
        // It may have been claimed in between.
        self.give_up_folder();
        crash::point("close-done");
        kept
    }

    pub(super) fn give_up_folder(&self) {
        let estate = self.estate.load_full();
        let folder = estate.and_then(|estate| lock(&estate.folder).take());
        if let Some(folder) = folder {
            let _ = folder.reserve().add(0);
            // The keeper may be holding it for a moment more; then the folder is left, empty, to a successor.
            if let Ok(folder) = Arc::try_unwrap(folder) {
                let _ = folder.finish();
            }
        }
    }
}

/// Has the disk write these down.
fn write_down(segments: &[Arc<Segment>]) {
    for segment in segments {
        let _ = segment.sync_data();
    }
}
