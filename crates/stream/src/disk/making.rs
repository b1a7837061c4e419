//! Segments on disk are made here, within the bound that all streams to the destination share.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{BRIDGES, Disk, Estate, LARGEST_SEGMENT, LEAST_BRIDGES, PATIENCE};
use crate::queue::{Next, SMALLEST_SEGMENT};
use crate::segment::{self, Identity, RECORDS, Segment, Writer};
use crate::shared::Shared;
use crate::spool::Folder;

impl Disk {
    /// Makes the next segment, with this room at least. Growing from the smallest, within the bound that all
    /// streams to the destination share. Returns with how many bytes more gaps may be bridged, too.
    pub(crate) fn make_next(&self, shared: &Shared, room: u64) -> (Next, u64) {
        let Some((estate, folder)) = self.estate() else {
            return (Next::Failed, 0);
        };
        let identity = shared.lock().queue.identity_ahead();
        let wanted = self.capacity().max(room + RECORDS);
        let made = estate.destination.with_guard(PATIENCE, |usage| {
            let bound = self.bound(&estate);
            // With what is set aside for bridges, here and elsewhere.
            let left = bound.saturating_sub(usage);
            let capacity = wanted
                .min(left / 2)
                .max(SMALLEST_SEGMENT.min(wanted))
                .max(room + RECORDS);
            if capacity > left {
                return Ok::<_, segment::CreateError>((Next::Full, 0));
            }
            let reserved = usage + capacity > bound - bound / 10;
            let writer = match self.make(&estate, &folder, &identity, capacity) {
                // A disk that is nearly full may have room for a small one.
                Err(segment::CreateError::NoRoom { .. }) if capacity > SMALLEST_SEGMENT => {
                    self.grown.store(0, Ordering::Relaxed);
                    let capacity = SMALLEST_SEGMENT.max(room + RECORDS);
                    self.make(&estate, &folder, &identity, capacity)?
                }
                made => made?,
            };
            self.grown.fetch_add(1, Ordering::Relaxed);
            // Others have to do without it, so who has little to say has little of it.
            let wanted = (2 * capacity).max(LEAST_BRIDGES).min(self.spool.bytes / BRIDGES);
            let more = wanted
                .saturating_sub(estate.reserve.bytes())
                .min(left.saturating_sub(capacity));
            let more = estate.reserve.add(more).map_or(0, |()| more);
            Ok((Next::Ready { writer, reserved }, more))
        });
        match made {
            Ok(Ok(next)) => next,
            Ok(Err(error)) => (self.failed(shared, &error.to_string()), 0),
            Err(error) => (self.failed(shared, &error.to_string()), 0),
        }
    }

    fn make(
        &self,
        estate: &Estate,
        folder: &Folder,
        identity: &Identity,
        capacity: u64,
    ) -> Result<Writer, segment::CreateError> {
        let path = folder.segment_path(identity.number);
        Writer::create(&path, identity, capacity, estate.medium)
    }

    /// Says once that the disk takes nothing.
    fn failed(&self, shared: &Shared, why: &str) -> Next {
        if !shared.lock().queue.disk_failed_before() {
            self.say(&format!(
                "records are kept in memory until the disk takes them: {why}"
            ));
        }
        Next::Failed
    }

    /// What segments may take. Dead letters have room of their own, which nobody else uses up.
    fn bound(&self, estate: &Estate) -> u64 {
        let kept = self.dead_letters_limit();
        let used = estate.destination.dead_letters_usage().unwrap_or(0);
        self.spool.bytes - kept.saturating_sub(used)
    }

    pub(super) fn dead_letters_limit(&self) -> u64 {
        self.spool.bytes / 10
    }

    /// Whether less is used than what is kept for errors and above would leave.
    pub(crate) fn has_room_for_all(&self) -> bool {
        let Some(estate) = self.estate.load_full() else {
            return false;
        };
        let bound = self.bound(&estate);
        let usage = estate.destination.usage();
        usage.is_ok_and(|usage| usage <= bound - bound / 10)
    }

    /// The capacity of the next segment: twice that of the last, up to the largest.
    fn capacity(&self) -> u64 {
        let doublings = self.grown.load(Ordering::Relaxed).min(8);
        let largest = LARGEST_SEGMENT.min(self.spool.bytes / 16);
        (SMALLEST_SEGMENT << doublings).min(largest).max(64 << 10)
    }

    /// Writes a segment to a file, which is in none, or in one without a name; `None` where the disk has no room for it.
    pub(crate) fn spill(&self, segment: &Segment) -> Option<Arc<Segment>> {
        let (estate, folder) = self.estate()?;
        let number = segment.identity()?.number;
        let path = folder.segment_path(number);
        let length = segment.length().ok()?;
        let spilled = estate.destination.with_guard(PATIENCE, |usage| {
            let fits = usage + length <= self.bound(&estate);
            fits.then(|| segment.spill(&path).ok()).flatten()
        });
        spilled.ok().flatten()
    }
}
