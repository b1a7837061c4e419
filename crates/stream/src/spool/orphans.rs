//! The folders of dead streams, one by one.

use std::fs::{self, ReadDir};
use std::path::PathBuf;

use super::destination::Destination;
use super::error::SpoolError;
use super::folder::{self, Folder};

/// Adopts one folder at a time. First those of the destination itself, then those of the same address whose
/// token the server refused.
pub(crate) struct Orphans {
    destination: Destination,
    /// Whose streams are looked at now.
    place: Option<Place>,
    siblings: Siblings,
}

enum Siblings {
    NotYet,
    Reading(ReadDir),
    Done,
}

struct Place {
    path: PathBuf,
    entries: ReadDir,
    only_refused: bool,
}

impl Orphans {
    pub(super) fn new(destination: Destination) -> Self {
        Orphans {
            destination,
            place: None,
            siblings: Siblings::NotYet,
        }
    }

    /// Goes to the next place; whether there is one.
    fn advance(&mut self) -> Result<bool, SpoolError> {
        match &mut self.siblings {
            Siblings::NotYet => {
                let spool = self.destination.spool();
                self.siblings = Siblings::Done;
                self.siblings =
                    Siblings::Reading(fs::read_dir(spool).map_err(SpoolError::io("read", spool))?);
                self.place = Some(Place::open(self.destination.path().into(), false)?);
                Ok(true)
            }
            Siblings::Reading(entries) => {
                for entry in entries {
                    let entry = entry.map_err(SpoolError::io("read", self.destination.spool()))?;
                    if self.destination.is_sibling(&entry)? {
                        self.place = Some(Place::open(entry.path(), true)?);
                        return Ok(true);
                    }
                }
                self.siblings = Siblings::Done;
                Ok(false)
            }
            Siblings::Done => Ok(false),
        }
    }
}

impl Iterator for Orphans {
    type Item = Result<Folder, SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(place) = &mut self.place {
                if let Some(found) = place.next() {
                    return Some(found);
                }
                self.place = None;
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) if error.is_not_found() => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Place {
    fn open(path: PathBuf, only_refused: bool) -> Result<Self, SpoolError> {
        let entries = fs::read_dir(&path).map_err(SpoolError::io("read", &path))?;
        Ok(Place {
            path,
            entries,
            only_refused,
        })
    }

    /// Adopts the folder of this name, where it is a dead stream's that has segments left.
    fn adopt(&self, name: &str) -> Result<Option<Folder>, SpoolError> {
        if folder::is_draft(name) {
            folder::remove_draft(&self.path.join(name))?;
            return Ok(None);
        }
        let Some(id) = folder::id_of(name) else {
            return Ok(None);
        };
        let may_be_adopted = || !self.only_refused || folder::is_refused(&self.path.join(name));
        if !may_be_adopted() {
            return Ok(None);
        }
        let Some(folder) = Folder::adopt(&self.path, id)? else {
            return Ok(None);
        };
        // Its owner may have been let in again before it died.
        if !may_be_adopted() {
            return Ok(None);
        }
        if folder.segments()?.is_empty() {
            folder.finish()?;
            return Ok(None);
        }
        Ok(Some(folder))
    }
}

impl Iterator for Place {
    type Item = Result<Folder, SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let name = match self.entries.next()? {
                Ok(entry) => entry.file_name(),
                Err(error) => return Some(Err(SpoolError::io("read", &self.path)(error))),
            };
            match name.to_str().map(|name| self.adopt(name)) {
                None | Some(Ok(None)) => {}
                Some(Ok(Some(folder))) => return Some(Ok(folder)),
                // Its owner, or another successor, has just removed it.
                Some(Err(error)) if error.is_not_found() => {}
                Some(Err(error)) => return Some(Err(error)),
            }
        }
    }
}
