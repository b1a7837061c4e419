//! Conditions: NOT binds closest, then AND, then OR.

use super::cursor::Parser;
use super::{MOST_TESTS, MOST_VALUES, not_yet};
use crate::ast::{Comparison, Condition, Expression, ExpressionKind, Predicate, PredicateKind, TextMatch};
use crate::error::{QueryError, SyntaxError};
use crate::lexer::{Symbol, TokenKind};

/// The words that can follow the first value of a test.
const TESTS: &[&str] = &[
    "in", "not", "is", "does", "contains", "contain", "starts", "start", "ends", "end", "between", "like",
    "exists", "exist", "equals", "equal", "matches", "match",
];

impl Parser<'_> {
    /// `and_list {or and_list}`
    pub(super) fn condition(&mut self) -> Result<Condition, QueryError> {
        let mut any = vec![self.and_list()?];
        while self.eat_word(&["or"]) {
            any.push(self.and_list()?);
        }
        Ok(if any.len() == 1 {
            any.remove(0)
        } else {
            Condition::Any(any)
        })
    }

    /// `negation {and negation}`
    fn and_list(&mut self) -> Result<Condition, QueryError> {
        let mut all = vec![self.negation()?];
        while self.eat_word(&["and"]) {
            all.push(self.negation()?);
        }
        Ok(if all.len() == 1 {
            all.remove(0)
        } else {
            Condition::All(all)
        })
    }

    /// `not negation | ( condition ) | predicate`
    fn negation(&mut self) -> Result<Condition, QueryError> {
        self.deeper(|parser| {
            if parser.eat_word(&["not"]) {
                return Ok(Condition::Not(Box::new(parser.negation()?)));
            }
            if parser.is_symbol(0, Symbol::OpenParenthesis) && !parser.parenthesis_holds_value() {
                parser.advance();
                let condition = parser.condition()?;
                parser.expect(Symbol::CloseParenthesis)?;
                return Ok(condition);
            }
            parser
                .predicate()
                .map(|predicate| Condition::Predicate(Box::new(predicate)))
        })
    }

    /// Whether the parenthesis that is next is part of a value, as in `(a + b) > 3`: the token behind it tells.
    fn parenthesis_holds_value(&self) -> bool {
        let Some(closing) = self.closing() else {
            return false;
        };
        let behind = closing + 1;
        if self.word_of(behind).is_some() {
            return self.is_word(behind, TESTS);
        }
        !(self.is_end(behind)
            || self.is_symbol(behind, Symbol::CloseParenthesis)
            || self.is_symbol(behind, Symbol::Semicolon))
    }

    /// `expression test`
    fn predicate(&mut self) -> Result<Predicate, QueryError> {
        if self.tests == MOST_TESTS {
            return Err(self.error(SyntaxError::TooMany {
                what: "tests",
                limit: MOST_TESTS,
            }));
        }
        self.tests += 1;
        let subject = self.expression()?;
        let (kind, negated) = self.test()?;
        let span = subject.span.to(self.last_span());
        Ok(Predicate {
            subject,
            kind,
            negated,
            span,
        })
    }

    /// `comparison expression | is [not] null | [does] [not] word_test`
    fn test(&mut self) -> Result<(PredicateKind, bool), QueryError> {
        if let Some(comparison) = self.comparison() {
            return Ok((PredicateKind::Compare(comparison, self.expression()?), false));
        }
        if self.eat(Symbol::Tilde) {
            return Ok((
                PredicateKind::Text(TextMatch::Contains, self.expression()?),
                false,
            ));
        }
        if self.eat_word(&["is"]) {
            let negated = self.eat_word(&["not"]);
            if self.is_word(0, &["empty"]) {
                return Err(self.error(not_yet("IS EMPTY")));
            }
            self.expect_word("null")?;
            return Ok((PredicateKind::Exists, !negated));
        }
        self.eat_word(&["does"]);
        let negated = self.eat_word(&["not"]);
        Ok((self.word_test()?, negated))
    }

    /// `in (…) | contains … | starts with … | ends with … | between … | like … | exists | equals …`
    fn word_test(&mut self) -> Result<PredicateKind, QueryError> {
        if self.eat_word(&["in"]) {
            return self.values().map(PredicateKind::In);
        }
        if self.eat_word(&["contains", "contain"]) {
            return Ok(PredicateKind::Text(TextMatch::Contains, self.expression()?));
        }
        if self.eat_word(&["starts", "start"]) {
            self.expect_word("with")?;
            return Ok(PredicateKind::Text(TextMatch::StartsWith, self.expression()?));
        }
        if self.eat_word(&["ends", "end"]) {
            self.expect_word("with")?;
            return Ok(PredicateKind::Text(TextMatch::EndsWith, self.expression()?));
        }
        if self.eat_word(&["like"]) {
            return Ok(PredicateKind::Text(TextMatch::Like, self.expression()?));
        }
        if self.eat_word(&["between"]) {
            let low = self.expression()?;
            self.expect_word("and")?;
            return Ok(PredicateKind::Between(low, self.expression()?));
        }
        if self.eat_word(&["exists", "exist"]) {
            return Ok(PredicateKind::Exists);
        }
        if self.eat_word(&["equals", "equal"]) {
            self.eat_word(&["to"]);
            return Ok(PredicateKind::Compare(Comparison::Equal, self.expression()?));
        }
        if self.is_word(0, &["matches", "match"]) {
            return Err(self.error(not_yet("MATCHES with a regular expression")));
        }
        Err(self.expected("a test such as `=`, `>`, IN, CONTAINS, IS NULL or EXISTS", TESTS))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = match self.kind() {
            TokenKind::Symbol(Symbol::Equal) => Comparison::Equal,
            TokenKind::Symbol(Symbol::NotEqual | Symbol::Differs) => Comparison::NotEqual,
            TokenKind::Symbol(Symbol::Less) => Comparison::Less,
            TokenKind::Symbol(Symbol::LessOrEqual) => Comparison::LessOrEqual,
            TokenKind::Symbol(Symbol::Greater) => Comparison::Greater,
            TokenKind::Symbol(Symbol::GreaterOrEqual) => Comparison::GreaterOrEqual,
            _ => return None,
        };
        self.advance();
        Some(comparison)
    }

    /// `( value {, value} )`: words here are always texts, never fields.
    fn values(&mut self) -> Result<Vec<Expression>, QueryError> {
        self.expect(Symbol::OpenParenthesis)?;
        let values = self.list("values", MOST_VALUES, Self::listed_value)?;
        if !self.is_symbol(0, Symbol::CloseParenthesis) {
            return Err(self.expected(
                "`,` or `)`; a value that is not a plain word or number goes in quotes",
                &[],
            ));
        }
        self.advance();
        Ok(values)
    }

    fn listed_value(&mut self) -> Result<Expression, QueryError> {
        if let Some(word) = self.word() {
            let kind =
                super::literal::constant(word).unwrap_or_else(|| ExpressionKind::Quoted(word.to_owned()));
            let value = Expression::leaf(kind, self.span());
            self.advance();
            return Ok(value);
        }
        self.literal()?.ok_or_else(|| self.expected("a value", &[]))
    }
}
