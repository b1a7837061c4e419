//! What all events of one call have in common.

use tnt4::{Event, Severity, SourceFqn, SourceType};

use super::lines::Line;
use super::text::fitted;
use crate::args::SendArgs;
use crate::{Failure, environment, machine};

/// The name of events that are given none: as the original has it.
const OPERATION: &str = "tnt4py";

/// What all events of one call have in common.
pub(super) struct Template {
    operation: String,
    severity: Severity,
    source: SourceFqn,
    correlator: Option<String>,
    user: Option<String>,
    process: u32,
}

impl Template {
    pub(super) fn of(args: &SendArgs) -> Result<Self, Failure> {
        let operation = args.operation.clone().unwrap_or_else(|| {
            let name = args.file.as_deref().and_then(std::path::Path::file_name);
            name.map_or_else(
                || OPERATION.to_owned(),
                |name| name.to_string_lossy().into_owned(),
            )
        });
        let severity = Severity::from_name(&args.severity).ok_or_else(|| {
            let names: Vec<&str> = Severity::ALL.iter().map(|severity| severity.name()).collect();
            Failure::usage(format_args!("--severity wants one of {}", names.join(", ")))
        })?;
        let source = match &args.source {
            Some(text) => {
                SourceFqn::parse(text).map_err(|error| Failure::usage(format_args!("--source: {error}")))?
            }
            None => source(&operation, &machine::host_name(&environment::process))?,
        };
        Ok(Template {
            operation,
            severity,
            source,
            correlator: args.corr_id.clone(),
            user: machine::user_name(&environment::process),
            process: std::process::id(),
        })
    }

    /// The event of this line.
    pub(super) fn event(&self, line: &Line) -> Event {
        let mut event = Event::new(self.operation.clone())
            .severity(self.severity)
            .source(self.source.clone())
            .process_id(self.process)
            .message(fitted(line));
        if let Some(correlator) = &self.correlator {
            event = event.correlator(correlator.clone());
        }
        if let Some(user) = &self.user {
            event = event.user(user.clone());
        }
        event
    }
}

/// The source of events that are given none. A `#` would end a name early.
fn source(operation: &str, host: &str) -> Result<SourceFqn, Failure> {
    let name = |text: &str| match text.replace('#', "_") {
        empty if empty.is_empty() => OPERATION.to_owned(),
        name => name,
    };
    SourceFqn::builder()
        .component(&SourceType::Appl, name(operation))
        .component(&SourceType::Server, name(host))
        .build()
        .map_err(Failure::usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_made_of_any_names() {
        let made = |operation: &str| source(operation, "web1").unwrap().as_str().to_owned();
        assert_eq!(made("app.log"), "APPL=app.log#SERVER=web1");
        assert_eq!(made("a#b=c"), "APPL=a_b=c#SERVER=web1");
        assert_eq!(made(""), "APPL=tnt4py#SERVER=web1");
    }
}
