//! From a lane's plan to the records of a batch: reads a segment, without any lock.

use std::io;
use std::sync::Arc;

use crate::lane::{Plan, Read};
use crate::queue::Limits;
use crate::record::Record;
use crate::segment::{Found, Scanner};

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) records: Vec<Record>,
    /// Records and losses, in their order.
    pub(crate) reads: Vec<Read>,
    /// Why it ended before it was to.
    pub(crate) failed: Option<io::Error>,
}

/// Reads as many records as a batch takes, or as there are.
pub(crate) fn read(plan: &Plan, limits: &Limits) -> Reading {
    let mut reading = Reading::default();
    let mut buffer: Vec<u8> = Vec::new();
    let mut places = Vec::new();
    let mut sequence = plan.first_sequence;
    let mut scanner = Scanner::new(&*plan.segment, plan.from, plan.to);
    // One record is taken whatever its size, and whatever the bound.
    while places.is_empty() || places.len() < limits.batch_records && buffer.len() < limits.batch_bytes {
        let (records, lost) = match scanner.next() {
            Ok(Some(Found::Record(record))) => {
                let start = buffer.len();
                if start > 0 && start + record.body.len() > limits.batch_bytes {
                    break;
                }
                buffer.extend_from_slice(record.body);
                places.push((sequence, start..buffer.len()));
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
    let buffer = Arc::new(buffer);
    reading.records = places
        .into_iter()
        .map(|(sequence, place)| Record::new(sequence, &buffer, place))
        .collect();
    reading
}

impl Reading {
    /// How many records were found to be lost.
    pub(crate) fn lost(&self) -> u64 {
        self.reads
            .iter()
            .filter(|read| read.lost)
            .map(|read| read.records)
            .sum()
    }
}
