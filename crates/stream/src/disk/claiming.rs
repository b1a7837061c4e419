//! A stream's folder is claimed here: with the first record, or when a disk is there at last, or anew where somebody
//! has removed it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use super::{Disk, Estate, lock};
use crate::segment::{self, Identity, Writer};
use crate::shared::Shared;
use crate::spool::{self, Folder, SpoolError, StateFolder};

impl Disk {
    /// Claims a folder, where there is none yet, or somebody has removed it.
    pub(crate) fn claim(&self, shared: &Shared) -> Result<(), SpoolError> {
        if let Some(estate) = self.estate.load_full() {
            if !estate.is_lost() {
                return Ok(());
            }
            self.say_once(&format!(
                "somebody has removed this stream's folder in {}, and files of records with it: what can still be \
                 read of them is delivered; a new folder is made",
                estate.destination.path().display()
            ));
        }
        let path = match &self.spool.state_folder {
            Some(path) => path.clone(),
            None => spool::find(|name| std::env::var_os(name))?,
        };
        let state_folder = StateFolder::open(&path)?;
        let secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
        let destination = state_folder.destination(&self.address, &secrets)?;
        let folder = destination.claim()?;
        let place = folder.path().to_owned();
        let reserve = Arc::new(folder.reserve());
        let bridges = Arc::clone(&reserve);
        let bridge = move |identity: &Identity, capacity| {
            let path = Folder::segment_path_in(&place, identity.number);
            let writer = Writer::create_sparse(&path, identity, capacity).ok()?;
            bridges.taken(capacity);
            Some(writer)
        };
        {
            let queue = &mut shared.lock().queue;
            queue.leave_folder();
            queue.settle_down(folder.id(), Box::new(bridge));
        }
        self.refused.store(false, Ordering::Relaxed);
        *lock(&self.dead_letters) = Some(folder.dead_letters(self.dead_letters_limit()));
        let medium = self
            .spool
            .medium
            .unwrap_or_else(|| segment::medium_for(folder.path()));
        self.estate.store(Some(Arc::new(Estate {
            medium,
            destination,
            reserve,
            names: folder.names(),
            folder: Mutex::new(Some(Arc::new(folder))),
        })));
        Ok(())
    }

    /// Whether somebody has removed the folder that was claimed.
    pub(crate) fn is_lost(&self) -> bool {
        self.estate.load().as_ref().is_some_and(|estate| estate.is_lost())
    }

    /// Says that there is no folder for records.
    pub(crate) fn say_unclaimed(&self, error: &SpoolError) {
        self.say_once(&format!("records are kept in memory only: {error}"));
    }
}

impl Estate {
    fn is_lost(&self) -> bool {
        lock(&self.folder)
            .as_ref()
            .is_some_and(|folder| !folder.is_in_place())
    }
}
