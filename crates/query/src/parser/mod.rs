//! Tokens → tree, by recursive descent: one method per construct, its grammar in the doc line.
//!
//! The parser stops at the first error. What belongs to jKQL but is not answered is recognised as far as needed to say
//! so ([`Unsupported`]), so that nobody hunts for a typing error that is not there.

mod clauses;
mod condition;
mod cursor;
mod dates;
mod expression;
mod literal;
mod statement;
mod words;

pub(crate) use dates::date_range;
pub(crate) use literal::duration;

use crate::ast::Statement;
use crate::error::{QueryError, SyntaxError, Unsupported};
use crate::lexer;
use crate::span::Span;
use cursor::Parser;

/// Bytes of a query.
const LONGEST_QUERY: usize = 64 * 1024;
/// Levels of parentheses, negations, operators and functions inside each other.
const DEEPEST: usize = 64;
/// Values of one list.
const MOST_VALUES: usize = 1000;
/// Fields, group keys or sort keys of a statement.
const MOST_FIELDS: usize = 200;
/// Keys of a map in one pair of parentheses.
const MOST_KEYS: usize = 50;
/// Tests in the conditions of a statement.
const MOST_TESTS: usize = 500;

/// Reads a query.
///
/// # Errors
///
/// If the text is not jKQL, is of a part of jKQL that is not answered, or goes beyond the bounds of length and depth.
pub fn parse(text: &str) -> Result<Statement, QueryError> {
    let get = parser(text)?.statement()?;
    Ok(Statement {
        text: text.to_owned(),
        get,
    })
}

/// A parser at the start of `text`.
fn parser(text: &str) -> Result<Parser<'_>, QueryError> {
    if text.len() > LONGEST_QUERY {
        let problem = SyntaxError::TooLong {
            length: text.len(),
            limit: LONGEST_QUERY,
        };
        return Err(QueryError::new(problem, Span::new(0, 0), text));
    }
    Ok(Parser::new(text, lexer::tokens(text)?))
}

/// A part of jKQL that may be answered one day.
fn not_yet(what: impl Into<String>) -> Unsupported {
    Unsupported {
        what: what.into(),
        later: true,
    }
}

/// A part of jKQL that will not be answered.
fn never(what: impl Into<String>) -> Unsupported {
    Unsupported {
        what: what.into(),
        later: false,
    }
}
