//! `tnt4 spool ls`: a table for people, JSON for programs.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use tnt4::spools::{Destination, Kept, StreamSurvey, Survey};

use super::{Place, complain};
use crate::args::LsArgs;
use crate::escape::visible_json;
use crate::query::{Column, Form, ResultSet, table};
use crate::{Exit, Failure, Printer};

pub(super) fn run(args: &LsArgs, place: &Place, printer: &mut Printer) -> Result<Exit, Failure> {
    let found = place.each(printer, |destination| {
        Ok((destination.clone(), destination.survey()?))
    });
    let mut problems = found.problems;
    for (_, survey) in &found.outcomes {
        problems += complain(&survey.problems, printer);
    }
    let width = Printer::terminal_width();
    if args.json {
        let text = format!("{:#}", list(place, &found.outcomes));
        let text = match width {
            Some(_) => visible_json(&text),
            None => text.as_str().into(),
        };
        printer.data(&text)?;
    } else {
        let rows: Vec<Map<String, Value>> = found.outcomes.iter().flat_map(rows).collect();
        match rows.is_empty() {
            true => printer.say(&place.nothing()),
            false => {
                let zone = TimeZone::system();
                printer.data(&table(&result_set(rows), &Form { width, zone }))?;
            }
        }
    }
    match problems {
        0 => Ok(Exit::Done),
        _ => Err(Failure::not_done("not everything could be read")),
    }
}

const COLUMNS: [(&str, &str); 7] = [
    ("Destination", "STRING"),
    ("Stream", "STRING"),
    ("State", "STRING"),
    ("Records", "INTEGER"),
    ("Size", "STRING"),
    ("Oldest", "TIMESTAMP"),
    ("Damaged", "INTEGER"),
];

fn result_set(rows: Vec<Map<String, Value>>) -> ResultSet {
    let column = |(name, value_type): (&str, &str)| Column {
        header: name.to_owned(),
        label: name.to_owned(),
        value_type: value_type.to_owned(),
    };
    ResultSet {
        columns: COLUMNS.into_iter().map(column).collect(),
        total: rows.len() as u64,
        rows,
        dated: false,
        whole: true,
    }
}

/// A row for each stream, one for the dead letters, one for the quarantine.
fn rows((destination, survey): &(Destination, Survey)) -> Vec<Map<String, Value>> {
    let mut rows: Vec<Value> = survey
        .streams
        .iter()
        .map(|stream| {
            json!({
                "Stream": stream.id,
                "State": state(stream),
                "Records": stream.records,
                "Size": size(stream.bytes),
                "Oldest": stream.oldest.and_then(timestamp).map(Timestamp::as_microsecond),
                "Damaged": stream.damaged,
            })
        })
        .collect();
    for (kept, name) in [
        (survey.dead_letters, "dead letters"),
        (survey.quarantine, "quarantine"),
    ] {
        if kept.files > 0 {
            rows.push(json!({ "Stream": name, "Records": kept.records, "Size": size(kept.bytes) }));
        }
    }
    let address = destination.address();
    rows.into_iter()
        .filter_map(|mut row| {
            row["Destination"] = address.into();
            row.as_object().cloned()
        })
        .collect()
}

fn state(stream: &StreamSurvey) -> &'static str {
    match (stream.alive, stream.refused) {
        (true, false) => "alive",
        (true, true) => "alive, refused",
        (false, false) => "left behind",
        (false, true) => "left behind, refused",
    }
}

fn list(place: &Place, found: &[(Destination, Survey)]) -> Value {
    let destinations: Vec<Value> = found.iter().map(of_destination).collect();
    json!({
        "state_folder": place.spools.state_folder().to_string_lossy(),
        "destinations": destinations,
    })
}

fn of_destination((destination, survey): &(Destination, Survey)) -> Value {
    let streams: Vec<Value> = survey
        .streams
        .iter()
        .map(|stream| {
            json!({
                "id": stream.id,
                "alive": stream.alive,
                "refused": stream.refused,
                "segments": stream.segments,
                "bytes": stream.bytes,
                "records": stream.records,
                "damaged": stream.damaged,
                "oldest": stream.oldest.and_then(timestamp).map(|oldest| format!("{oldest:.3}")),
            })
        })
        .collect();
    let kept = |kept: Kept| json!({ "files": kept.files, "records": kept.records, "bytes": kept.bytes });
    json!({
        "address": destination.address(),
        "folder": destination.folder().to_string_lossy(),
        "bytes": survey.bytes,
        "streams": streams,
        "dead_letters": kept(survey.dead_letters),
        "quarantine": kept(survey.quarantine),
    })
}

fn timestamp(moment: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(moment).ok()
}

/// A number of bytes for people.
fn size(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, "B");
    for larger in ["KiB", "MiB", "GiB"] {
        if value < 1024.0 {
            break;
        }
        (value, unit) = (value / 1024.0, larger);
    }
    match unit {
        "B" => format!("{bytes} B"),
        _ => format!("{value:.1} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        for (bytes, shown) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1536, "1.5 KiB"),
            (256 << 20, "256.0 MiB"),
            (5 << 40, "5120.0 GiB"),
        ] {
            assert_eq!(size(bytes), shown);
        }
    }
}
