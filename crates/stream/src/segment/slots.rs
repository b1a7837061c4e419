//! The two slots that say how far a segment is acknowledged.
//!
//! Each has a sector of its own, at offsets 512 and 1024, and 28 bytes in it:
//!
//! | offset | size | what |
//! |---|---|---|
//! | 0 | 8 | acknowledged offset: the records that end at or before it have arrived |
//! | 8 | 8 | how many records these are |
//! | 16 | 8 | generation: counts the acknowledgements |
//! | 24 | 4 | checksum of the 24 bytes before |
//!
//! They are written in turn (an even generation goes to the first one), so that a torn write leaves the other.
//! The valid one of the higher generation counts. If none is valid, nothing is acknowledged: records go again,
//! which is what *at least once* allows.

use super::format::{ALIGNMENT, Fields, LARGEST_CAPACITY, Position, RECORDS, checked, put_checksum};

/// Where the slots are: even generations in the first one.
pub(super) const OFFSETS: [u64; 2] = [512, 1024];

/// The size of a slot in bytes.
pub(super) const SIZE: usize = 28;

/// How far a segment is acknowledged, and how often that has been said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Acknowledgement {
    pub(super) position: Position,
    generation: u64,
}

impl Acknowledgement {
    /// Nothing is acknowledged.
    pub(super) const NONE: Acknowledgement = Acknowledgement {
        position: Position::START,
        generation: 0,
    };

    /// What the slots say.
    pub(super) fn decode(slots: &[[u8; SIZE]; 2]) -> Self {
        slots
            .iter()
            .filter_map(decode)
            .max_by_key(|slot| slot.generation)
            .unwrap_or(Self::NONE)
    }

    /// The next acknowledgement. It goes to the slot that does not hold this one.
    pub(super) fn next(&self, position: Position) -> Self {
        Acknowledgement {
            position,
            generation: self.generation.wrapping_add(1),
        }
    }

    /// Where its slot is.
    pub(super) fn offset(&self) -> u64 {
        OFFSETS[usize::from(self.generation % 2 == 1)]
    }

    /// The slot's bytes.
    pub(super) fn encode(&self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        bytes[0..8].copy_from_slice(&self.position.offset.to_le_bytes());
        bytes[8..16].copy_from_slice(&u64::from(self.position.index).to_le_bytes());
        bytes[16..24].copy_from_slice(&self.generation.to_le_bytes());
        put_checksum(&mut bytes);
        bytes
    }
}

/// What one slot says, if it is whole and says something possible.
fn decode(bytes: &[u8; SIZE]) -> Option<Acknowledgement> {
    let mut fields = Fields(checked(bytes)?);
    let offset = fields.take_u64();
    let index = u32::try_from(fields.take_u64()).ok()?;
    let possible = (RECORDS..=LARGEST_CAPACITY).contains(&offset) && offset % ALIGNMENT == 0;
    possible.then(|| Acknowledgement {
        position: Position { offset, index },
        generation: fields.take_u64(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: [u8; SIZE] = [0; SIZE];

    /// The slots after so many acknowledgements, of one record of 100 or so bytes each.
    fn after(count: u32) -> (Acknowledgement, [[u8; SIZE]; 2]) {
        let (mut latest, mut slots) = (Acknowledgement::NONE, [EMPTY; 2]);
        for index in 1..=count {
            let offset = RECORDS + u64::from(index) * 104;
            latest = latest.next(Position { offset, index });
            slots[usize::from(latest.offset() == OFFSETS[1])] = latest.encode();
        }
        (latest, slots)
    }

    #[test]
    fn the_latest_counts() {
        for count in 0..5 {
            let (latest, slots) = after(count);
            assert_eq!(Acknowledgement::decode(&slots), latest);
        }
    }

    #[test]
    fn a_torn_write_leaves_the_one_before() {
        for count in 1..5 {
            let (before, _) = after(count - 1);
            let (latest, mut slots) = after(count);
            let old = if count > 2 { after(count - 2).1 } else { [EMPTY; 2] };
            let slot = usize::from(latest.offset() == OFFSETS[1]);
            let whole = slots[slot];
            for torn in 0..SIZE {
                slots[slot] = old[slot];
                slots[slot][..torn].copy_from_slice(&whole[..torn]);
                // So few bytes may be those of the slot's last contents: then the write did not begin.
                let read = Acknowledgement::decode(&slots);
                assert!(read == before || slots[slot] == whole, "{count} torn at {torn}");
                // The next one repairs the torn slot, and not the whole one.
                assert!(read != before || read.next(latest.position).offset() == latest.offset());
            }
        }
    }

    #[test]
    fn impossible_places_are_not_believed() {
        for offset in [0, RECORDS - 8, RECORDS + 1, LARGEST_CAPACITY + 8, u64::MAX] {
            let position = Position { offset, index: 1 };
            let slots = [EMPTY, Acknowledgement::NONE.next(position).encode()];
            assert_eq!(Acknowledgement::decode(&slots), Acknowledgement::NONE, "{offset}");
        }
    }
}
