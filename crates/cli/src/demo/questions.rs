//! What the demo asks its collector.

use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use super::counts::Counts;
use crate::query::{Answer, Form, Question, ask, table};
use crate::{Failure, Printer};

/// The questions, each with what it is to find out.
pub(super) const ALL: &[(&str, &str)] = &[
    (
        "Which service is slow, or in trouble?",
        "get number of events fields avg(ElapsedTime), max(ElapsedTime)
  group by ApplName, Severity sort by ApplName, Severity",
    ),
    (
        "Which orders took longest, and how did they end?",
        "get longest 5 activities
  fields Correlator, ActivityStatus, EventCount, ElapsedTime, Exception",
    ),
    (
        "What was paid, by card?",
        "get number of snapshots fields sum(amount) as Total, max(amount) as Highest
  group by card sort by Total desc",
    ),
];

/// How long an answer may take: all of them within the time that the demo has.
const PATIENCE: Duration = Duration::from_secs(4);

/// Asks the collector of the demo.
pub(super) struct Asker<'a> {
    url: &'a Url,
    zone: TimeZone,
}

impl<'a> Asker<'a> {
    pub(super) fn new(url: &'a Url) -> Self {
        Asker {
            url,
            zone: TimeZone::system(),
        }
    }

    /// How many items of each kind are stored.
    pub(super) fn counts(&self) -> Result<Counts, Failure> {
        Ok(Counts::stored(
            self.number_of("events")?,
            self.number_of("activities")?,
            self.number_of("snapshots")?,
            self.number_of("logs")?,
        ))
    }

    /// The answer to a statement, as a table.
    pub(super) fn table(&self, statement: &str) -> Result<String, Failure> {
        let form = Form {
            width: Printer::terminal_width(),
            zone: self.zone.clone(),
        };
        Ok(table(&self.ask(statement)?.set, &form))
    }

    fn number_of(&self, kind: &str) -> Result<u64, Failure> {
        let answer = self.ask(&format!("get number of {kind}"))?;
        let number = answer
            .set
            .rows
            .first()
            .and_then(|row| row.get("NumberOf")?.as_u64());
        number.ok_or_else(|| Failure::not_done(format_args!("the collector does not count its {kind}")))
    }

    fn ask(&self, statement: &str) -> Result<Answer, Failure> {
        ask(&Question {
            url: self.url,
            token: None,
            statement,
            // It holds nothing else; and today may have begun during the demo.
            date: Some("latest 1 day"),
            zone: &self.zone,
            most_rows: 100,
            patience: PATIENCE,
        })
    }
}
