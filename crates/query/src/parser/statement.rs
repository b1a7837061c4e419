//! The statement up to its clauses.

use super::cursor::Parser;
use super::words::{self, CLAUSES, OTHER_ITEMS, OTHER_STATEMENTS, is_one_of};
use super::{never, not_yet};
use crate::ast::{Get, Limit, LimitWord};
use crate::catalogue::Item;
use crate::error::{NameError, QueryError, shown};
use crate::lexer::{Symbol, TokenKind};
use crate::suggest::{Hint, nearest};

impl Parser<'_> {
    /// `[jKQL>] get [the] body [;]`
    pub(super) fn statement(&mut self) -> Result<Get, QueryError> {
        if self.is_word(0, &["jkql"]) && self.is_symbol(1, Symbol::Greater) {
            self.advance();
            self.advance();
        }
        if let Some((_, later, what)) = OTHER_STATEMENTS
            .iter()
            .find(|(word, ..)| self.is_word(0, &[word]))
        {
            let problem = if *later { not_yet(*what) } else { never(*what) };
            return Err(self.error(problem));
        }
        if !self.eat_word(&["get"]) {
            return Err(self.expected("a statement such as `get events`", &["get"]));
        }
        self.eat_word(&["the"]);
        let get = self.body()?;
        self.eat(Symbol::Semicolon);
        if self.is_at_end() {
            Ok(get)
        } else {
            Err(self.expected("the end of the query", &[]))
        }
    }

    /// `[number of] [limit] item [name] {clause}`
    fn body(&mut self) -> Result<Get, QueryError> {
        if self.eat_word(&["percent"]) {
            return Err(self.error_at(self.last_span(), not_yet("PERCENT OF")));
        }
        let counted = self.eat_word(&["number", "count"]);
        if counted {
            self.expect_word("of")?;
            self.eat_word(&["the"]);
        }
        let limit = self.limit()?;
        let item = self.item()?;
        let name = self.name_selector()?;
        if self.is_word(0, &["from"]) {
            return Err(self.error(not_yet("FROM a set")));
        }
        Ok(Get {
            counted,
            limit,
            item,
            name,
            clauses: self.clauses()?,
        })
    }

    /// `limit_word [integer] | integer`
    fn limit(&mut self) -> Result<Option<Limit>, QueryError> {
        let start = self.span();
        let word = self.word().and_then(words::limit_word);
        if word.is_some() {
            self.advance();
        }
        let count = if *self.kind() == TokenKind::Number {
            Some(self.count()?)
        } else {
            None
        };
        if word.is_none() && count.is_none() {
            return Ok(None);
        }
        let span = start.to(self.last_span());
        Ok(Some(Limit {
            word: word.unwrap_or(LimitWord::Top),
            count: count.unwrap_or(1),
            span,
        }))
    }

    /// The name of an item type, in the singular or plural.
    fn item(&mut self) -> Result<Item, QueryError> {
        let Some(word) = self.word() else {
            return Err(self.expected("an item type such as `events`", &[]));
        };
        if let Some(item) = Item::from_word(word) {
            self.advance();
            return Ok(item);
        }
        if let Some((names, later)) = OTHER_ITEMS.iter().find(|(names, _)| is_one_of(word, names)) {
            let name = names.last().copied().unwrap_or(word);
            let what = format!("the item type {name}");
            return Err(self.error(if *later { not_yet(what) } else { never(what) }));
        }
        let plurals = Item::ALL.map(Item::plural);
        let hint = Hint::for_word(word, plurals.into_iter().chain(Item::ALL.map(Item::name)));
        let known = plurals.join(", ");
        Err(self.error(NameError::UnknownItem {
            found: shown(word),
            hint,
            known,
        }))
    }

    /// A text, or a word that cannot start a clause: `get snapshots Memory`.
    fn name_selector(&mut self) -> Result<Option<String>, QueryError> {
        if let TokenKind::Quoted(name) = self.kind() {
            let name = name.clone();
            self.advance();
            return Ok(Some(name));
        }
        let Some(word) = self.word() else { return Ok(None) };
        if words::is_reserved(word) || self.starts_aggregate() {
            return Ok(None);
        }
        // A misspelt keyword looks like a name, until what follows makes no sense after one.
        if nearest(word, CLAUSES.iter().copied()).is_some() && !self.ends_or_starts_clause(1) {
            return Err(self.expected("a name or a clause", CLAUSES));
        }
        // As are dates without their FOR, and other languages' limits: `get events today`, `get events limit 5`.
        if is_one_of(word, words::NO_NAMES) {
            return Err(self.expected("a clause (a name of this kind goes in quotes)", CLAUSES));
        }
        self.advance();
        Ok(Some(word.to_owned()))
    }

    /// Whether a clause or the end is `ahead` tokens on.
    fn ends_or_starts_clause(&self, ahead: usize) -> bool {
        match self.word_of(ahead) {
            Some(word) => is_one_of(word, CLAUSES),
            None => self.is_symbol(ahead, Symbol::Semicolon) || self.is_end(ahead),
        }
    }
}
