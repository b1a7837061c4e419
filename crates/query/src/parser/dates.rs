//! The words after FOR, which are also those of `jk_date`.

use super::cursor::Parser;
use super::{not_yet, words};
use crate::ast::{DateRange, ExpressionKind, Point, Unit};
use crate::error::{QueryError, SyntaxError, shown};
use crate::lexer::{Symbol, TokenKind};

/// Reads a text that is nothing but a date range: `latest hour`, `1795359803001394 TO 1795359804001394`.
pub(crate) fn date_range(text: &str) -> Result<DateRange, QueryError> {
    let mut parser = super::parser(text)?;
    parser.eat_word(&["for"]);
    let range = parser.date_range()?;
    if parser.is_at_end() {
        Ok(range)
    } else {
        Err(parser.expected("the end of the date range", &[]))
    }
}

const STARTS: &[&str] = &[
    "today",
    "yesterday",
    "tomorrow",
    "this",
    "last",
    "latest",
    "since",
    "from",
    "now",
];
const UNITS: &[&str] = &[
    "year",
    "month",
    "week",
    "day",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
];

impl Parser<'_> {
    /// `day | this unit | last [n] unit | since point | [from] point [to point]`
    pub(super) fn date_range(&mut self) -> Result<DateRange, QueryError> {
        if let Some(day) = self.word().and_then(words::date_word) {
            self.advance();
            if self.is_word(0, &["at"]) {
                return Err(self.error(not_yet("AT with a time of day")));
            }
            return Ok(if self.eat_word(&["to"]) {
                DateRange::Between(Point::Day(day), self.point()?)
            } else {
                DateRange::Day(day)
            });
        }
        if self.eat_word(&["this"]) {
            return self.unit().map(DateRange::This);
        }
        if self.eat_word(&["last", "latest"]) {
            return self.last();
        }
        if self.is_word(0, &["next", "earliest"]) {
            let what = format!("{} in a date range", self.token_text());
            return Err(self.error(not_yet(what)));
        }
        let open = self.eat_word(&["since"]) || self.eat_word(&["from"]);
        let start = self.point()?;
        if self.eat_word(&["to"]) || self.eat(Symbol::Minus) {
            return Ok(DateRange::Between(start, self.point()?));
        }
        Ok(if open {
            DateRange::Since(start)
        } else {
            DateRange::At(start)
        })
    }

    /// `[n] unit`
    fn last(&mut self) -> Result<DateRange, QueryError> {
        let mut count = 1;
        if *self.kind() == TokenKind::Number {
            let digits = self.token_text();
            count = digits.parse::<u64>().map_err(|_| {
                let found = shown(digits);
                self.error(SyntaxError::Expected {
                    wanted: "a whole number".to_owned(),
                    found,
                    hint: Default::default(),
                })
            })?;
            self.advance();
        }
        Ok(DateRange::Last {
            count,
            unit: self.unit()?,
        })
    }

    fn unit(&mut self) -> Result<Unit, QueryError> {
        let unit = self.word().and_then(words::unit);
        let unit = unit.ok_or_else(|| self.expected("a unit of time such as `day` or `hours`", UNITS))?;
        self.advance();
        Ok(unit)
    }

    /// `microseconds | 'date' | now | day`
    fn point(&mut self) -> Result<Point, QueryError> {
        let span = self.span();
        if self.eat_word(&["now"]) {
            return Ok(Point::Now);
        }
        if let Some(day) = self.word().and_then(words::date_word) {
            self.advance();
            return Ok(Point::Day(day));
        }
        if self.is_symbol(1, Symbol::Minus) && self.is_symbol(3, Symbol::Minus) {
            return Err(self.expected("a date in quotes, such as '2026-11-22'", &[]));
        }
        match self.literal()?.map(|literal| literal.kind) {
            Some(ExpressionKind::Integer(microseconds)) => Ok(Point::Microseconds(microseconds)),
            Some(ExpressionKind::Quoted(text)) => Ok(Point::Text(text)),
            Some(_) => Err(self.read_instead(span, "microseconds since 1970 or a date in quotes")),
            None => Err(self.expected(
                "a date such as `today`, `latest hour` or '2026-11-22 10:30'",
                STARTS,
            )),
        }
    }
}
