//! A model of a disk under a power cut: what was synced is there afterwards, and of everything else any part or none.
//!
//! A file's content is what it was when the last sync of it that succeeded began; a folder's, the names that it had
//! then. Files and folders are known by their inodes, so one that bears another name by now is still found.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use tempfile::TempDir;
use tnt4::durable;

use super::chance::Chance;
use super::world::World;

/// The content of files may survive in pieces of this size.
const PAGE: usize = 4096;

/// A file or a folder. The number alone would be used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Id(u64, Option<SystemTime>);

#[derive(Debug, Clone)]
enum Thing {
    File(Vec<u8>),
    Folder(BTreeMap<String, Id>),
}

/// What there is, by what it is known by.
type Things = BTreeMap<Id, Thing>;

/// A disk that keeps what was synced below its root.
pub struct Platter {
    root: PathBuf,
    kept: Arc<Mutex<Kept>>,
    world: Arc<World>,
    begun: AtomicU64,
    fails: AtomicBool,
}

#[derive(Default)]
struct Kept {
    synced: Things,
    /// The number of the sync that each is of: a later one may end before an earlier one.
    numbers: BTreeMap<Id, u64>,
    accepted: BTreeSet<u64>,
    confirmed: u64,
    /// So many syncs more, and the power fails.
    left: Option<u64>,
    cut: Option<Cut>,
}

/// What there was at the moment at which the power failed.
pub struct Cut {
    root: Id,
    synced: Things,
    current: Things,
    /// What had been accepted before.
    pub accepted: BTreeSet<u64>,
    /// How many records were confirmed before.
    pub confirmed: u64,
    /// What servers had taken before.
    pub taken: BTreeSet<u64>,
}

impl Platter {
    /// A disk on which all is kept that is there now, in a world with servers.
    pub fn below(root: &Path, world: &Arc<World>) -> Arc<Self> {
        let mut synced = Things::new();
        look(root, &mut synced);
        Arc::new(Platter {
            root: root.to_owned(),
            kept: Arc::new(Mutex::new(Kept {
                synced,
                ..Kept::default()
            })),
            world: Arc::clone(world),
            begun: AtomicU64::new(0),
            fails: AtomicBool::new(false),
        })
    }

    /// Something has been accepted.
    pub fn accept(&self, number: u64) {
        self.kept.lock().unwrap().accepted.insert(number);
    }

    /// From now on no sync succeeds, or all do.
    pub fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    /// How many records of the stream at work are confirmed.
    pub fn confirmed(&self) -> u64 {
        self.kept.lock().unwrap().confirmed
    }

    /// How many syncs have begun.
    pub fn syncs(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    /// The power fails after so many syncs more.
    pub fn cut_after(&self, syncs: u64) {
        self.kept.lock().unwrap().left = Some(syncs);
    }

    /// What there was when the power failed, which is now if it has not failed yet.
    pub fn cut(&self) -> Cut {
        let mut kept = self.kept.lock().unwrap();
        kept.left = None;
        let earlier = kept.cut.take();
        earlier.unwrap_or_else(|| kept.cut_now(&self.root, &self.world))
    }
}

impl durable::Platter for Platter {
    fn sync(&self, path: &Path) -> io::Result<Box<dyn FnOnce()>> {
        let number = self.begun.fetch_add(1, Ordering::SeqCst);
        if self.fails.load(Ordering::SeqCst) {
            return Err(io::Error::other("the disk is worn out"));
        }
        let (seen, kept) = (thing_at(path), Arc::clone(&self.kept));
        let (root, world) = (self.root.clone(), Arc::clone(&self.world));
        Ok(Box::new(move || {
            let mut kept = kept.lock().unwrap();
            if let Some((id, thing)) = seen
                && kept.numbers.get(&id).is_none_or(|before| *before < number)
            {
                kept.numbers.insert(id, number);
                kept.synced.insert(id, thing);
            }
            if let Some(left) = kept.left {
                kept.left = left.checked_sub(1);
                if left == 0 {
                    kept.cut = Some(kept.cut_now(&root, &world));
                }
            }
        }))
    }

    fn confirmed(&self, _folder: &Path, records: u64) {
        self.kept.lock().unwrap().confirmed = records;
    }
}

impl Kept {
    fn cut_now(&self, root: &Path, world: &World) -> Cut {
        let mut current = Things::new();
        look(root, &mut current);
        Cut {
            root: thing_at(root).unwrap().0,
            synced: self.synced.clone(),
            current,
            accepted: self.accepted.clone(),
            confirmed: self.confirmed,
            // After what there is: who delivers a record removes it later.
            taken: world.taken.lock().unwrap().keys().copied().collect(),
        }
    }
}

impl Cut {
    /// What is found when the power is back: exactly what was synced, or that and any part of the rest.
    pub fn survivors(&self, mut rest: Option<&mut Chance>) -> TempDir {
        let folder = super::temporary_folder();
        self.restore(self.root, folder.path(), &mut rest);
        folder
    }

    fn restore(&self, id: Id, to: &Path, rest: &mut Option<&mut Chance>) {
        let folder = |things: &Things| match things.get(&id) {
            Some(Thing::Folder(names)) => Some(names.clone()),
            _ => None,
        };
        let synced = folder(&self.synced).unwrap_or_default();
        let current = folder(&self.current).unwrap_or_else(|| synced.clone());
        let names: BTreeSet<&String> = synced.keys().chain(current.keys()).collect();
        for name in names {
            let (before, after) = (synced.get(name), current.get(name));
            let survived = match rest {
                Some(chance) => [before, after][chance.below(2) as usize],
                None => before,
            };
            let Some(id) = survived else { continue };
            let path = to.join(name);
            match self.current.get(id).or(self.synced.get(id)) {
                Some(Thing::Folder(_)) => {
                    std::fs::create_dir(&path).unwrap();
                    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
                    self.restore(*id, &path, rest);
                }
                _ => std::fs::write(&path, self.content(*id, rest)).unwrap(),
            }
        }
    }

    /// What of a file's content survives.
    fn content(&self, id: Id, rest: &mut Option<&mut Chance>) -> Vec<u8> {
        let file = |things: &Things| match things.get(&id) {
            Some(Thing::File(content)) => Some(content.clone()),
            _ => None,
        };
        let synced = file(&self.synced).unwrap_or_default();
        let (Some(chance), Some(current)) = (rest, file(&self.current)) else {
            return synced;
        };
        let length = if chance.one_in(2) {
            synced.len()
        } else {
            current.len()
        };
        let mut content = vec![0; length];
        for (number, page) in content.chunks_mut(PAGE).enumerate() {
            let source = if chance.one_in(2) { &synced } else { &current };
            let start = (number * PAGE).min(source.len());
            let piece = &source[start..source.len().min(start + page.len())];
            page[..piece.len()].copy_from_slice(piece);
        }
        content
    }
}

/// What lies at a path, and what it is known by. It may be gone.
fn thing_at(path: &Path) -> Option<(Id, Thing)> {
    let id = id_of(&std::fs::symlink_metadata(path).ok()?);
    if !path.is_dir() {
        return Some((id, Thing::File(std::fs::read(path).ok()?)));
    }
    let mut names = BTreeMap::new();
    for entry in std::fs::read_dir(path).ok()?.flatten() {
        if let Ok(metadata) = entry.metadata() {
            names.insert(entry.file_name().into_string().unwrap(), id_of(&metadata));
        }
    }
    Some((id, Thing::Folder(names)))
}

fn id_of(metadata: &std::fs::Metadata) -> Id {
    Id(metadata.ino(), metadata.created().ok())
}

/// Everything at a path and below it.
fn look(path: &Path, things: &mut Things) {
    let Some((id, thing)) = thing_at(path) else {
        return;
    };
    if let Thing::Folder(names) = &thing {
        for name in names.keys() {
            look(&path.join(name), things);
        }
    }
    things.insert(id, thing);
}
