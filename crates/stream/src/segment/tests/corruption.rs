//! Whatever befalls the bytes: nothing panics, nothing is invented, and what was not hit is read.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Blow {
    Flip { place: usize, mask: u8 },
    Zero { place: usize, length: usize },
    Noise { place: usize, bytes: Vec<u8> },
    Copy { from: usize, to: usize, length: usize },
    Cut { length: usize },
}

fn blow(end: usize) -> impl Strategy<Value = Blow> {
    // Some of it hits the header and the slots, which the scan does not look at.
    let place = || 3000..end;
    prop_oneof![
        6 => (place(), 1_u8..).prop_map(|(place, mask)| Blow::Flip { place, mask }),
        2 => (place(), 1_usize..600).prop_map(|(place, length)| Blow::Zero { place, length }),
        1 => (place(), proptest::collection::vec(any::<u8>(), 1..200))
            .prop_map(|(place, bytes)| Blow::Noise { place, bytes }),
        1 => (place(), place(), 1_usize..600).prop_map(|(from, to, length)| Blow::Copy { from, to, length }),
        1 => place().prop_map(|length| Blow::Cut { length }),
    ]
}

impl Blow {
    fn strike(&self, bytes: &mut Vec<u8>) {
        let end = bytes.len();
        match self {
            Blow::Flip { place, mask } => {
                if let Some(byte) = bytes.get_mut(*place) {
                    *byte ^= mask;
                }
            }
            Blow::Zero { place, length } => bytes[(*place).min(end)..(place + length).min(end)].fill(0),
            Blow::Noise { place, bytes: noise } => {
                for (target, byte) in bytes.iter_mut().skip(*place).zip(noise) {
                    *target = *byte;
                }
            }
            Blow::Copy { from, to, length } => {
                let length = (*length)
                    .min(end.saturating_sub(*from))
                    .min(end.saturating_sub(*to));
                if length > 0 {
                    bytes.copy_within(*from..from + length, *to);
                }
            }
            Blow::Cut { length } => bytes.truncate(*length),
        }
    }
}

fn given() -> impl Strategy<Value = Given> {
    let body = proptest::collection::vec(b' '..=b'~', 0..120);
    (any::<bool>(), "[a-z/]{0,5}", body).prop_map(|(grave, key, body)| Given { grave, key, body })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_was_not_hit_is_read(
        records in proptest::collection::vec(given(), 1..60),
        free in 0_u64..2000,
        blows in proptest::collection::vec(blow(12_000), 0..12),
        window in 24_usize..3000,
    ) {
        let needed: u64 = records.iter().map(|record| record.frame().size()).sum();
        let (whole, places) = image(&records, Some(RECORDS + needed + free + 1));
        let mut hit = whole.clone();
        blows.iter().for_each(|blow| blow.strike(&mut hit));

        let limit = hit.len() as u64;
        let read = harvest(&mut Scanner::with_window(&hit[..], Position::START, limit, window));
        prop_assert_eq!(&read, &recover(&hit));
        for (index, given) in &read.records {
            prop_assert_eq!(records.get(*index as usize), Some(given));
        }
        let indices = read.indices();
        prop_assert!(indices.is_sorted_by(|one, other| one < other), "{:?}", indices);
        for (index, record) in records.iter().enumerate() {
            let start = places[index] as usize;
            let content = start..start + 24 + record.key.len() + record.body.len();
            let untouched = hit.get(content.clone()) == Some(&whole[content]);
            prop_assert!(!untouched || indices.contains(&(index as u32)), "{} was whole", index);
        }
        // Between the first and the last that were read, each is given or counted.
        if let Some(last) = indices.last() {
            let place = places[*last as usize];
            let lost: u64 = read.damage.iter().filter(|one| one.start < place).map(|one| one.records).sum();
            prop_assert!(lost + indices.len() as u64 > u64::from(*last), "{} {:?}", lost, indices);
        }
    }

    #[test]
    fn any_bytes_are_scanned_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..9000)) {
        let mut bytes = bytes;
        recover(&bytes);
        crate::fuzzing::recover_segment(&bytes);
        bytes.splice(0..0, image(&[], None).0);
        recover(&bytes);
    }
}
