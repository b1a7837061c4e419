//! Which rows, and in which order: limit words, SORT BY, RANGE.
//!
//! Rows come newest first unless an order is given; groups come in no order unless one is given, or a limit is, which
//! then takes the largest groups. A limit word picks rows by its own order and, if there is a SORT BY, shows them in
//! that: `latest 5 events sort by name` are the newest five, by name. RANGE counts rows after all that.

use super::scope::{Clause, Scope};
use super::value::Value;
use crate::ast::{Get, Limit, LimitWord};
use crate::error::{QueryError, Unsupported, ValueError, shown};

/// One key of an order.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) value: Value,
    pub(crate) descending: bool,
}

/// The choice of rows.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// The order in which rows are shown; empty for any.
    pub(crate) order: Vec<Order>,
    /// The order in which `count` rows are picked first, if it is another.
    pub(crate) picked_by: Option<Vec<Order>>,
    /// How many rows a limit word leaves.
    pub(crate) count: Option<u64>,
    /// The first and last row shown of those, from 1.
    range: Option<(u64, u64)>,
}

impl Rows {
    /// How many rows are skipped.
    pub(crate) fn offset(&self) -> u64 {
        self.range.map_or(0, |(first, _)| first.saturating_sub(1))
    }

    /// How many rows there can be after those skipped.
    pub(crate) fn limit(&self) -> Option<u64> {
        let last = self.range.map(|(_, last)| last);
        let end = match (self.count, last) {
            (Some(count), Some(last)) => count.min(last),
            (count, last) => count.or(last)?,
        };
        Some(end.saturating_sub(self.offset()))
    }

    /// How many of `found` rows are left.
    pub(crate) fn total(&self, found: u64) -> u64 {
        let left = found
            .min(self.count.unwrap_or(u64::MAX))
            .saturating_sub(self.offset());
        left.min(self.limit().unwrap_or(u64::MAX))
    }
}

impl Scope<'_> {
    /// The choice that the statement makes.
    pub(super) fn rows(&mut self, get: &Get) -> Result<Rows, QueryError> {
        self.enter(Clause::SortBy);
        let range = match get.clauses.range {
            Some(range) if range.first == 0 || range.first > range.last => {
                let reason = "has no rows: they are counted from 1, and the first must not be after the last";
                let problem = ValueError::BadRange {
                    found: shown(self.typed(range.span)),
                    reason,
                };
                return Err(self.error(problem, range.span));
            }
            range => range.map(|range| (range.first, range.last)),
        };
        let sort = self.sort_keys(get)?;
        let (order, picked_by) = if self.is_grouped() {
            self.group_order(get.limit, sort)?
        } else {
            self.row_order(get.limit, sort)?
        };
        Ok(Rows {
            order,
            picked_by,
            count: get.limit.map(|limit| limit.count),
            range,
        })
    }

    fn sort_keys(&self, get: &Get) -> Result<Vec<Order>, QueryError> {
        let keys = get.clauses.sort.iter().map(|key| {
            let value = self.value(&key.expression)?;
            if !value.is_single() {
                let reason = "name one key, as in Properties('key')";
                return Err(self.inapplicable("SORT BY", &value, reason, key.expression.span));
            }
            Ok(Order {
                value,
                descending: key.descending,
            })
        });
        keys.collect()
    }

    /// The order of groups, and the one to pick them by.
    fn group_order(
        &self,
        limit: Option<Limit>,
        sort: Vec<Order>,
    ) -> Result<(Vec<Order>, Option<Vec<Order>>), QueryError> {
        let Some(limit) = limit else {
            return Ok((sort, None));
        };
        let order = if sort.is_empty() {
            vec![Order {
                value: Value::RowCount,
                descending: true,
            }]
        } else {
            sort
        };
        match limit.word {
            LimitWord::Top => Ok((order, None)),
            LimitWord::Bottom => {
                let reversed = reversed(&order);
                Ok((order, Some(reversed)))
            }
            _ => {
                let word = self.typed(limit.span).to_uppercase();
                let what = format!("{word} of grouped or counted rows (TOP and BOTTOM are)");
                Err(self.error(Unsupported { what, later: true }, limit.span))
            }
        }
    }

    /// The order of single rows, and the one to pick them by.
    fn row_order(
        &self,
        limit: Option<Limit>,
        sort: Vec<Order>,
    ) -> Result<(Vec<Order>, Option<Vec<Order>>), QueryError> {
        let by_date = |descending| self.by_fields(&[(self.item().date_field(), descending)]);
        let is_sorted = !sort.is_empty();
        let order = if is_sorted { with_ties(sort) } else { by_date(true) };
        let Some(limit) = limit else {
            return Ok((order, None));
        };
        let picked_by = match limit.word {
            LimitWord::Top => return Ok((order, None)),
            LimitWord::Bottom => {
                let reversed = reversed(&order);
                return Ok((order, Some(reversed)));
            }
            LimitWord::First => by_date(false),
            LimitWord::Last => by_date(true),
            LimitWord::Longest => self.by_fields(&[("ElapsedTime", true)]),
            LimitWord::Shortest => self.by_fields(&[("ElapsedTime", false)]),
            LimitWord::Worst => self.by_fields(&[("Severity", true), ("ElapsedTime", true)]),
            LimitWord::Best => self.by_fields(&[("Severity", false), ("ElapsedTime", false)]),
            LimitWord::Largest => self.by_fields(&[("MsgLength", true)]),
            LimitWord::Smallest => self.by_fields(&[("MsgLength", false)]),
        };
        if picked_by.is_empty() {
            let operation = self.typed(limit.span).to_uppercase();
            let subject = self.item().plural().to_owned();
            let reason = "they have neither a length nor a duration";
            return Err(self.error(
                ValueError::Inapplicable {
                    operation,
                    subject,
                    reason,
                },
                limit.span,
            ));
        }
        Ok(if is_sorted {
            (order, Some(picked_by))
        } else {
            (picked_by, None)
        })
    }

    /// The order by those of the fields that the item has; empty if it has none of them.
    fn by_fields(&self, names: &[(&str, bool)]) -> Vec<Order> {
        let orders = names.iter().filter_map(|(name, descending)| {
            Some(Order {
                value: Value::Field(self.item().field(name)?),
                descending: *descending,
            })
        });
        with_ties(orders.collect())
    }
}

/// The same order, and rows that it leaves equal in that of their arrival.
fn with_ties(mut order: Vec<Order>) -> Vec<Order> {
    if let Some(last) = order.last() {
        let descending = last.descending;
        order.push(Order {
            value: Value::RowId,
            descending,
        });
    }
    order
}

fn reversed(order: &[Order]) -> Vec<Order> {
    let reversed = order.iter().map(|key| Order {
        value: key.value.clone(),
        descending: !key.descending,
    });
    reversed.collect()
}
