//! From a lane's plan to the records of a batch: reads a segment, without any lock.

use std::cell::Cell;
use std::io;
use std::sync::Arc;

use crate::ProblemKind;
use crate::lane::{Plan, Read};
use crate::queue::Limits;
use crate::record::Record;
use crate::segment::{Found, Scanner, is_passing};
use crate::transport::Setback;

/// How often a disk is asked for the same records before they count as lost: a minute or so, as attempts go.
const ATTEMPTS: u32 = 6;

/// Most records are not longer than this, in bytes.
const USUAL: usize = 2 << 10;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) records: Vec<Record>,
    /// Records and losses, in their order.
    pub(crate) reads: Vec<Read>,
    /// Why it ended before it was to.
    pub(crate) failed: Option<io::Error>,
}

/// Reads as many records as a batch takes, or as there are. `memory` is what the last reading has used: to fetch as much
/// from the system each time would take longer than all the rest.
pub(crate) fn read(plan: &Plan, limits: &Limits, memory: &mut Vec<u8>) -> Reading {
    let mut reading = Reading::default();
    let waiting = usize::try_from(plan.to.saturating_sub(plan.from.offset)).unwrap_or(usize::MAX);
    let records = limits.batch_records.saturating_mul(USUAL);
    let mut buffer: Vec<u8> = Vec::with_capacity(waiting.min(records).min(limits.batch_bytes));
    let mut places = Vec::new();
    let mut sequence = plan.first_sequence;
    let mut scanner = Scanner::in_memory(&*plan.segment, plan.from, plan.to, std::mem::take(memory));
    // One record is taken whatever its size, and whatever the bound.
    while places.is_empty() || places.len() < limits.batch_records && buffer.len() < limits.batch_bytes {
        let (records, lost) = match scanner.next() {
            Ok(Some(Found::Record(record))) => {
                let start = buffer.len();
                if start > 0 && start + record.key.len() + record.body.len() > limits.batch_bytes {
                    break;
                }
                buffer.extend_from_slice(record.key.as_bytes());
                let body = buffer.len();
                buffer.extend_from_slice(record.body);
                places.push((sequence, record.key.len() as u16, body..buffer.len()));
                (1, false)
            }
            Ok(Some(Found::Damage(damage))) => (damage.records, true),
            Ok(None) => break,
            Err(error) => {
                reading.failed = Some(error);
                break;
            }
        };
        sequence += records;
        reading.reads.push(Read {
            end: scanner.position(),
            records,
            lost,
        });
    }
    *memory = scanner.into_memory();
    let buffer = Arc::new(buffer);
    reading.records = places
        .into_iter()
        .map(|(sequence, key, body)| Record::new(sequence, &buffer, body).with_key(key))
        .collect();
    reading
}

/// What to make of a reading.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// There is something to go on with.
    Found,
    /// The disk may give it another time: it may have been for want of descriptors, or of memory.
    Later(Setback),
    /// The rest of the segment is lost: it was tried often enough, or is not there.
    Lost,
}

impl Reading {
    /// What to make of it; `in_vain` counts the failures in a row.
    pub(crate) fn outcome(&self, plan: &Plan, in_vain: &Cell<u32>) -> Outcome {
        let failed = self.failed.as_ref().filter(|_| self.reads.is_empty());
        let Some(error) = failed else {
            in_vain.set(0);
            return match self.reads.is_empty() {
                true => Outcome::Lost,
                false => Outcome::Found,
            };
        };
        // A file that is gone, or another one, will not come back; for what is wanted elsewhere at present one can wait.
        let gone = error.kind() == io::ErrorKind::NotFound;
        in_vain.set(in_vain.get() + 1);
        if is_passing(error) || (in_vain.get() < ATTEMPTS && !gone) {
            let place = plan.segment.path().map(|path| path.display().to_string());
            let place = place.unwrap_or_else(|| "memory".to_owned());
            return Outcome::Later(Setback::retry_of(
                ProblemKind::Local,
                format!("records cannot be read from {place}: {error}"),
            ));
        }
        in_vain.set(0);
        Outcome::Lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Lane;
    use crate::segment::{Identity, Position, RECORDS, Writer};

    #[test]
    fn a_disk_that_fails_is_asked_again_before_records_are_lost() {
        let identity = Identity {
            number: 1,
            stream: uuid::Uuid::nil(),
            created_at: 1,
        };
        let writer = Writer::memory(&identity, RECORDS + 8).unwrap();
        let mut lane = Lane::default();
        lane.push(writer.segment().clone(), Position::START, RECORDS + 40, 1);
        let plan = lane.plan().unwrap();
        let failed = || Reading {
            failed: Some(io::ErrorKind::Other.into()),
            ..Reading::default()
        };
        let in_vain = Cell::new(0);
        for _ in 0..2 {
            for _ in 1..ATTEMPTS {
                assert!(matches!(failed().outcome(&plan, &in_vain), Outcome::Later(_)));
            }
            assert!(matches!(failed().outcome(&plan, &in_vain), Outcome::Lost));
        }
        let gone = Reading {
            failed: Some(io::ErrorKind::NotFound.into()),
            ..Reading::default()
        };
        assert!(matches!(gone.outcome(&plan, &in_vain), Outcome::Lost));
        // What was committed and is not there will not be there next time.
        assert!(matches!(
            Reading::default().outcome(&plan, &in_vain),
            Outcome::Lost
        ));
    }
}
