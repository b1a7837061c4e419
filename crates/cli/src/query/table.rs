//! Rows as a table.
//!
//! On a terminal it has lines and fits the terminal's width; where its columns would become too narrow to
//! read, each row is a list of names and values instead. Elsewhere it is plain, one line a row, and nothing
//! is cut off or broken.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use jiff::tz::TimeZone;

use super::cell::{self, Style};
use super::reply::{Column, ResultSet};
use crate::escape::visible;

/// The narrowest that a column of long text may become before rows are shown as lists.
const NARROW: usize = 18;

/// What the table is for.
pub(crate) struct Form {
    /// The terminal's width, where it is one.
    pub(crate) width: Option<usize>,
    /// The zone of times.
    pub(crate) zone: TimeZone,
}

/// The rows as a table; nothing at the end of the last line.
pub(crate) fn table(set: &ResultSet, form: &Form) -> String {
    let style = Style {
        zone: &form.zone,
        exact: form.width.is_none(),
    };
    let mut columns: Vec<(&Column, Vec<String>)> = set
        .columns
        .iter()
        .map(|column| {
            let cells = set.rows.iter().map(|row| cell::shown(column, row, &style));
            (column, cells.collect())
        })
        .collect();
    let Some(width) = form.width else {
        return plain(&columns);
    };
    // Nobody asked for these columns by name, and they say nothing.
    if set.whole {
        columns.retain(|(_, cells)| cells.iter().any(|text| !text.is_empty()));
    }
    if least_width(&columns) > width {
        lists(&columns, set.rows.len(), width)
    } else {
        fitted(&columns, width)
    }
}

type Filled<'a> = (&'a Column, Vec<String>);

/// How wide the table is with its long columns as narrow as they may be.
fn least_width(columns: &[Filled<'_>]) -> usize {
    let widths = columns.iter().map(|(column, cells)| {
        let texts = cells.iter().map(String::as_str).chain([column.label.as_str()]);
        texts
            .map(|text| text.chars().count())
            .max()
            .unwrap_or(0)
            .min(NARROW)
            + 3
    });
    widths.sum::<usize>() + 1
}

fn fitted(columns: &[Filled<'_>], width: usize) -> String {
    let mut table = filled(columns);
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.to_string()
}

fn plain(columns: &[Filled<'_>]) -> String {
    let mut table = filled(columns);
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    let last = columns.len().saturating_sub(1);
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { 2 }));
    }
    table.trim_fmt()
}

/// One row after the other, each a list of names and values; what is empty is left out.
fn lists(columns: &[Filled<'_>], rows: usize, width: usize) -> String {
    let mut out = String::new();
    for row in 0..rows {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(width).unwrap_or(u16::MAX));
        for (column, cells) in columns {
            match cells.get(row) {
                Some(text) if !text.is_empty() => {
                    table.add_row([visible(&column.label).into_owned(), text.clone()]);
                }
                _ => {}
            }
        }
        if row > 0 {
            out.push('\n');
        }
        out.push_str(&format!("── {} ", row + 1));
        out.push_str(&"─".repeat(width.saturating_sub(4 + row.to_string().len())));
        out.push('\n');
        out.push_str(&table.trim_fmt());
    }
    out
}

fn filled(columns: &[Filled<'_>]) -> Table {
    let mut table = Table::new();
    table.set_header(
        columns
            .iter()
            .map(|(column, _)| visible(&column.label).into_owned()),
    );
    let rows = columns.first().map_or(0, |(_, cells)| cells.len());
    for row in 0..rows {
        table.add_row(columns.iter().map(|(_, cells)| cells[row].as_str()));
    }
    for (at, (column, cells)) in columns.iter().enumerate() {
        if is_number(column, cells)
            && let Some(column) = table.column_mut(at)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Whether the column holds numbers, which stand one below the other by their last digits.
fn is_number(column: &Column, cells: &[String]) -> bool {
    match column.value_type.as_str() {
        "INTEGER" | "DECIMAL" | "TIMEINTERVAL" => true,
        // A property's type is only seen in its values.
        "MAP" => cells
            .iter()
            .all(|text| text.is_empty() || text.parse::<f64>().is_ok()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(columns: &[(&str, &str)], rows: &serde_json::Value, whole: bool) -> ResultSet {
        let rows: Vec<_> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row.as_object().unwrap().clone())
            .collect();
        let column = |(header, value_type): &(&str, &str)| Column {
            header: (*header).to_owned(),
            label: (*header).to_owned(),
            value_type: (*value_type).to_owned(),
        };
        ResultSet {
            columns: columns.iter().map(column).collect(),
            total: rows.len() as u64,
            rows,
            dated: false,
            whole,
        }
    }

    fn shown(set: &ResultSet, width: Option<usize>) -> String {
        let zone = TimeZone::UTC;
        table(set, &Form { width, zone })
    }

    #[test]
    fn off_a_terminal_nothing_is_cut() {
        let long = "x".repeat(300);
        let set = set(
            &[
                ("Severity", "ENUM"),
                ("NumberOf", "INTEGER"),
                ("Message", "STRING"),
            ],
            &json!([{"Severity": "3#INFO", "NumberOf": 1337, "Message": long}, {"Severity": "6#ERROR", "NumberOf": 5, "Message": "Größe"}]),
            false,
        );
        let text = shown(&set, None);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Severity  NumberOf  Message");
        assert_eq!(lines[1], format!("INFO          1337  {long}"));
        assert_eq!(lines[2], "ERROR            5  Größe");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn on_a_terminal_it_fits() {
        let set = set(
            &[("Name", "STRING"), ("Message", "STRING"), ("Empty", "STRING")],
            &json!([{"Name": "a", "Message": "many words that do not fit into the width of a terminal "}]),
            true,
        );
        let text = shown(&set, Some(40));
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        assert!(text.lines().count() > 4 && !text.contains("Empty"), "{text}");
    }

    #[test]
    fn what_is_too_wide_becomes_lists() {
        let names: Vec<String> = (0..8).map(|number| format!("Column{number}")).collect();
        let columns: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "STRING")).collect();
        let row: serde_json::Map<_, _> = names
            .iter()
            .map(|name| (name.clone(), json!("twenty-five characters at")))
            .collect();
        let text = shown(&set(&columns, &json!([row, row]), false), Some(80));
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert_eq!(text.matches("── ").count(), 2, "{text}");
        assert!(text.contains("Column7"));
    }
}
