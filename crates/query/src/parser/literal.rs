//! Constants: texts, numbers, durations, and the words for true, false and null.
//!
//! A number may have `K`, `M`, `G` or `T` glued to it (thousands, so `2K` is 2,000), or a unit of time behind it
//! (`3sec`, `4.5 seconds`), which makes it a duration in microseconds.

use super::cursor::Parser;
use super::words;
use crate::ast::{Expression, ExpressionKind};
use crate::error::{QueryError, SyntaxError, shown};
use crate::lexer::{Symbol, TokenKind};
use crate::span::Span;

/// The constant that the word is.
pub(super) fn constant(word: &str) -> Option<ExpressionKind> {
    match word.to_ascii_lowercase().as_str() {
        "true" => Some(ExpressionKind::Boolean(true)),
        "false" => Some(ExpressionKind::Boolean(false)),
        "null" => Some(ExpressionKind::Null),
        _ => None,
    }
}

/// The microseconds of a duration that stands in quotes: `'2 seconds'`.
pub(crate) fn duration(text: &str) -> Option<i64> {
    let mut parser = super::parser(text).ok()?;
    let literal = parser.literal().ok()??;
    match literal.kind {
        ExpressionKind::Duration(microseconds) if parser.is_at_end() => Some(microseconds),
        _ => None,
    }
}

impl Parser<'_> {
    /// `text | [-] number [unit]`, if that is next.
    pub(super) fn literal(&mut self) -> Result<Option<Expression>, QueryError> {
        let start = self.span();
        if let TokenKind::Quoted(text) = self.kind() {
            let kind = ExpressionKind::Quoted(text.clone());
            self.advance();
            return Ok(Some(Expression::leaf(kind, start)));
        }
        let negative = self.is_symbol(0, Symbol::Minus) && *self.kind_of(1) == TokenKind::Number;
        if negative {
            self.advance();
        }
        if *self.kind() != TokenKind::Number {
            return Ok(None);
        }
        let kind = self.number()?;
        let kind = match kind {
            ExpressionKind::Integer(value) if negative => ExpressionKind::Integer(-value),
            ExpressionKind::Decimal(value) if negative => ExpressionKind::Decimal(-value),
            ExpressionKind::Duration(value) if negative => ExpressionKind::Duration(-value),
            kind => kind,
        };
        Ok(Some(Expression::leaf(kind, start.to(self.last_span()))))
    }

    /// A number without sign, with what belongs to it.
    fn number(&mut self) -> Result<ExpressionKind, QueryError> {
        let span = self.span();
        let digits = self.token_text();
        self.advance();
        let word_span = self.span();
        let is_glued = word_span.start == span.end;
        let Some(word) = self.word().filter(|word| is_glued || words::unit(word).is_some()) else {
            return self.checked(digits, 1, span).map(|(kind, _)| kind);
        };
        let factor = match (words::unit(word), multiplier(word)) {
            (Some(unit), _) => unit.microseconds(),
            (None, Some(multiplier)) => Some(multiplier),
            (None, None) => return Err(self.expected("a unit of time, or one of K, M, G and T", UNITS)),
        };
        let Some(factor) = factor else {
            return Err(self.expected("a unit of fixed length (a week, or shorter)", &[]));
        };
        self.advance();
        let (kind, value) = self.checked(digits, factor, span.to(word_span))?;
        if words::unit(word).is_none() {
            return Ok(kind);
        }
        match kind {
            ExpressionKind::Integer(microseconds) => Ok(ExpressionKind::Duration(microseconds)),
            // Within 64 bits, by `checked`.
            _ => Ok(ExpressionKind::Duration(value.round() as i64)),
        }
    }

    /// `digits` times `factor`, which 64 bits must hold; also as a decimal.
    fn checked(&self, digits: &str, factor: i64, span: Span) -> Result<(ExpressionKind, f64), QueryError> {
        let too_large = || {
            self.error_at(
                span,
                SyntaxError::NumberTooLarge {
                    found: shown(span.of(self.text())),
                },
            )
        };
        let decimal = digits.parse::<f64>().map_err(|_| too_large())? * factor as f64;
        if decimal >= i64::MAX as f64 {
            return Err(too_large());
        }
        if digits.contains('.') {
            return Ok((ExpressionKind::Decimal(decimal), decimal));
        }
        let whole = digits
            .parse::<i64>()
            .ok()
            .and_then(|whole| whole.checked_mul(factor));
        whole
            .map(|whole| (ExpressionKind::Integer(whole), decimal))
            .ok_or_else(too_large)
    }

    /// A whole number of things.
    pub(super) fn count(&mut self) -> Result<u64, QueryError> {
        if *self.kind() != TokenKind::Number {
            return Err(self.expected("a whole number", &[]));
        }
        let span = self.span();
        match self.number()? {
            ExpressionKind::Integer(count) => Ok(count.unsigned_abs()),
            _ => Err(self.read_instead(span, "a whole number")),
        }
    }

    /// What was read since `span` is not what was wanted.
    pub(super) fn read_instead(&self, span: Span, wanted: &str) -> QueryError {
        let found = shown(span.to(self.last_span()).of(self.text()));
        let (wanted, hint) = (wanted.to_owned(), Default::default());
        self.error_at(span, SyntaxError::Expected { wanted, found, hint })
    }
}

/// The units that a misspelt one is compared with.
const UNITS: &[&str] = &[
    "weeks",
    "days",
    "hours",
    "minutes",
    "seconds",
    "milliseconds",
    "microseconds",
];

fn multiplier(word: &str) -> Option<i64> {
    match word {
        "K" | "k" => Some(1_000),
        "M" | "m" => Some(1_000_000),
        "G" | "g" => Some(1_000_000_000),
        "T" | "t" => Some(1_000_000_000_000),
        _ => None,
    }
}
