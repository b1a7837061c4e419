//! How a stream is made: once, and again in a child that was forked off.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::diagnostics::Diagnostics;
use crate::disk::Disk;
use crate::live::Live;
use crate::queue::Limits;
use crate::shared::Shared;
use crate::spool::{Address, Spool};
use crate::transport::{Absent, Transport};

/// How a stream is made.
pub(crate) struct Recipe {
    pub(crate) limits: Limits,
    pub(crate) linger: Duration,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) tells_drops: bool,
    /// As it is shown to people.
    pub(crate) destination: String,
    pub(crate) disk: Option<DiskRecipe>,
    pub(crate) maker: Maker,
}

/// Where on disk it has its place.
pub(crate) struct DiskRecipe {
    pub(crate) spool: Spool,
    pub(crate) address: Address,
    /// Never shown.
    pub(crate) secrets: Vec<String>,
}

/// How its transport is made.
pub(crate) enum Maker {
    /// As often as need be.
    Again(Box<dyn Fn() -> Box<dyn Transport> + Send + Sync>),
    /// It was given.
    Once(Mutex<Option<Box<dyn Transport>>>),
}

impl Maker {
    pub(crate) fn once(transport: Box<dyn Transport>) -> Self {
        Maker::Once(Mutex::new(Some(transport)))
    }

    /// Whether it can make one for each of several streams.
    #[cfg(any(feature = "log", feature = "tracing"))]
    pub(crate) fn can_make_more(&self) -> bool {
        matches!(self, Maker::Again(_))
    }

    pub(crate) fn make(&self) -> Option<Box<dyn Transport>> {
        match self {
            Maker::Again(make) => Some(make()),
            Maker::Once(given) => given.lock().unwrap_or_else(PoisonError::into_inner).take(),
        }
    }
}

impl Recipe {
    /// A stream of this process, at its beginning.
    pub(crate) fn begin(&self) -> Live {
        let transport = self.maker.make();
        let closed = transport.is_none();
        let shared = Shared::new(
            self.limits,
            self.disk.is_some(),
            self.linger,
            Arc::clone(&self.clock),
            transport.unwrap_or_else(|| Box::new(Absent)),
        );
        let disk = self.disk.as_ref().map(|recipe| {
            Arc::new(Disk::new(
                recipe.spool.clone(),
                recipe.address.clone(),
                recipe.secrets.clone(),
                self.diagnostics.clone(),
                self.destination.clone(),
            ))
        });
        let live = Live::new(
            shared,
            disk,
            self.diagnostics.clone(),
            self.destination.clone(),
            self.tells_drops,
        );
        if closed {
            let _ = live.close(Duration::ZERO);
        }
        live
    }
}
