//! What each statement of the program says each time, encoded once by every thread that comes there.
//!
//! A thread remembers [`REMEMBERED`] of them, usually of about a kibibyte each, in pairs: of those that would be in one place
//! the last two are kept.

use std::borrow::Cow;

use tnt4_model::{EncodedOutline, EventOutline};

use super::known::KnownNames;
use super::standing::Standing;
use super::statement::{KnownStatement, Statement};
use super::{Manner, Place, shorten, text};

/// How many pairs of statements a thread remembers, as a power of two.
const BITS: u32 = 7;
/// So many statements are remembered by a thread, beside the latest.
const REMEMBERED: usize = 2 << BITS;

/// A statement, as a bridge and a thread say it.
pub(super) struct Site {
    statement: KnownStatement,
    /// Of which manner, and in which process.
    of: (u64, u64),
    /// The place of the first of its pair.
    pair: usize,
    pub(super) outline: EncodedOutline,
    pub(super) names: KnownNames,
}

/// The statements that a thread has said before, but for the latest.
#[derive(Default)]
pub(super) struct Sites(Vec<Option<Box<Site>>>);

impl Site {
    pub(super) fn new(statement: &Statement<'_>, manner: &Manner, standing: &Standing) -> Self {
        let mut properties = standing.properties.clone();
        let place = statement.place;
        let (module, file, name) = (cut(place.module), cut(place.file), cut(place.name));
        let place = Place {
            module: module.as_deref(),
            file: file.as_deref(),
            name: name.as_deref(),
            ..place
        };
        place.encode(&mut properties);
        let target = cut(Some(statement.target)).unwrap_or_default();
        let source = manner.source();
        let outline = EventOutline {
            name: &target,
            severity: statement.severity,
            process_id: Some(standing.process),
            thread_id: Some(standing.thread),
            source: Some(&source),
            properties: &properties,
        };
        Site {
            statement: KnownStatement::new(statement),
            of: (manner.number, standing.generation()),
            pair: pair(statement, manner),
            outline: outline.encode(),
            names: KnownNames::default(),
        }
    }

    pub(super) fn is_of(&self, manner: &Manner) -> bool {
        self.of.0 == manner.number
    }

    pub(super) fn is(&self, statement: &Statement<'_>, manner: &Manner, standing: &Standing) -> bool {
        self.of == (manner.number, standing.generation()) && self.statement.is(statement)
    }
}

impl Sites {
    /// Turns to another statement, and keeps this one. It is made anew where it was not said for a while.
    pub(super) fn exchange(
        &mut self,
        site: &mut Box<Site>,
        statement: &Statement<'_>,
        manner: &Manner,
        standing: &Standing,
    ) {
        self.0.resize_with(REMEMBERED, || None);
        let pair = self.pair(pair(statement, manner));
        let next = pair
            .iter_mut()
            .find_map(|known| known.take_if(|site| site.is(statement, manner, standing)))
            .unwrap_or_else(|| Box::new(Site::new(statement, manner, standing)));
        let before = std::mem::replace(site, next);
        if let [latest, earlier] = self.pair(before.pair) {
            if latest.is_some() {
                *earlier = latest.take();
            }
            *latest = Some(before);
        }
    }

    fn pair(&mut self, first: usize) -> &mut [Option<Box<Site>>] {
        self.0.get_mut(first..first + 2).unwrap_or_default()
    }
}

/// Where the statement is kept.
fn pair(statement: &Statement<'_>, manner: &Manner) -> usize {
    2 * ((statement.hash(BITS) + manner.number as usize) % (1 << BITS))
}

/// A text as it goes into an outline, which nobody shortens any more.
fn cut(given: Option<&str>) -> Option<Cow<'_, str>> {
    given.map(|given| match given.len() {
        0..=shorten::LONGEST_VALUE => Cow::Borrowed(given),
        _ => {
            let mut shortened = given.to_owned();
            text::cut(&mut shortened, 0, shorten::LONGEST_VALUE);
            Cow::Owned(shortened)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Severity;
    use crate::redaction::Names;

    fn statement(callsite: usize, target: &str) -> Statement<'_> {
        Statement {
            callsite: Some(callsite),
            target,
            severity: Severity::Info,
            place: Place::default(),
        }
    }

    #[test]
    fn of_one_place_the_last_two_are_kept() {
        let (manner, mut standing) = (Manner::new(Names::usual(), None), Standing::new());
        standing.refresh();
        let of_one_place: Vec<usize> = (0..10_000)
            .filter(|callsite| pair(&statement(*callsite, ""), &manner) == 0)
            .take(4)
            .collect();
        let mut sites = Sites::default();
        let mut site = Box::new(Site::new(&statement(of_one_place[0], "0"), &manner, &standing));
        let mut turn = |index: usize| {
            let target = index.to_string();
            let statement = statement(of_one_place[index], &target);
            let known = sites
                .0
                .iter()
                .flatten()
                .any(|site| site.is(&statement, &manner, &standing));
            sites.exchange(&mut site, &statement, &manner, &standing);
            assert_eq!(site.outline, Site::new(&statement, &manner, &standing).outline);
            known
        };
        assert!(!turn(1) && !turn(2));
        for _ in 0..5 {
            assert!(turn(0) && turn(1) && turn(2), "the latest, and two beside it");
        }
        assert!(!turn(3) && turn(2) && turn(1) && !turn(0));
    }

    #[test]
    fn statements_in_a_row_come_far_apart() {
        let manner = Manner::new(Names::usual(), None);
        for distance in [0x40, 0x78, 0x80, 0x100] {
            let places: std::collections::HashSet<usize> = (0..64)
                .map(|index| pair(&statement(0x55_0000_1000 + index * distance, ""), &manner))
                .collect();
            assert!(places.len() >= 30, "{} for {distance:#x}", places.len());
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let (manner, mut standing) = (Manner::new(Names::usual(), None), Standing::new());
        standing.refresh();
        let long = "x".repeat(1 << 20);
        let statement = Statement {
            callsite: None,
            place: Place {
                module: Some(&long),
                file: Some(&long),
                ..Place::default()
            },
            ..statement(0, &long)
        };
        let site = Site::new(&statement, &manner, &standing);
        assert!(format!("{:?}", site.outline).len() < 64 * shorten::LONGEST_VALUE);
        assert!(!site.is(&statement, &manner, &standing), "it is not remembered");
    }
}
