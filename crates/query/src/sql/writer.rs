//! One statement in the making: its parameters so far, and whether it needs the source.

use std::collections::HashMap;

use super::{Dialect, Parameter, Sql};
use crate::catalogue::{Field, Item, Place};

pub(super) struct Writer<'a> {
    pub(super) item: Item,
    pub(super) dialect: &'a dyn Dialect,
    parameters: Vec<Parameter>,
    texts: HashMap<String, usize>,
    integers: HashMap<i64, usize>,
    uses_source: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(item: Item, dialect: &'a dyn Dialect) -> Writer<'a> {
        let (texts, integers) = (HashMap::new(), HashMap::new());
        Writer {
            item,
            dialect,
            parameters: Vec::new(),
            texts,
            integers,
            uses_source: false,
        }
    }

    /// The statement with this text.
    pub(super) fn finish(self, text: String) -> Sql {
        Sql {
            text,
            parameters: self.parameters,
        }
    }

    /// The tables, as far as they are used by now.
    pub(super) fn from(&self) -> String {
        let join = if self.uses_source {
            " LEFT JOIN source AS s ON s.id = t.source"
        } else {
            ""
        };
        format!("{} AS t{join}", self.item.table())
    }

    /// The column of a field.
    pub(super) fn field(&mut self, field: &Field) -> String {
        match field.place {
            Place::Own(column) => format!("t.{column}"),
            Place::Source(column) => {
                self.uses_source = true;
                format!("s.{column}")
            }
            // The plan refuses these; null is what the store knows of them.
            Place::Missing => "NULL".to_owned(),
        }
    }

    /// The column that date ranges apply to.
    pub(super) fn date_field(&mut self) -> String {
        match self.item.field(self.item.date_field()) {
            Some(field) => self.field(field),
            None => "NULL".to_owned(),
        }
    }

    pub(super) fn text(&mut self, text: &str) -> String {
        let number = match self.texts.get(text) {
            Some(number) => *number,
            None => {
                let number = self.add(Parameter::Text(text.to_owned()));
                self.texts.insert(text.to_owned(), number);
                number
            }
        };
        self.dialect.placeholder(number)
    }

    pub(super) fn integer(&mut self, value: i64) -> String {
        let number = match self.integers.get(&value) {
            Some(number) => *number,
            None => {
                let number = self.add(Parameter::Integer(value));
                self.integers.insert(value, number);
                number
            }
        };
        self.dialect.placeholder(number)
    }

    /// A number of rows.
    pub(super) fn count(&mut self, count: u64) -> String {
        self.integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    pub(super) fn real(&mut self, value: f64) -> String {
        let number = self.add(Parameter::Real(value));
        self.dialect.placeholder(number)
    }

    /// The path of this key.
    pub(super) fn path(&mut self, key: &str) -> String {
        let path = self.dialect.path(key);
        self.text(&path)
    }

    fn add(&mut self, parameter: Parameter) -> usize {
        self.parameters.push(parameter);
        self.parameters.len()
    }
}
