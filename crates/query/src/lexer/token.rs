//! The smallest parts of a query.

use crate::span::Span;

/// A token and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a token is; words and numbers are read from the text by their span.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    /// A name or keyword.
    Word,
    /// A text in quotes, here without them.
    Quoted(String),
    /// Digits, perhaps with a point.
    Number,
    /// One of the signs.
    Symbol(Symbol),
    /// The end of the text.
    End,
}

macro_rules! symbols {
    ($($(#[$doc:meta])* $symbol:ident $text:literal)+) => {
        /// A sign. Longer ones stand before those that they start with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Symbol {
            $($(#[$doc])* $symbol,)+
        }

        impl Symbol {
            /// The sign itself.
            pub(crate) fn text(self) -> &'static str {
                match self {
                    $(Symbol::$symbol => $text,)+
                }
            }

            /// The sign that `rest` starts with.
            pub(crate) fn at_start_of(rest: &str) -> Option<Symbol> {
                [$(Symbol::$symbol),+].into_iter().find(|symbol| rest.starts_with(symbol.text()))
            }
        }
    };
}

symbols! {
    OpenParenthesis "("
    CloseParenthesis ")"
    Comma ","
    Semicolon ";"
    NotEqual "!="
    /// SQL's way to write [`Symbol::NotEqual`].
    Differs "<>"
    LessOrEqual "<="
    GreaterOrEqual ">="
    Less "<"
    Greater ">"
    Equal "="
    Tilde "~"
    Plus "+"
    Minus "-"
    Star "*"
    Slash "/"
    Percent "%"
}
