//! A statement of the program that says something, again and again.

use tnt4_model::Severity;

use super::Place;

/// A statement of the program: what is the same each time it says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    /// Where in memory something lies that belongs to this statement alone, as long as the program runs.
    pub(crate) callsite: Option<usize>,
    /// What it speaks for.
    pub(crate) target: &'a str,
    pub(crate) severity: Severity,
    pub(crate) place: Place<'a>,
}

/// A statement that is remembered.
#[derive(Debug)]
pub(super) enum KnownStatement {
    Callsite(usize),
    Words(Box<Words>),
}

/// By which a statement is known whose callsite is not.
#[derive(Debug)]
pub(super) struct Words {
    target: String,
    severity: Severity,
    module: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    name: Option<String>,
}

impl Statement<'_> {
    /// A number that differs between most statements.
    pub(super) fn hash(&self) -> usize {
        let seed = self.callsite.unwrap_or_else(|| {
            let line = usize::try_from(self.place.line.unwrap_or_default()).unwrap_or_default();
            line << 12 ^ self.target.len() << 6 ^ self.place.file.map_or(0, str::len)
        });
        // By the golden ratio: also what lies in a row comes far apart.
        seed.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as usize) >> (usize::BITS / 2)
    }
}

impl KnownStatement {
    pub(super) fn new(statement: &Statement<'_>) -> Self {
        if let Some(callsite) = statement.callsite {
            return KnownStatement::Callsite(callsite);
        }
        let place = &statement.place;
        KnownStatement::Words(Box::new(Words {
            target: statement.target.to_owned(),
            severity: statement.severity,
            module: place.module.map(str::to_owned),
            file: place.file.map(str::to_owned),
            line: place.line,
            name: place.name.map(str::to_owned),
        }))
    }

    pub(super) fn is(&self, statement: &Statement<'_>) -> bool {
        match (self, statement.callsite) {
            (KnownStatement::Callsite(known), Some(callsite)) => *known == callsite,
            (KnownStatement::Words(words), None) => words.statement() == *statement,
            _ => false,
        }
    }
}

impl Words {
    fn statement(&self) -> Statement<'_> {
        Statement {
            callsite: None,
            target: &self.target,
            severity: self.severity,
            place: Place {
                module: self.module.as_deref(),
                file: self.file.as_deref(),
                line: self.line,
                name: self.name.as_deref(),
            },
        }
    }
}
