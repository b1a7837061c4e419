//! Filters as SQL conditions.

use super::writer::Writer;
use crate::ast::Comparison;
use crate::catalogue::Place;
use crate::plan::{Check, Filter, Test, Value};

impl Writer<'_> {
    pub(super) fn filter(&mut self, filter: &Filter) -> String {
        match filter {
            Filter::All(parts) => {
                let parts: Vec<String> = parts
                    .iter()
                    .filter(|part| !part.is_empty())
                    .map(|part| self.filter(part))
                    .collect();
                joined(&parts, "AND")
            }
            Filter::Any(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.filter(part)).collect();
                joined(&parts, "OR")
            }
            Filter::Test(test) => self.test(test),
        }
    }

    fn test(&mut self, test: &Test) -> String {
        let Test {
            subject,
            check,
            negated,
        } = test;
        if subject.is_list() && !matches!(check, Check::Present) {
            return self.list_test(subject, check, *negated);
        }
        let subject = self.value(subject);
        self.check(&subject, check, *negated)
    }

    /// The check of one value.
    fn check(&mut self, subject: &str, check: &Check, negated: bool) -> String {
        let not = if negated { "NOT " } else { "" };
        match check {
            Check::Compare(comparison, value) => {
                let comparison = if negated {
                    comparison.opposite()
                } else {
                    *comparison
                };
                format!("{subject} {} {}", comparison.sign(), self.value(value))
            }
            Check::Among(values) => format!("{subject} {not}IN ({})", self.values(values)),
            Check::Between(low, high) => {
                format!(
                    "{subject} {not}BETWEEN {} AND {}",
                    self.value(low),
                    self.value(high)
                )
            }
            Check::Text(how, wanted) => {
                let wanted = self.value(wanted);
                format!("{not}{}", self.dialect.matches(*how, subject, &wanted))
            }
            Check::Present => format!("{subject} IS {}NULL", if negated { "" } else { "NOT " }),
        }
    }

    /// The check of a list: some element passes; or negated, it is there and no element does.
    fn list_test(&mut self, subject: &Value, check: &Check, negated: bool) -> String {
        let holds = self
            .correlator_test(subject, check)
            .unwrap_or_else(|| self.any_element(subject, check));
        if !negated {
            return holds;
        }
        let list = self.value(subject);
        format!("({list} IS NOT NULL AND NOT {holds})")
    }

    fn any_element(&mut self, subject: &Value, check: &Check) -> String {
        let (array, path) = match subject {
            Value::Components { field, keys } => {
                let path = keys.first().map(|key| self.path(key));
                (self.field(field), path)
            }
            _ => (self.value(subject), None),
        };
        let test = self.check(self.dialect.element(), check, false);
        self.dialect.any_element(&array, path.as_deref(), &test)
    }

    /// Equality of correlators, by their index; none for other lists and checks.
    fn correlator_test(&mut self, subject: &Value, check: &Check) -> Option<String> {
        let Value::Field(field) = subject else { return None };
        if field.place != Place::Own("correlators") {
            return None;
        }
        let item = self.item.correlator_ordinal()?;
        let values = match check {
            Check::Compare(Comparison::Equal, value @ Value::Constant(_)) => std::slice::from_ref(value),
            Check::Among(values) => values.as_slice(),
            _ => return None,
        };
        let item = self.integer(item);
        let test = match values {
            [value] => format!("= {}", self.value(value)),
            values => format!("IN ({})", self.values(values)),
        };
        Some(format!(
            "(t.id IN (SELECT c.row FROM correlator AS c WHERE c.item = {item} AND c.value {test}))"
        ))
    }

    fn values(&mut self, values: &[Value]) -> String {
        values
            .iter()
            .map(|value| self.value(value))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The conditions joined by AND or OR in parentheses, as a tree of low height, because databases bound that.
pub(super) fn joined(conditions: &[String], word: &str) -> String {
    match conditions {
        [] => "1 = 1".to_owned(),
        [condition] => condition.clone(),
        _ => {
            let (left, right) = conditions.split_at(conditions.len() / 2);
            format!("({} {word} {})", joined(left, word), joined(right, word))
        }
    }
}
