//! A segment's file is read from one end to the other, also while its owner appends to it.
//!
//! Of a segment that is being written, the file may end sooner than a moment ago (it was sealed), and the place of
//! the last record may be filled from its end (its header comes last). So what looks like damage there is looked at
//! again, with bytes that are read anew, and is only believed when it stays and something follows it.

use std::io;
use std::path::Path;

use super::SpoolsError;
use crate::segment::{
    self, Damage, Found, HeaderDamage, OpenError, Position, ReadAt, Record, Scanner, Segment,
};

/// From where on records are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// All that lie there.
    Start,
    /// Those that have not arrived.
    Acknowledged,
}

/// What was found beside the records.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// When it was created, in milliseconds of Unix time; `None` where its header does not tell.
    pub(super) created_at: Option<u64>,
    pub(super) header: Option<HeaderDamage>,
    pub(super) damage: Vec<Damage>,
    pub(super) records: u64,
}

impl Scanned {
    /// How many records are damaged.
    pub(super) fn lost(&self) -> u64 {
        self.damage.iter().map(|damage| damage.records).sum()
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.header.is_some() || !self.damage.is_empty()
    }
}

/// Shows the valid records of a segment in their order; `None` where it is gone. `alive` says that it may have an
/// owner who appends to it.
pub(super) fn scan(
    path: &Path,
    from: From,
    alive: bool,
    mut look: impl FnMut(&Record<'_>) -> Result<(), SpoolsError>,
) -> Result<Option<Scanned>, SpoolsError> {
    let opened = match segment::open_to_read(path) {
        Ok(opened) => opened,
        Err(OpenError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let segment = &*opened.segment;
    let mut scanned = Scanned {
        created_at: segment.identity().map(|identity| identity.created_at),
        header: opened.damage,
        ..Scanned::default()
    };
    let mut position = match from {
        From::Start => Position::START,
        From::Acknowledged => segment.acknowledged(),
    };
    let mut suspected = None;
    loop {
        let end = segment.length().map_err(SpoolsError::io("read", path))?;
        let pass = pass(
            segment,
            &mut position,
            end,
            alive,
            &mut scanned,
            &mut suspected,
            &mut look,
        )?;
        match pass {
            Pass::Done => break,
            Pass::Again => {}
            Pass::Failed(error) => {
                let shorter = segment.length().is_ok_and(|length| length < end);
                if !(alive && shorter && error.kind() == io::ErrorKind::UnexpectedEof) {
                    return Err(SpoolsError::io("read", path)(error));
                }
            }
        }
    }
    if scanned.header.is_some()
        && scanned.records == 0
        && scanned.damage.is_empty()
        && was_never_begun(segment)
    {
        scanned.header = None;
    }
    Ok(Some(scanned))
}

/// How a pass through the file ended.
enum Pass {
    Done,
    /// It is to be looked at again from here.
    Again,
    Failed(io::Error),
}

fn pass(
    segment: &Segment,
    position: &mut Position,
    end: u64,
    alive: bool,
    scanned: &mut Scanned,
    suspected: &mut Option<Damage>,
    look: &mut impl FnMut(&Record<'_>) -> Result<(), SpoolsError>,
) -> Result<Pass, SpoolsError> {
    let mut scanner = Scanner::new(segment, *position, end);
    loop {
        match scanner.next() {
            Ok(None) => return Ok(Pass::Done),
            Ok(Some(Found::Record(record))) => {
                look(&record)?;
                scanned.records += 1;
                *position = record.position_after();
            }
            Ok(Some(Found::Damage(damage))) => {
                if alive && suspected.replace(damage) != Some(damage) {
                    return Ok(Pass::Again);
                }
                if alive && damage.end >= end {
                    return Ok(Pass::Done);
                }
                scanned.damage.push(damage);
                *position = scanner.position();
            }
            Err(error) => return Ok(Pass::Failed(error)),
        }
    }
}

/// Whether the file was only allocated: whoever made it died, or is not done yet.
fn was_never_begun(segment: &Segment) -> bool {
    let length = segment.length().unwrap_or(0).min(512);
    let mut header = vec![0; usize::try_from(length).unwrap_or(0)];
    segment.read_at(0, &mut header).is_ok() && header.iter().all(|byte| *byte == 0)
}
