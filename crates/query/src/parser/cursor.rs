//! A place in the tokens, and the small steps from there.

use super::DEEPEST;
use super::words::is_one_of;
use crate::error::{Problem, QueryError, SyntaxError, shown};
use crate::lexer::{Symbol, Token, TokenKind};
use crate::span::Span;
use crate::suggest::Hint;

/// The tokens of a text, and how far they are read.
pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Tests read so far, of all conditions.
    pub(super) tests: usize,
}

impl<'a> Parser<'a> {
    /// At the first of `tokens`, which end with [`TokenKind::End`].
    pub(super) fn new(text: &'a str, tokens: Vec<Token>) -> Parser<'a> {
        Parser {
            text,
            tokens,
            at: 0,
            depth: 0,
            tests: 0,
        }
    }

    /// The token `ahead` places on; beyond the end there is only the end.
    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).or(self.tokens.last())
    }

    /// What the next token is.
    pub(super) fn kind(&self) -> &TokenKind {
        self.kind_of(0)
    }

    /// What the token `ahead` places on is.
    pub(super) fn kind_of(&self, ahead: usize) -> &TokenKind {
        self.token(ahead).map_or(&TokenKind::End, |token| &token.kind)
    }

    /// The text that is read.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Where the next token stands.
    pub(super) fn span(&self) -> Span {
        self.span_of(0)
    }

    /// Where the token `ahead` places on stands.
    pub(super) fn span_of(&self, ahead: usize) -> Span {
        self.token(ahead)
            .map_or(Span::new(self.text.len(), self.text.len()), |token| token.span)
    }

    /// Where the token before the next one stands.
    pub(super) fn last_span(&self) -> Span {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(self.span(), |token| token.span)
    }

    /// The text of the next token.
    pub(super) fn token_text(&self) -> &'a str {
        self.span().of(self.text)
    }

    /// The next token, if it is a word.
    pub(super) fn word(&self) -> Option<&'a str> {
        self.word_of(0)
    }

    /// The token `ahead` places on, if it is a word.
    pub(super) fn word_of(&self, ahead: usize) -> Option<&'a str> {
        let token = self.token(ahead)?;
        (token.kind == TokenKind::Word).then(|| token.span.of(self.text))
    }

    /// Whether the token `ahead` places on is this sign.
    pub(super) fn is_symbol(&self, ahead: usize, symbol: Symbol) -> bool {
        self.token(ahead)
            .is_some_and(|token| token.kind == TokenKind::Symbol(symbol))
    }

    /// Whether the token `ahead` places on is one of these words.
    pub(super) fn is_word(&self, ahead: usize, words: &[&str]) -> bool {
        self.word_of(ahead).is_some_and(|word| is_one_of(word, words))
    }

    /// Whether everything is read.
    pub(super) fn is_at_end(&self) -> bool {
        *self.kind() == TokenKind::End
    }

    /// Goes on behind the next token.
    pub(super) fn advance(&mut self) {
        if !self.is_at_end() {
            self.at += 1;
        }
    }

    /// Whether the text ends `ahead` tokens on.
    pub(super) fn is_end(&self, ahead: usize) -> bool {
        self.token(ahead).is_none_or(|token| token.kind == TokenKind::End)
    }

    /// How many tokens on the parenthesis closes that is the next token.
    pub(super) fn closing(&self) -> Option<usize> {
        let mut open = 0_usize;
        for (ahead, token) in self.tokens.iter().skip(self.at).enumerate() {
            match token.kind {
                TokenKind::Symbol(Symbol::OpenParenthesis) => open += 1,
                TokenKind::Symbol(Symbol::CloseParenthesis) if open <= 1 => return Some(ahead),
                TokenKind::Symbol(Symbol::CloseParenthesis) => open -= 1,
                _ => {}
            }
        }
        None
    }

    /// Reads the sign, if it is next.
    pub(super) fn eat(&mut self, symbol: Symbol) -> bool {
        let found = self.is_symbol(0, symbol);
        if found {
            self.advance();
        }
        found
    }

    /// Reads one of the words, if one is next.
    pub(super) fn eat_word(&mut self, words: &[&str]) -> bool {
        let found = self.is_word(0, words);
        if found {
            self.advance();
        }
        found
    }

    /// Reads the sign, or says that it is missing.
    pub(super) fn expect(&mut self, symbol: Symbol) -> Result<(), QueryError> {
        if self.eat(symbol) {
            Ok(())
        } else {
            Err(self.expected(format!("`{}`", symbol.text()), &[]))
        }
    }

    /// Reads the word, or says that it is missing.
    pub(super) fn expect_word(&mut self, word: &'static str) -> Result<(), QueryError> {
        if self.eat_word(&[word]) {
            Ok(())
        } else {
            Err(self.expected(word.to_ascii_uppercase(), &[word]))
        }
    }

    /// Reads items between commas; `what` they are, for the message when there are more than `limit`.
    pub(super) fn list<T>(
        &mut self,
        what: &'static str,
        limit: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, QueryError>,
    ) -> Result<Vec<T>, QueryError> {
        let mut items = Vec::new();
        loop {
            if items.len() == limit {
                return Err(self.error(SyntaxError::TooMany { what, limit }));
            }
            items.push(item(self)?);
            if !self.eat(Symbol::Comma) {
                return Ok(items);
            }
        }
    }

    /// Does `read` one level deeper, unless that is too deep.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        if self.depth == DEEPEST {
            return Err(self.error(SyntaxError::TooDeep { limit: DEEPEST }));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The problem, at the next token.
    pub(super) fn error(&self, problem: impl Into<Problem>) -> QueryError {
        self.error_at(self.span(), problem)
    }

    /// The problem, at `span`.
    pub(super) fn error_at(&self, span: Span, problem: impl Into<Problem>) -> QueryError {
        QueryError::new(problem, span, self.text)
    }

    /// Something else should be the next token; `words` are the keywords among what may stand there.
    pub(super) fn expected(&self, wanted: impl Into<String>, words: &[&str]) -> QueryError {
        let hint = self.word().map_or(Hint::none(), |word| {
            Hint::for_word(word, words.iter().copied()).in_capitals()
        });
        let found = self.found();
        self.error(SyntaxError::Expected {
            wanted: wanted.into(),
            found,
            hint,
        })
    }

    /// The next token as shown in messages.
    fn found(&self) -> String {
        if self.is_at_end() {
            "the end of the query".to_owned()
        } else {
            shown(self.token_text())
        }
    }
}
