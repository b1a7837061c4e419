//! A statement of the program that says something, again and again.

use tnt4_model::Severity;

use super::Place;

/// So much text of a statement without a callsite is remembered, in bytes.
const LONGEST: usize = 1 << 10;

/// A statement of the program: what is the same each time it says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    /// Where in memory something lies that belongs to this statement alone as long as the program runs, as what `tracing`
    /// asks to be `'static`.
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
    /// It says too much of itself to be remembered.
    Long,
}

/// By which a statement is known whose callsite is not.
#[derive(Debug)]
pub(super) struct Words {
    target: String,
    severity: Severity,
    module: Option<String>,
    file: Option<String>,
    line: Option<u32>,
}

impl Statement<'_> {
    /// A number below two to the power of `bits` that differs between most statements.
    pub(super) fn hash(&self, bits: u32) -> usize {
        let length = |text: Option<&str>| text.map_or(0, str::len);
        let seed = self.callsite.unwrap_or_else(|| {
            let Place {
                module, file, line, ..
            } = self.place;
            let severity = usize::from(self.severity.ordinal());
            let lengths = self.target.len() ^ length(module) << 5 ^ length(file) << 10;
            lengths ^ severity << 15 ^ (line.unwrap_or_default() as usize) << 18
        });
        // By the golden ratio, of which the upper bits count: also what lies in a row comes far apart.
        ((seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - bits)) as usize
    }

    /// How much its texts take, in bytes.
    fn length(&self) -> usize {
        let texts = [self.place.module, self.place.file, self.place.name];
        let others: usize = texts.into_iter().flatten().map(str::len).sum();
        self.target.len() + others
    }
}

impl KnownStatement {
    pub(super) fn new(statement: &Statement<'_>) -> Self {
        if let Some(callsite) = statement.callsite {
            return KnownStatement::Callsite(callsite);
        }
        let place = &statement.place;
        if statement.length() > LONGEST {
            return KnownStatement::Long;
        }
        KnownStatement::Words(Box::new(Words {
            target: statement.target.to_owned(),
            severity: statement.severity,
            module: place.module.map(str::to_owned),
            file: place.file.map(str::to_owned),
            line: place.line,
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
                // Only what has a callsite has a name.
                name: None,
            },
        }
    }
}
