//! What stands for a value.

use crate::span::Span;

/// A value as written.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub(crate) kind: ExpressionKind,
    pub(crate) span: Span,
    /// How many levels of operators and functions it has; bounded by the parser.
    pub(crate) depth: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum ExpressionKind {
    /// A bare word: a field, an alias, a property, or a text where one may stand.
    Name(String),
    /// A text in quotes, or an alias.
    Quoted(String),
    Integer(i64),
    Decimal(f64),
    /// `3sec`, in microseconds.
    Duration(i64),
    Boolean(bool),
    Null,
    /// `properties('a', 'b')`, or any other name with a list of keys.
    Keys {
        map: String,
        keys: Vec<String>,
    },
    /// `avg(x)`, `count(distinct x)`, and without parentheses `avg x`.
    Aggregate {
        function: Aggregate,
        distinct: bool,
        argument: Box<Expression>,
    },
    Negated(Box<Expression>),
    Arithmetic {
        operator: Arithmetic,
        left: Box<Expression>,
        right: Box<Expression>,
    },
}

impl Expression {
    /// An expression without parts.
    pub(crate) fn leaf(kind: ExpressionKind, span: Span) -> Expression {
        Expression { kind, span, depth: 0 }
    }
}

/// The functions over many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Avg,
    Sum,
    Min,
    Max,
    Count,
}

impl Aggregate {
    pub(crate) const ALL: [Aggregate; 5] = [
        Aggregate::Avg,
        Aggregate::Sum,
        Aggregate::Min,
        Aggregate::Max,
        Aggregate::Count,
    ];

    /// The name as it stands in headers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Aggregate::Avg => "Avg",
            Aggregate::Sum => "Sum",
            Aggregate::Min => "Min",
            Aggregate::Max => "Max",
            Aggregate::Count => "Count",
        }
    }

    /// The function of this name, in any case.
    pub(crate) fn from_word(word: &str) -> Option<Aggregate> {
        Aggregate::ALL
            .into_iter()
            .find(|function| word.eq_ignore_ascii_case(function.name()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Arithmetic {
    /// The sign as it stands in headers.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
            Arithmetic::Remainder => "%",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The sign, in jKQL as in SQL.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    /// The comparison that holds when this one does not.
    pub(crate) fn opposite(self) -> Comparison {
        match self {
            Comparison::Equal => Comparison::NotEqual,
            Comparison::NotEqual => Comparison::Equal,
            Comparison::Less => Comparison::GreaterOrEqual,
            Comparison::LessOrEqual => Comparison::Greater,
            Comparison::Greater => Comparison::LessOrEqual,
            Comparison::GreaterOrEqual => Comparison::Less,
        }
    }

    /// The comparison with both sides exchanged.
    pub(crate) fn mirrored(self) -> Comparison {
        match self {
            Comparison::Equal | Comparison::NotEqual => self,
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        }
    }
}

/// How a text is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextMatch {
    /// Whether another text is somewhere in it.
    Contains,
    /// Whether it starts with another text.
    StartsWith,
    /// Whether it ends with another text.
    EndsWith,
    /// Whether it is like a pattern, in which `%` is any text and `_` any character.
    Like,
}

impl TextMatch {
    /// The keyword, for messages.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            TextMatch::Contains => "CONTAINS",
            TextMatch::StartsWith => "STARTS WITH",
            TextMatch::EndsWith => "ENDS WITH",
            TextMatch::Like => "LIKE",
        }
    }
}
