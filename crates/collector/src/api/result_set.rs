//! The reply to a query, as the vendor's clients read it: column metadata, and rows as objects whose keys
//! are the columns' headers.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;
use tnt4_model::Timestamp;
use tnt4_query::{Column, EnumKind, Plan, ValueType};

use crate::store::{Answer, Cell};

/// The reply to a query.
pub(super) struct ResultSet<'a> {
    plan: &'a Plan,
    answer: &'a Answer,
    total: u64,
    now: Timestamp,
    zone: &'a str,
    locale: &'a str,
}

impl<'a> ResultSet<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        answer: &'a Answer,
        now: Timestamp,
        zone: &'a str,
        locale: Option<&'a str>,
    ) -> Self {
        let matched = u64::try_from(answer.found).unwrap_or(0);
        let total = if plan.is_grouped() {
            answer.row_count
        } else {
            plan.total_rows(matched)
        };
        ResultSet {
            plan,
            answer,
            total,
            now,
            zone,
            locale: locale.unwrap_or("en-US"),
        }
    }
}

impl Serialize for ResultSet<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.plan.columns();
        let shown = self.answer.rows.len();
        let cut = self.total > shown as u64;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rows-found", &self.answer.found)?;
        map.serialize_entry("row-count", &shown)?;
        map.serialize_entry("total-row-count", &self.total)?;
        if let Some(range) = self.answer.date_range {
            map.serialize_entry("data-date-range", &range_text(range))?;
        }
        if let Some(range) = self.plan.date_filter() {
            map.serialize_entry("query-date-filter", &range_text(range))?;
        }
        map.serialize_entry("timezone", self.zone)?;
        map.serialize_entry("locale", self.locale)?;
        map.serialize_entry("status", if cut { "WARNING" } else { "SUCCESS" })?;
        if cut {
            let message = format!(
                "Only returning {} of {} rows",
                grouped(shown as u64),
                grouped(self.total)
            );
            map.serialize_entry("status-msg", &message)?;
        }
        map.serialize_entry("time", &self.now.as_micros())?;
        map.serialize_entry("item-type", self.plan.item().name())?;
        map.serialize_entry("stmt-type", "Get")?;
        if let Some(word) = self.plan.show_as() {
            map.serialize_entry("show-as", word)?;
        }
        map.serialize_entry("colhdr", &columns.iter().map(Column::header).collect::<Vec<_>>())?;
        map.serialize_entry("coltype", &By(columns, |column| column.value_type().name()))?;
        map.serialize_entry("collabel", &By(columns, Column::label))?;
        map.serialize_entry("keycols", self.plan.key_columns())?;
        map.serialize_entry(
            "rows",
            &Rows {
                columns,
                rows: &self.answer.rows,
            },
        )?;
        map.end()
    }
}

/// An object with one text a column.
struct By<'a>(&'a [Column], fn(&Column) -> &str);

impl Serialize for By<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|column| (column.header(), (self.1)(column))))
    }
}

struct Rows<'a> {
    columns: &'a [Column],
    rows: &'a [Vec<Cell>],
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.rows.len()))?;
        for cells in self.rows {
            sequence.serialize_element(&Row {
                columns: self.columns,
                cells,
            })?;
        }
        sequence.end()
    }
}

struct Row<'a> {
    columns: &'a [Column],
    cells: &'a [Cell],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        let mut cells = self.cells.iter();
        for column in self.columns {
            let cell = cells.next().unwrap_or(&Cell::Null);
            map.serialize_entry(
                column.header(),
                &Shown {
                    cell,
                    value_type: column.value_type(),
                },
            )?;
            if column.value_type() == ValueType::Map {
                let types = cells.next().unwrap_or(&Cell::Null);
                if let Cell::Text(object) = cell {
                    let key = format!("{}:_ValueTypes", column.header());
                    map.serialize_entry(&key, &super::value_types::of(object, types))?;
                }
            }
        }
        map.end()
    }
}

/// A cell as the JSON of its column's type.
struct Shown<'a> {
    cell: &'a Cell,
    value_type: ValueType,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.cell, self.value_type) {
            (Cell::Null, _) => serializer.serialize_none(),
            (Cell::Integer(ordinal), ValueType::Enum(kind)) => {
                serializer.serialize_str(&ordinal_and_name(kind, *ordinal))
            }
            (Cell::Text(word), ValueType::Enum(_)) => serializer.serialize_str(&format!("0#{word}")),
            (Cell::Integer(number), ValueType::Boolean) => serializer.serialize_bool(*number != 0),
            (Cell::Integer(number), ValueType::String) => serializer.serialize_str(&number.to_string()),
            (Cell::Real(number), ValueType::String) => serializer.serialize_str(&number.to_string()),
            (Cell::Integer(number), _) => serializer.serialize_i64(*number),
            // An average of moments or intervals is one, too, in whole microseconds.
            #[expect(clippy::cast_possible_truncation, reason = "rounded, and `as` saturates")]
            (Cell::Real(number), ValueType::Timestamp | ValueType::TimeInterval | ValueType::Enum(_)) => {
                serializer.serialize_i64(number.round() as i64)
            }
            (Cell::Real(number), _) => serializer.serialize_f64(*number),
            (Cell::Text(json), ValueType::StringArray | ValueType::Map | ValueType::MapOfStringArrays) => {
                match serde_json::from_str::<&RawValue>(json) {
                    Ok(raw) => raw.serialize(serializer),
                    Err(_) => serializer.serialize_str(json),
                }
            }
            (Cell::Text(text), _) => serializer.serialize_str(text),
        }
    }
}

fn ordinal_and_name(kind: EnumKind, ordinal: i64) -> String {
    match kind.name_of(ordinal) {
        Some(name) => format!("{ordinal}#{name}"),
        None => format!("{ordinal}#{ordinal}"),
    }
}

fn range_text((first, last): (i64, i64)) -> String {
    format!("{first} TO {last}")
}

/// A number with commas between its thousands, as the server's messages have it.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let shown: Vec<_> = [0, 25, 999, 1_000, 1_337, 1_234_567].map(grouped).into();
        assert_eq!(shown, ["0", "25", "999", "1,000", "1,337", "1,234,567"]);
    }

    #[test]
    fn enumerations_are_shown_with_their_ordinal() {
        assert_eq!(ordinal_and_name(EnumKind::Severity, 6), "6#ERROR");
        assert_eq!(ordinal_and_name(EnumKind::Severity, 77), "77#77");
    }
}
