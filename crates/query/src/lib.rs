//! What is asked: from jKQL text to a checked plan, and from the plan to SQL.
//!
//! ```text
//! text ─▶ lexer ─▶ parser ─▶ ast ─▶ plan (names by the catalogue, types, dates) ─▶ sql (by a dialect)
//! ```
//!
//! [`parse`] knows the grammar and nothing of the data. [`plan`] knows the data, the time and the time zone, and
//! refuses what cannot be meant. [`sql::generate`] cannot fail: whatever is in a [`Plan`] has an SQL form.
//!
//! Invariants: nothing here does I/O, and no input makes it panic. A query is at most 64 KiB and nests at most 64 deep.
//! Every error names the spot and says what was wanted there. In the SQL, identifiers come from the catalogue only;
//! every value, and every name of a property, is a parameter.

mod error;
mod span;
mod suggest;

mod ast;
mod lexer;
mod parser;

mod catalogue;
mod dates;
mod plan;
pub mod sql;

pub use ast::Statement;
pub use catalogue::{EnumKind, Item, ValueType};
pub use error::{NameError, Problem, QueryError, SyntaxError, Unsupported, ValueError};
pub use parser::parse;
pub use plan::{Column, Context, Plan, plan};
pub use suggest::Hint;
