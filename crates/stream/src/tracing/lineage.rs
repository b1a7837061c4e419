//! What an event has of the spans around it: the innermost one is its parent, and the correlators of all are its own.
//!
//! A lineage is a chain from the inside out that is shared by all who are within. Correlators may be added while it is
//! shared, when a field is recorded later; what is logged from then on has them.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use tnt4_model::TrackingId;

/// A span, and those around it.
pub(crate) struct Lineage {
    pub(crate) tracking_id: TrackingId,
    parent: Option<Arc<Lineage>>,
    /// Correlators of its own.
    correlators: ArcSwapOption<Vec<String>>,
}

impl Lineage {
    pub(crate) fn new(tracking_id: TrackingId, parent: Option<Arc<Lineage>>, own: &[String]) -> Self {
        Lineage {
            tracking_id,
            parent,
            correlators: ArcSwapOption::new((!own.is_empty()).then(|| Arc::new(own.to_vec()))),
        }
    }

    /// Adds correlators.
    pub(crate) fn correlate(&self, more: &[String]) {
        if more.is_empty() {
            return;
        }
        self.correlators.rcu(|known| {
            let mut all = known.as_ref().map_or_else(Vec::new, |known| known.to_vec());
            add(&mut all, more);
            Some(Arc::new(all))
        });
    }

    /// Adds a correlator that one of the chain may have already.
    #[cfg(any(test, feature = "opentelemetry"))]
    pub(crate) fn belong(&self, id: String) {
        let is_known = self.chain().any(|span| {
            let own = span.correlators.load();
            own.as_ref().is_some_and(|own| own.contains(&id))
        });
        if !is_known {
            self.correlate(&[id]);
        }
    }

    /// The correlators of the chain.
    pub(crate) fn correlators(&self) -> Vec<String> {
        let mut all = Vec::new();
        self.collect(&mut all);
        all
    }

    /// Adds the correlators of the chain to others.
    pub(crate) fn collect(&self, all: &mut Vec<String>) {
        for span in self.chain() {
            if let Some(own) = &*span.correlators.load() {
                add(all, own);
            }
        }
    }

    /// From the inside out.
    fn chain(&self) -> impl Iterator<Item = &Lineage> {
        std::iter::successors(Some(self), |span| span.parent.as_deref())
    }
}

/// However many spans are around it, the last one is dropped in a loop and not in a recursion.
impl Drop for Lineage {
    fn drop(&mut self) {
        let mut parent = self.parent.take();
        while let Some(mut outer) = parent.and_then(Arc::into_inner) {
            parent = outer.parent.take();
        }
    }
}

fn add(known: &mut Vec<String>, more: &[String]) {
    for id in more {
        if !known.contains(id) {
            known.push(id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn correlators_come_from_the_inside_out_and_once() {
        let root = Arc::new(Lineage::new(TrackingId::new(), None, &names(&["order", "trace"])));
        let inner = Lineage::new(TrackingId::new(), Some(Arc::clone(&root)), &names(&["cart"]));
        root.correlate(&names(&["late", "cart", "order"]));
        let mut all = names(&["own"]);
        inner.collect(&mut all);
        assert_eq!(all, ["own", "cart", "order", "trace", "late"]);
        inner.belong("late".to_owned());
        inner.belong("own".to_owned());
        assert_eq!(inner.correlators(), ["cart", "own", "order", "trace", "late"]);
    }

    #[test]
    fn a_chain_may_be_of_any_length() {
        let mut innermost = Arc::new(Lineage::new(TrackingId::new(), None, &[]));
        for _ in 0..200_000 {
            innermost = Arc::new(Lineage::new(TrackingId::new(), Some(innermost), &[]));
        }
        drop(innermost);
    }
}
