//! Where segments lie on disk, whose they are, and who inherits them.
//!
//! # Layout, version 1
//!
//! ```text
//! <state folder>/salt                          32 random bytes, made once
//! <state folder>/spool/<destination>/          one for each server address and token
//!     destination                              which address that is, for people and tools
//!     lock                                     held while sizes are added up and a segment is created
//!     <stream>/                                one for each stream, a UUID of version 7
//!         owner                                locked as long as the stream lives; as long as what is set aside for it
//!         0000000001.segment …                 its segments: at least ten digits, rising
//!         refused                              where the server did not let this stream's token in
//!     .<stream>.new/                           a stream's folder while it is being made
//!     dead-letters/<stream>.ndjson             what the server rejected for good
//!     quarantine/<stream>-<number>.segment     segments with damage, kept for people
//! ```
//!
//! What is in a segment is the business of the room [`segment`](crate::segment); here they have a number and a
//! length. [`state_folder`] says which folder it all lies in, [`address`] what `<destination>` and the file in
//! it look like, [`dead_letters`] the form of those.
//!
//! # What holds
//!
//! * **A folder has one owner**, who holds the lock on `owner` (`flock`). The lock ends with the process, however
//!   that ends. It is taken before a new folder bears its name, so nobody adopts a newborn, and the folder is
//!   removed while the lock is held, so nobody locks what is gone without noticing: whoever gets a lock looks
//!   whether the path still leads to the file that was locked.
//!   Where the file is missing from a folder with records, nothing tells whether their stream lives: nobody adopts it.
//! * **One successor.** Whoever gets the lock of a dead stream's folder owns it ([`Destination::orphans`]). Records
//!   that were taken under one token are sent under another only after the server refused the first.
//! * **A child of a fork owns nothing** of its parent's ([`fork`](crate::fork)).
//! * **Private**: folders are 0700 and files 0600, whatever the umask. What belongs to another user, may be written
//!   by others or is a symbolic link is refused. Within a folder of one's own that nobody else can write to,
//!   paths are then safe to use.
//! * **No secret enters**: tokens and query strings go into a keyed digest of 64 bits, whose key is the salt.
//! * **Sizes come from the files**, at any time, so a restart or another process changes nothing about a bound.
//! * Nothing here blocks but on the disk, and [`Destination::with_guard`] for as long as it is told to.

mod settings;
mod state_folder;

mod address;
mod salt;

mod destination;
mod orphans;
mod usage;

mod folder;
mod names;
mod quarantine;
mod reserve;

mod dead_letters;
mod timestamp;

pub(crate) mod listing;

mod files;
mod lock;

mod error;

pub(crate) use address::Address;
#[cfg(test)]
pub(crate) use dead_letters::DeadLetterError;
pub(crate) use dead_letters::{Collected, DeadLetters, Reader};
pub(crate) use destination::Destination;
#[cfg(test)]
pub(crate) use destination::Expired;
pub(crate) use error::SpoolError;
pub(crate) use folder::{Folder, SegmentFile};
pub(crate) use names::Names;
pub(crate) use orphans::Orphans;
#[cfg(test)]
pub(crate) use quarantine::Quarantined;
pub(crate) use reserve::Reserve;
pub use settings::Spool;
pub(crate) use state_folder::{StateFolder, find};

#[cfg(test)]
mod tests;
