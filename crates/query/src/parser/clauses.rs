//! What follows the item: the clauses, in any order, each at most once.

use super::cursor::Parser;
use super::words::{CLAUSES, is_reserved};
use super::{MOST_FIELDS, not_yet};
use crate::ast::{Clauses, Fields, Group, RowRange, Selected, SortKey};
use crate::error::{QueryError, SyntaxError};
use crate::lexer::{Symbol, TokenKind};

impl Parser<'_> {
    /// `{fields | where | date | group | having | sort | range | show}`
    pub(super) fn clauses(&mut self) -> Result<Clauses, QueryError> {
        let mut clauses = Clauses::default();
        while !self.is_at_end() && !self.is_symbol(0, Symbol::Semicolon) {
            self.clause(&mut clauses)?;
        }
        Ok(clauses)
    }

    fn clause(&mut self, clauses: &mut Clauses) -> Result<(), QueryError> {
        let start = self.span();
        if self.eat_word(&["fields", "field"]) || self.starts_aggregate() {
            self.once("FIELDS", start, clauses.fields.is_some())?;
            clauses.fields = Some(self.fields()?);
        } else if self.eat_word(&["where"]) {
            self.once("WHERE", start, clauses.condition.is_some())?;
            clauses.condition = Some(self.condition()?);
        } else if self.eat_word(&["for"]) {
            self.once("FOR", start, clauses.date.is_some())?;
            self.eat_word(&["the"]);
            let start = self.span();
            let range = self.date_range()?;
            clauses.date = Some((range, start.to(self.last_span())));
        } else if self.eat_word(&["group"]) {
            self.once("GROUP BY", start, clauses.group.is_some())?;
            clauses.group = Some(self.group()?);
        } else if self.eat_word(&["having"]) {
            self.once("HAVING", start, clauses.having.is_some())?;
            clauses.having = Some(self.condition()?);
        } else if self.eat_word(&["sort", "order"]) {
            self.once("SORT BY", start, !clauses.sort.is_empty())?;
            self.expect_word("by")?;
            clauses.sort = self.list("sort keys", MOST_FIELDS, Self::sort_key)?;
        } else if self.eat_word(&["range"]) {
            self.once("RANGE", start, clauses.range.is_some())?;
            clauses.range = Some(self.row_range()?);
        } else if self.eat_word(&["show", "display"]) {
            self.once("SHOW AS", start, clauses.show_as.is_some())?;
            self.expect_word("as")?;
            let chart = self.name("the name of a chart, such as `table`")?;
            clauses.show_as = Some(chart);
        } else if self.is_word(0, &["compute"]) {
            return Err(self.error(not_yet("COMPUTE")));
        } else if self.is_word(0, &["from"]) {
            return Err(self.error(not_yet("FROM a set")));
        } else {
            return Err(self.expected(
                "a clause such as FIELDS, WHERE, FOR, GROUP BY, SORT BY, RANGE or SHOW AS",
                CLAUSES,
            ));
        }
        Ok(())
    }

    fn once(
        &self,
        clause: &'static str,
        span: crate::span::Span,
        stands_already: bool,
    ) -> Result<(), QueryError> {
        if stands_already {
            Err(self.error_at(span, SyntaxError::Repeated { clause }))
        } else {
            Ok(())
        }
    }

    /// `all | expression [[as] alias] {, …}`
    fn fields(&mut self) -> Result<Fields, QueryError> {
        if self.is_word(0, &["all"]) && !self.is_symbol(1, Symbol::OpenParenthesis) {
            let span = self.span();
            self.advance();
            return Ok(Fields::All(span));
        }
        self.list("fields", MOST_FIELDS, Self::selected).map(Fields::List)
    }

    fn selected(&mut self) -> Result<Selected, QueryError> {
        let expression = self.expression()?;
        let named = self.eat_word(&["as"])
            || matches!(self.kind(), TokenKind::Quoted(_))
            || self.word().is_some_and(|word| !is_reserved(word));
        let alias = if named { Some(self.name("an alias")?) } else { None };
        Ok(Selected { expression, alias })
    }

    /// `by expression {, expression} [include nulls]`
    fn group(&mut self) -> Result<Group, QueryError> {
        self.expect_word("by")?;
        let keys = self.list("group keys", MOST_FIELDS, |parser| {
            let key = parser.expression()?;
            if parser.is_word(0, &["bucketed"]) {
                return Err(parser.error(not_yet("BUCKETED BY")));
            }
            Ok(key)
        })?;
        let include_nulls = self.eat_word(&["include"]);
        if include_nulls {
            if self.is_word(0, &["empty"]) {
                return Err(self.error(not_yet("INCLUDE EMPTY")));
            }
            self.expect_word("nulls")?;
        }
        Ok(Group { keys, include_nulls })
    }

    /// `expression [asc | desc]`
    fn sort_key(&mut self) -> Result<SortKey, QueryError> {
        let expression = self.expression()?;
        let descending = self.eat_word(&["desc", "descending"]);
        if !descending {
            self.eat_word(&["asc", "ascending"]);
        }
        Ok(SortKey {
            expression,
            descending,
        })
    }

    /// `integer , integer`
    fn row_range(&mut self) -> Result<RowRange, QueryError> {
        let start = self.span();
        let first = self.count()?;
        self.expect(Symbol::Comma)?;
        let last = self.count()?;
        Ok(RowRange {
            first,
            last,
            span: start.to(self.last_span()),
        })
    }

    /// A word or a text in quotes.
    fn name(&mut self, wanted: &str) -> Result<String, QueryError> {
        let name = match (self.kind(), self.word()) {
            (TokenKind::Quoted(name), _) => name.clone(),
            (_, Some(word)) => word.to_owned(),
            _ => return Err(self.expected(wanted, &[])),
        };
        self.advance();
        Ok(name)
    }
}
