//! What names mean at one place of a statement.

use std::cell::Cell;

use super::column::SelectedValue;
use super::not_kept;
use super::value::{Constant, Read, Value};
use crate::ast::{Aggregate, Condition, Expression, ExpressionKind};
use crate::catalogue::{Field, Item, Place, ValueType};
use crate::dates::Clock;
use crate::error::{NameError, Problem, QueryError, SyntaxError, ValueError, shown};
use crate::span::Span;
use crate::suggest::{Hint, nearest};

/// Parts of all values of a statement: aliases could multiply them without end.
const MOST_PARTS: usize = 20_000;

/// The place in a statement where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clause {
    Fields,
    Where,
    GroupBy,
    Having,
    SortBy,
    /// Inside the parentheses of an aggregate.
    Aggregate,
}

impl Clause {
    /// Why an aggregate cannot stand here: what the place is called, and what to do instead.
    fn refusal(self, is_grouped: bool) -> Option<(&'static str, &'static str)> {
        match self {
            Clause::Where => Some(("WHERE", "HAVING tests it after the rows are put together")),
            Clause::GroupBy => Some(("GROUP BY", "group by what it is computed of")),
            Clause::Aggregate => Some(("another aggregate", "leave one of the two out")),
            Clause::SortBy if !is_grouped => {
                Some(("the order of single rows", "ask for it with FIELDS or GROUP BY"))
            }
            Clause::Fields | Clause::Having | Clause::SortBy => None,
        }
    }
}

/// The names that are known, and the clause that is read.
pub(super) struct Scope<'a> {
    item: Item,
    text: &'a str,
    pub(super) clock: &'a Clock,
    aliases: Vec<(String, Value)>,
    /// What rows are grouped by, if they are.
    keys: Option<Vec<Value>>,
    clause: Clause,
    parts: Cell<usize>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(item: Item, text: &'a str, clock: &'a Clock) -> Scope<'a> {
        let parts = Cell::new(0);
        Scope {
            item,
            text,
            clock,
            aliases: Vec::new(),
            keys: None,
            clause: Clause::Fields,
            parts,
        }
    }

    pub(super) fn item(&self) -> Item {
        self.item
    }

    pub(super) fn enter(&mut self, clause: Clause) {
        self.clause = clause;
    }

    /// From here on the aliases of `selected` are known.
    pub(super) fn name_aliases(&mut self, selected: &[SelectedValue]) {
        let aliases = selected
            .iter()
            .filter_map(|selected| Some((selected.alias.clone()?, selected.value.clone())));
        self.aliases = aliases.collect();
    }

    /// From here on single rows are not seen any more, if there are `keys`.
    pub(super) fn group_by(&mut self, keys: Option<Vec<Value>>) {
        self.keys = keys;
    }

    pub(super) fn is_grouped(&self) -> bool {
        self.keys.is_some()
    }

    /// What the expression means, if that exists at this place.
    pub(super) fn value(&self, expression: &Expression) -> Result<Value, QueryError> {
        let value = self.resolved(expression)?;
        if self.clause != Clause::Where {
            self.check_grouping(&value, expression.span)?;
        }
        Ok(value)
    }

    /// What the expression means.
    pub(super) fn resolved(&self, expression: &Expression) -> Result<Value, QueryError> {
        let span = expression.span;
        let value = match &expression.kind {
            ExpressionKind::Name(name) => self.name(name, span)?,
            ExpressionKind::Quoted(text) => self
                .alias(text, span)?
                .ok_or_else(|| self.error(NameError::NoSuchAlias { found: shown(text) }, span))?,
            ExpressionKind::Integer(value) => Value::Constant(Constant::Integer(*value)),
            ExpressionKind::Duration(value) => Value::Constant(Constant::Duration(*value)),
            ExpressionKind::Decimal(value) => {
                Value::Constant(Constant::Decimal(*value, self.typed(span).to_owned()))
            }
            ExpressionKind::Boolean(_) | ExpressionKind::Null => {
                let wanted = "a field or a number".to_owned();
                let found = shown(self.typed(span));
                return Err(self.error(
                    SyntaxError::Expected {
                        wanted,
                        found,
                        hint: Hint::none(),
                    },
                    span,
                ));
            }
            ExpressionKind::Keys { map, keys } => self.keys_of(map, keys, span)?,
            ExpressionKind::Aggregate {
                function,
                distinct,
                argument,
            } => self.aggregate(*function, *distinct, argument, span)?,
            ExpressionKind::Negated(part) => self.negated(part)?,
            ExpressionKind::Arithmetic {
                operator,
                left,
                right,
            } => self.arithmetic(*operator, left, right, span)?,
        };
        self.count_parts(&value, span)?;
        Ok(value)
    }

    /// What a bare word means where only a field, an alias or a property can stand.
    fn name(&self, name: &str, span: Span) -> Result<Value, QueryError> {
        if let Some(value) = self.known_name(name, span)? {
            return Ok(value);
        }
        let known = self.item.fields().flat_map(Field::names);
        let meant = nearest(name, known).filter(|known| !starts_with(name, known) && !name.contains('.'));
        if let Some(meant) = meant {
            let hint = Hint::for_word(meant, [meant]);
            let (item, found) = (self.item.name(), shown(name));
            return Err(self.error(
                NameError::UnknownField {
                    item,
                    found,
                    name: name.to_owned(),
                    hint,
                },
                span,
            ));
        }
        Ok(Value::Property {
            keys: vec![name.to_owned()],
            read: Read::Scalar,
        })
    }

    /// What a bare word means if it is a field or an alias.
    pub(super) fn known_name(&self, name: &str, span: Span) -> Result<Option<Value>, QueryError> {
        if let Some(field) = self.item.field(name) {
            return self.kept(field, span).map(|field| Some(Value::Field(field)));
        }
        if let Some(value) = self.alias(name, span)? {
            return Ok(Some(value));
        }
        let is_count = name.eq_ignore_ascii_case("numberof") || name.eq_ignore_ascii_case("number");
        Ok((is_count && self.is_grouped() && self.clause != Clause::Where).then_some(Value::RowCount))
    }

    /// What `AS` gave this name.
    pub(super) fn alias(&self, name: &str, span: Span) -> Result<Option<Value>, QueryError> {
        let found = self
            .aliases
            .iter()
            .find(|(alias, _)| alias.eq_ignore_ascii_case(name));
        let Some((_, value)) = found else { return Ok(None) };
        if value.has_aggregate() {
            self.check_aggregate(&value.header(), span)?;
        }
        Ok(Some(value.clone()))
    }

    /// `map('key', …)`
    fn keys_of(&self, map: &str, keys: &[String], span: Span) -> Result<Value, QueryError> {
        let Some(field) = self.item.field(map) else {
            let functions = Aggregate::ALL.map(Aggregate::name);
            let hint = Hint::for_word(map, functions.into_iter().chain(["Properties", "SourceComps"]));
            let (found, known) = (shown(map), functions.join(", "));
            return Err(self.error(NameError::UnknownFunction { found, hint, known }, span));
        };
        let field = self.kept(field, span)?;
        match field.value_type {
            ValueType::Map => Ok(Value::Property {
                keys: keys.to_vec(),
                read: Read::Scalar,
            }),
            ValueType::MapOfStringArrays => Ok(Value::Components {
                field,
                keys: keys.to_vec(),
            }),
            _ => Err(self.inapplicable("a key", &Value::Field(field), "it is not a map", span)),
        }
    }

    fn kept(&self, field: &'static Field, span: Span) -> Result<&'static Field, QueryError> {
        if field.place == Place::Missing {
            Err(self.error(not_kept(field.name, self.item), span))
        } else {
            Ok(field)
        }
    }

    /// Refuses what differs between the rows of a group.
    pub(super) fn check_grouping(&self, value: &Value, span: Span) -> Result<(), QueryError> {
        let Some(keys) = &self.keys else { return Ok(()) };
        if keys.iter().any(|key| key.is_same(value)) {
            return Ok(());
        }
        match value {
            Value::Constant(_) | Value::Aggregate { .. } | Value::RowCount | Value::RowId => Ok(()),
            Value::Negated(part) => self.check_grouping(part, span),
            Value::Arithmetic { left, right, .. } => self
                .check_grouping(left, span)
                .and_then(|()| self.check_grouping(right, span)),
            Value::Field(_) | Value::Property { .. } | Value::Components { .. } => Err(self.error(
                ValueError::NotGrouped {
                    found: value.header(),
                },
                span,
            )),
        }
    }

    /// Refuses an aggregate where rows are looked at one by one.
    pub(super) fn check_aggregate(&self, header: &str, span: Span) -> Result<(), QueryError> {
        let Some((clause, advice)) = self.clause.refusal(self.is_grouped()) else {
            return Ok(());
        };
        let found = header.to_owned();
        Err(self.error(
            ValueError::MisplacedAggregate {
                found,
                clause,
                advice,
            },
            span,
        ))
    }

    /// Does `read` as inside an aggregate.
    pub(super) fn inside_aggregate<T>(&self, read: impl FnOnce(&Scope<'_>) -> T) -> T {
        let scope = Scope {
            aliases: self.aliases.clone(),
            keys: None,
            clause: Clause::Aggregate,
            parts: self.parts.clone(),
            ..*self
        };
        read(&scope)
    }

    pub(super) fn having_without_groups(&self, condition: &Condition) -> QueryError {
        let span = first_span(condition);
        let subject = format!("single {}", self.item.plural());
        let reason = "it tests groups; without GROUP BY or an aggregate there are none, and WHERE does";
        self.inapplicable_to("HAVING", subject, reason, span)
    }

    fn count_parts(&self, value: &Value, span: Span) -> Result<(), QueryError> {
        self.parts.set(self.parts.get().saturating_add(value.size()));
        if self.parts.get() > MOST_PARTS {
            return Err(self.error(
                SyntaxError::TooMany {
                    what: "values",
                    limit: MOST_PARTS,
                },
                span,
            ));
        }
        Ok(())
    }

    /// The query's text at `span`.
    pub(super) fn typed(&self, span: Span) -> &'a str {
        span.of(self.text)
    }

    pub(super) fn error(&self, problem: impl Into<Problem>, span: Span) -> QueryError {
        QueryError::new(problem, span, self.text)
    }

    pub(super) fn inapplicable(
        &self,
        operation: &str,
        subject: &Value,
        reason: &'static str,
        span: Span,
    ) -> QueryError {
        self.inapplicable_to(operation, subject.header(), reason, span)
    }

    fn inapplicable_to(
        &self,
        operation: &str,
        subject: String,
        reason: &'static str,
        span: Span,
    ) -> QueryError {
        let operation = operation.to_owned();
        self.error(
            ValueError::Inapplicable {
                operation,
                subject,
                reason,
            },
            span,
        )
    }
}

/// Whether `name` is `start` and something more, such as `Location2`: then it was meant that way.
fn starts_with(name: &str, start: &str) -> bool {
    name.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

fn first_span(condition: &Condition) -> Span {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.first().map_or(Span::new(0, 0), first_span),
        Condition::Not(part) => first_span(part),
        Condition::Predicate(predicate) => predicate.span,
    }
}
