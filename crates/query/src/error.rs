//! What is wrong with a query, for the person who typed it.
//!
//! A [`QueryError`] is a [`Problem`] and the spot. Problems come in four small families, by who finds them: the grammar
//! ([`SyntaxError`], [`Unsupported`]), the catalogue ([`NameError`]) and the types ([`ValueError`]).
//! The doc of each variant shows the smallest query that triggers it.

use std::fmt;
use std::ops::Range;

use crate::span::Span;
use crate::suggest::Hint;

/// Why a query was refused, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryError {
    /// Boxed, because every step of the parser returns it.
    problem: Box<Problem>,
    span: Span,
    column: usize,
    in_default_date: bool,
}

/// What is wrong, by family.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// It is not jKQL.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It is jKQL, but of a part that this collector does not answer.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// It names something that is not there.
    #[error(transparent)]
    Name(#[from] NameError),
    /// It puts values together that do not go together.
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// The text is not jKQL.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SyntaxError {
    /// Something else should stand here: `get events where severity`.
    #[error("wanted {wanted}, found {found}{hint}")]
    Expected {
        /// What may stand here, in the user's words.
        wanted: String,
        /// What stands here.
        found: String,
        /// What was probably meant.
        hint: Hint,
    },
    /// A character that no jKQL text holds: `get events where a ? 1`.
    #[error("{found} does not belong here; texts go in quotes: 'like this'")]
    StrayCharacter {
        /// The character, quoted.
        found: String,
    },
    /// A quote without its end: `get events 'abc`.
    #[error("the text that starts here has no closing quote")]
    OpenText,
    /// A number that 64 bits cannot hold: `get 99999999999999999999 events`.
    #[error("{found} is too large a number")]
    NumberTooLarge {
        /// The number as typed.
        found: String,
    },
    /// A clause stands twice: `get events show as a show as b`.
    #[error("{clause} stands twice in this statement")]
    Repeated {
        /// The clause's keyword.
        clause: &'static str,
    },
    /// More than 64 KiB of text.
    #[error("the query has {length} bytes, more than the {limit} that are read")]
    TooLong {
        /// Bytes in the query.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// More than 64 parentheses, negations or operators inside each other: `get events where ((((…`.
    #[error("this is nested more than {limit} deep")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// A list longer than any database takes: `get events where a in (1,1,1,…)`.
    #[error("more than {limit} {what} in one statement or list")]
    TooMany {
        /// What there is too much of, in the plural.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
}

/// A part of jKQL that this collector understands but does not answer: `get relatives`, `delete events`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{what} is not supported{}", if *.later { " yet" } else { "" })]
pub struct Unsupported {
    /// What is not supported, as a phrase.
    pub what: String,
    /// Whether it is meant to come.
    pub later: bool,
}

/// A name that is not in the catalogue.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NameError {
    /// No item of this name: `get evnts`.
    #[error("{found} is no item type{hint} The item types are {known}", hint = sentence(hint))]
    UnknownItem {
        /// The name, quoted.
        found: String,
        /// What was probably meant.
        hint: Hint,
        /// All items that can be asked for.
        known: String,
    },
    /// A name so near to a field's that it must be a slip: `get events where severty > INFO`.
    ///
    /// Other unknown names are those of properties.
    #[error(
        "{item} has no field {found}{hint} For a property of that name write Properties('{name}')",
        hint = sentence(hint)
    )]
    UnknownField {
        /// The item's canonical name.
        item: &'static str,
        /// The name, quoted.
        found: String,
        /// The name, bare.
        name: String,
        /// What was probably meant.
        hint: Hint,
    },
    /// A field of jKQL that the collector does not fill: `get events fields setname`.
    #[error("{field} is a field of {item} that this collector does not keep yet")]
    NotKept {
        /// The field's canonical name.
        field: &'static str,
        /// The item's canonical name.
        item: &'static str,
    },
    /// No function of this name, and no map to take a key from: `get events fields averge(elapsedtime)`.
    #[error("there is no function {found}{hint} The functions are {known}", hint = sentence(hint))]
    UnknownFunction {
        /// The name, quoted.
        found: String,
        /// What was probably meant.
        hint: Hint,
        /// All functions there are.
        known: String,
    },
    /// A quoted text where a field must stand, and no `AS` gave that name: `get events where 'x' > 0`.
    #[error("{found} is a text, and no AS in this statement gives that name; a field goes without quotes")]
    NoSuchAlias {
        /// The text, quoted.
        found: String,
    },
    /// A word that is no value of the field's enumeration: `get events where severity = loud`.
    #[error("{found} is no {kind}{hint} It is one of {known}", hint = sentence(hint))]
    UnknownValue {
        /// The word, quoted.
        found: String,
        /// The enumeration's name.
        kind: &'static str,
        /// What was probably meant.
        hint: Hint,
        /// All its words.
        known: String,
    },
}

/// Values that do not go together.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ValueError {
    /// A value of the wrong type: `get events where elapsedtime > abc`.
    #[error("{subject} is compared with {wanted}, found {found}")]
    WrongType {
        /// What is compared, by its header.
        subject: String,
        /// The type that its values have, as a phrase.
        wanted: &'static str,
        /// What was given.
        found: String,
    },
    /// A test or calculation that this kind of value does not take: `get events where severity contains x`.
    #[error("{operation} does not go with {subject}: {reason}")]
    Inapplicable {
        /// The test, operator or function.
        operation: String,
        /// What it was applied to, by its header.
        subject: String,
        /// Why, or what to write instead.
        reason: &'static str,
    },
    /// An aggregate where rows are looked at one by one: `get events where max(elapsedtime) > 1`.
    #[error("{found} is computed over many rows and cannot stand in {clause}; {advice}")]
    MisplacedAggregate {
        /// The aggregate, by its header.
        found: String,
        /// The clause or place, as a phrase.
        clause: &'static str,
        /// What to write instead.
        advice: &'static str,
    },
    /// A plain field beside aggregates: `get events fields name, max(elapsedtime)`.
    #[error(
        "{found} differs between the rows that are put together; add it to GROUP BY, or aggregate it, e.g. Max({found})"
    )]
    NotGrouped {
        /// The field, by its header.
        found: String,
    },
    /// A text that is no date: `get events for 'soon'`.
    #[error("{found} is no date: {reason}")]
    BadDate {
        /// What was given.
        found: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A range whose end is before its start: `get events range 5,2`, `get events for 9 to 1`.
    #[error("the range {found} {reason}")]
    BadRange {
        /// The range as typed.
        found: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl QueryError {
    /// The problem at `span` of `text`.
    pub(crate) fn new(problem: impl Into<Problem>, span: Span, text: &str) -> QueryError {
        let before = text.get(..span.start).unwrap_or(text);
        let column = before.chars().count() + 1;
        QueryError {
            problem: Box::new(problem.into()),
            span,
            column,
            in_default_date: false,
        }
    }

    /// The same problem, but its spot is in the default date range instead of in the query.
    pub(crate) fn in_default_date(self) -> QueryError {
        QueryError {
            in_default_date: true,
            ..self
        }
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Where: the bytes of the text that is at fault; empty at the text's end.
    ///
    /// The text is the query, unless [`is_in_default_date`](QueryError::is_in_default_date).
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.into()
    }

    /// Where: the position of the first character at fault, counted in characters from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// Whether the text at fault is the default date range ([`Context::default_date`](crate::Context)).
    #[must_use]
    pub fn is_in_default_date(&self) -> bool {
        self.in_default_date
    }

    /// Whether the query is jKQL of a part that is not answered, so that another server may answer it.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        matches!(*self.problem, Problem::Unsupported(_))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.in_default_date {
            " of the default date range (jk_date)"
        } else {
            ""
        };
        write!(f, "column {}{place}: {}", self.column, self.problem)
    }
}

impl std::error::Error for QueryError {}

/// The hint as the end of a sentence.
fn sentence(hint: &Hint) -> String {
    if hint.word().is_some() {
        hint.to_string()
    } else {
        ".".to_owned()
    }
}

/// Text of the query as shown in a message: in quotes, short, and without characters that control a terminal.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown = String::from("`");
    for (position, letter) in text.chars().enumerate() {
        if position == LONGEST {
            shown.push('…');
            break;
        }
        if letter.is_control() {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown.push('`');
    shown
}
