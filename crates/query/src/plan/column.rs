//! The columns of a result: what is asked for by FIELDS, GROUP BY and NUMBER OF.

use super::scope::{Clause, Scope};
use super::value::Value;
use crate::ast::{Fields, Get};
use crate::catalogue::{Field, ValueType};
use crate::error::{QueryError, ValueError};
use crate::span::Span;

/// A column of a result.
#[derive(Debug, Clone)]
pub struct Column {
    header: String,
    label: String,
    value_type: ValueType,
    pub(crate) value: Value,
}

impl Column {
    fn new(value: Value, alias: Option<&str>) -> Column {
        let label = alias.map_or_else(|| value.label(), str::to_owned);
        Column {
            header: value.header(),
            label,
            value_type: value.value_type(),
            value,
        }
    }

    /// The key of its cells in a result's rows: the canonical name, whatever was typed.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// What to show above it: the alias if it has one.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The type of its cells.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        self.value_type
    }
}

/// One of the fields asked for by name.
pub(super) struct SelectedValue {
    pub(super) value: Value,
    pub(super) alias: Option<String>,
    pub(super) span: Span,
}

impl Scope<'_> {
    /// The fields that are named; none of them sees the aliases of the others.
    pub(super) fn selected(&mut self, get: &Get) -> Result<Vec<SelectedValue>, QueryError> {
        self.enter(Clause::Fields);
        let Some(Fields::List(list)) = &get.clauses.fields else {
            return Ok(Vec::new());
        };
        let selected = list.iter().map(|selected| {
            let value = self.resolved(&selected.expression)?;
            Ok(SelectedValue {
                value,
                alias: selected.alias.clone(),
                span: selected.expression.span,
            })
        });
        selected.collect()
    }

    /// What GROUP BY names.
    pub(super) fn group_keys(&mut self, get: &Get) -> Result<Vec<Value>, QueryError> {
        self.enter(Clause::GroupBy);
        let Some(group) = &get.clauses.group else {
            return Ok(Vec::new());
        };
        let mut keys: Vec<Value> = Vec::new();
        for expression in &group.keys {
            let key = self.resolved(expression)?;
            if let Some(reason) = refusal(&key) {
                return Err(self.inapplicable("GROUP BY", &key, reason, expression.span));
            }
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    /// All columns: group keys, then what is selected, then the number of rows; else those that nobody need name.
    pub(super) fn columns(
        &self,
        get: &Get,
        selected: &[SelectedValue],
        keys: &[Value],
    ) -> Result<Vec<Column>, QueryError> {
        if let Some(Fields::All(span)) = get.clauses.fields {
            if self.is_grouped() {
                let found = "ALL".to_owned();
                return Err(self.error(ValueError::NotGrouped { found }, span));
            }
            return Ok(plain_columns(self.item().all_fields()));
        }
        let mut columns = Columns(Vec::new());
        for key in keys {
            let named = selected.iter().find(|selected| selected.value.is_same(key));
            columns.push(key.clone(), named.and_then(|selected| selected.alias.as_deref()));
        }
        for selected in selected {
            self.check_grouping(&selected.value, selected.span)?;
            columns.push(selected.value.clone(), selected.alias.as_deref());
        }
        if get.counted {
            columns.push(Value::RowCount, None);
        }
        if columns.0.is_empty() {
            return Ok(plain_columns(self.item().default_fields()));
        }
        Ok(columns.0)
    }
}

/// Why rows cannot be grouped by this.
fn refusal(key: &Value) -> Option<&'static str> {
    match key {
        Value::Field(field) if field.value_type == ValueType::Map => Some("name a key: Properties('key')"),
        Value::Constant(_) => Some("it is the same in all rows"),
        _ => None,
    }
}

fn plain_columns(fields: Vec<&'static Field>) -> Vec<Column> {
    fields
        .into_iter()
        .map(|field| Column::new(Value::Field(field), None))
        .collect()
}

/// Columns with different headers: a row has one cell for each, so the second of two equal ones says nothing.
struct Columns(Vec<Column>);

impl Columns {
    fn push(&mut self, value: Value, alias: Option<&str>) {
        let column = Column::new(value, alias);
        if self.0.iter().all(|other| other.header != column.header) {
            self.0.push(column);
        }
    }
}
