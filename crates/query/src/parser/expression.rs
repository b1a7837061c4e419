//! Values: `* / %` bind closer than `+ -`, and all go from left to right.

use super::cursor::Parser;
use super::words::{OTHER_FUNCTIONS, is_one_of, is_reserved, may_be_value};
use super::{DEEPEST, MOST_KEYS, literal, not_yet};
use crate::ast::{Aggregate, Arithmetic, Expression, ExpressionKind};
use crate::error::{QueryError, SyntaxError};
use crate::lexer::{Symbol, TokenKind};
use crate::span::Span;

const SUMS: &[(Symbol, Arithmetic)] = &[
    (Symbol::Plus, Arithmetic::Add),
    (Symbol::Minus, Arithmetic::Subtract),
];
const PRODUCTS: &[(Symbol, Arithmetic)] = &[
    (Symbol::Star, Arithmetic::Multiply),
    (Symbol::Slash, Arithmetic::Divide),
    (Symbol::Percent, Arithmetic::Remainder),
];

impl Parser<'_> {
    /// `product {(+ | -) product}`
    pub(super) fn expression(&mut self) -> Result<Expression, QueryError> {
        self.chain(SUMS, Self::product)
    }

    /// `factor {(* | / | %) factor}`
    fn product(&mut self) -> Result<Expression, QueryError> {
        self.chain(PRODUCTS, Self::factor)
    }

    fn chain(
        &mut self,
        operators: &[(Symbol, Arithmetic)],
        part: impl Fn(&mut Self) -> Result<Expression, QueryError>,
    ) -> Result<Expression, QueryError> {
        let mut left = part(self)?;
        while let Some((_, operator)) = operators.iter().find(|(symbol, _)| self.is_symbol(0, *symbol)) {
            self.advance();
            let right = part(self)?;
            let span = left.span.to(right.span);
            let depth = left.depth.max(right.depth);
            let kind = ExpressionKind::Arithmetic {
                operator: *operator,
                left: Box::new(left),
                right: Box::new(right),
            };
            left = self.above(kind, span, depth)?;
        }
        Ok(left)
    }

    /// An expression whose deepest part has this `depth`.
    fn above(&self, kind: ExpressionKind, span: Span, depth: usize) -> Result<Expression, QueryError> {
        if depth == DEEPEST {
            return Err(self.error_at(span, SyntaxError::TooDeep { limit: DEEPEST }));
        }
        Ok(Expression {
            kind,
            span,
            depth: depth + 1,
        })
    }

    /// `literal | - factor | ( expression ) | name | name(…) | aggregate factor`
    fn factor(&mut self) -> Result<Expression, QueryError> {
        self.deeper(|parser| {
            let start = parser.span();
            if parser.eat(Symbol::OpenParenthesis) {
                let mut expression = parser.expression()?;
                parser.expect(Symbol::CloseParenthesis)?;
                expression.span = start.to(parser.last_span());
                return Ok(expression);
            }
            if let Some(literal) = parser.literal()? {
                return Ok(literal);
            }
            if parser.eat(Symbol::Minus) {
                let part = parser.factor()?;
                let (span, depth) = (start.to(part.span), part.depth);
                return parser.above(ExpressionKind::Negated(Box::new(part)), span, depth);
            }
            match parser.word() {
                Some(word) => parser.named(word),
                None => Err(parser.expected("a value", &[])),
            }
        })
    }

    /// What starts with a word.
    fn named(&mut self, word: &str) -> Result<Expression, QueryError> {
        let span = self.span();
        if self.starts_aggregate() {
            return self.aggregate();
        }
        if self.is_symbol(1, Symbol::OpenParenthesis) && !is_reserved(word) {
            return self.keys(word);
        }
        if !may_be_value(word) {
            let wanted = format!("a value (for a property of this name write Properties('{word}'))");
            return Err(self.expected(wanted, &[]));
        }
        self.advance();
        let kind = literal::constant(word).unwrap_or_else(|| ExpressionKind::Name(word.to_owned()));
        Ok(Expression::leaf(kind, span))
    }

    /// Whether an aggregate is next: its name, then a parenthesis or the name of what is aggregated.
    pub(super) fn starts_aggregate(&self) -> bool {
        if self.word().and_then(Aggregate::from_word).is_none() {
            return false;
        }
        self.is_symbol(1, Symbol::OpenParenthesis) || self.word_of(1).is_some_and(|next| !is_reserved(next))
    }

    /// `aggregate ( [distinct] expression ) | aggregate [distinct] factor`
    fn aggregate(&mut self) -> Result<Expression, QueryError> {
        let start = self.span();
        let Some(function) = self.word().and_then(Aggregate::from_word) else {
            return Err(self.expected("an aggregate", &[]));
        };
        self.advance();
        let parenthesis = self.eat(Symbol::OpenParenthesis);
        if self.is_symbol(0, Symbol::Star) {
            return Err(self.expected("a field; the rows are counted by `get number of`", &[]));
        }
        let distinct = self.eat_word(&["distinct"]);
        if distinct && function != Aggregate::Count {
            return Err(self.error_at(start, not_yet(format!("DISTINCT in {}", function.name()))));
        }
        let argument = if parenthesis {
            self.expression()?
        } else {
            self.factor()?
        };
        if parenthesis {
            self.expect(Symbol::CloseParenthesis)?;
        }
        let depth = argument.depth;
        let kind = ExpressionKind::Aggregate {
            function,
            distinct,
            argument: Box::new(argument),
        };
        self.above(kind, start.to(self.last_span()), depth)
    }

    /// `name ( key {, key} )`, where a key is a text, a word or a number.
    fn keys(&mut self, map: &str) -> Result<Expression, QueryError> {
        let start = self.span();
        if is_one_of(map, OTHER_FUNCTIONS) {
            return Err(self.error(not_yet(format!("the function {map}"))));
        }
        self.advance();
        self.expect(Symbol::OpenParenthesis)?;
        let keys = self.list("keys", MOST_KEYS, |parser| {
            let key = match parser.kind() {
                TokenKind::Quoted(key) => key.clone(),
                TokenKind::Word | TokenKind::Number => parser.token_text().to_owned(),
                _ => return Err(parser.expected("a key such as 'amount'", &[])),
            };
            parser.advance();
            Ok(key)
        })?;
        self.expect(Symbol::CloseParenthesis)?;
        let kind = ExpressionKind::Keys {
            map: map.to_owned(),
            keys,
        };
        Ok(Expression::leaf(kind, start.to(self.last_span())))
    }
}
