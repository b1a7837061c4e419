//! Where somebody reads: of the segments that are sealed, that one stays open.

use std::cell::RefCell;
use std::sync::{Arc, Weak};

use super::shared::Segment;

/// The segment that somebody reads. It is not held: one that is done with must not take room on disk for this.
#[derive(Debug, Default)]
pub(crate) struct Bookmark(RefCell<Weak<Segment>>);

impl Bookmark {
    /// Reads on in this segment. The file of the one before is closed, where that is sealed.
    pub(crate) fn turn_to(&self, segment: &Arc<Segment>) {
        let before = self.0.replace(Arc::downgrade(segment));
        if let Some(before) = before.upgrade().filter(|before| !Arc::ptr_eq(before, segment)) {
            before.rest();
        }
    }
}
