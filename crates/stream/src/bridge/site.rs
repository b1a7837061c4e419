//! What each statement of the program says each time, encoded once by every thread that comes there.

use tnt4_model::{EncodedOutline, EventOutline};

use super::Manner;
use super::known::KnownNames;
use super::standing::Standing;
use super::statement::{KnownStatement, Statement};

/// So many statements are remembered by a thread, beside the latest.
const REMEMBERED: usize = 64;

/// A statement, as a bridge and a thread say it.
pub(super) struct Site {
    statement: KnownStatement,
    /// Of which manner, and in which process.
    of: (u64, u64),
    slot: usize,
    pub(super) outline: EncodedOutline,
    pub(super) names: KnownNames,
}

/// The statements that a thread has said before, but for the latest.
#[derive(Default)]
pub(super) struct Sites(Vec<Option<Box<Site>>>);

impl Site {
    pub(super) fn new(statement: &Statement<'_>, manner: &Manner, standing: &Standing) -> Self {
        let mut properties = standing.properties.clone();
        statement.place.encode(&mut properties);
        let source = manner.source();
        let outline = EventOutline {
            name: statement.target,
            severity: statement.severity,
            process_id: Some(standing.process),
            thread_id: Some(standing.thread),
            source: Some(&source),
            properties: &properties,
        };
        Site {
            statement: KnownStatement::new(statement),
            of: (manner.number, standing.generation()),
            slot: slot(statement, manner),
            outline: outline.encode(),
            names: KnownNames::default(),
        }
    }

    pub(super) fn is(&self, statement: &Statement<'_>, manner: &Manner, standing: &Standing) -> bool {
        self.of == (manner.number, standing.generation()) && self.statement.is(statement)
    }
}

impl Sites {
    /// Turns to another statement, and keeps this one. It is made anew where yet another one has had its slot.
    pub(super) fn exchange(
        &mut self,
        site: &mut Box<Site>,
        statement: &Statement<'_>,
        manner: &Manner,
        standing: &Standing,
    ) {
        self.0.resize_with(REMEMBERED, || None);
        let known = self.0.get_mut(slot(statement, manner)).and_then(Option::take);
        let known = known.filter(|known| known.is(statement, manner, standing));
        let next = known.unwrap_or_else(|| Box::new(Site::new(statement, manner, standing)));
        let before = std::mem::replace(site, next);
        if let Some(slot) = self.0.get_mut(before.slot) {
            *slot = Some(before);
        }
    }
}

/// Where the statement is kept.
fn slot(statement: &Statement<'_>, manner: &Manner) -> usize {
    statement.hash().wrapping_add(manner.number as usize) % REMEMBERED
}
