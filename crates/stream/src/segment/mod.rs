//! Segments: runs of records in one piece of memory, which may be a file.
//!
//! This room is the byte level of the spool. It knows segments and records; it knows no stream, no folder's
//! name, no clock, no thread.
//!
//! # From the call to the server
//!
//! A producer makes a [`Frame`] of a record, outside of any lock. The one [`Writer`] of a segment appends it;
//! from then on the record survives the death of the process, if the segment is a file. Whoever holds the
//! [`Segment`] reads what is committed with a [`Scanner`], acknowledges what has arrived, and removes the file.
//! After a death, [`open`](open()) and the same [`Scanner`] give the records back, and count what is damaged.
//!
//! # Reading order
//!
//! [`format`](mod@format) specifies the bytes, in parts: [`header`], [`slots`], [`frame`], each with its [`checksum`]. What holds the bytes:
//! [`storage`] over [`backing`], [`medium`], [`map`] and [`positioned`]; a [`bookmark`] says what stays open. Who uses them: [`create`], [`writer`], [`shared`],
//! [`open`](mod@open), [`spill`]. Reading: [`window`], [`found`], [`scanner`]; what holds for
//! any bytes whatever is checked by [`any_bytes`].

mod checksum;
mod fetch;
mod format;
mod frame;
mod header;
mod slots;

#[cfg(target_os = "linux")]
mod map;
mod medium;
mod positioned;

mod backing;
mod bookmark;
mod spare;
mod storage;

mod create;
mod open;
mod shared;
mod spill;
mod writer;

mod any_bytes;
mod found;
mod scanner;
mod window;

#[cfg(test)]
mod tests;

pub(crate) use any_bytes::check_any_bytes;
pub(crate) use backing::is_passing;
pub(crate) use bookmark::Bookmark;
pub(crate) use create::CreateError;
#[cfg(test)]
pub(crate) use format::{LARGEST_CAPACITY, LONGEST_BODY, LONGEST_KEY};
pub(crate) use format::{Position, RECORDS};
pub(crate) use found::{Damage, Found, Record};
pub(crate) use frame::Frame;
pub(crate) use header::{HeaderDamage, Identity};
pub(crate) use medium::{Medium, medium_for};
pub(crate) use open::{OpenError, Opened, open, open_to_read};
pub(crate) use scanner::Scanner;
pub(crate) use shared::Segment;
#[cfg(test)]
pub(crate) use spare::USUAL as USUAL_MEMORY;
pub(crate) use window::ReadAt;
pub(crate) use writer::{AppendError, Writer};
