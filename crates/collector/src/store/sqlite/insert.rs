//! One arrival to its rows.

use rusqlite::{CachedStatement, Connection, ToSql};
use tnt4_model::{
    Activity, Event, EventType, Item, Log, Measures, Operation, Snapshot, SourceFqn, SourceType, Timestamp,
    TrackingId,
};
use tnt4_query::Item as Table;

use super::super::Arrival;
use super::sources::Sources;
use super::{json, merge, reports, schema};

/// The prepared statements of one transaction.
pub(super) struct Inserts<'c> {
    connection: &'c Connection,
    sources: &'c mut Sources,
    event: CachedStatement<'c>,
    log: CachedStatement<'c>,
    activity: CachedStatement<'c>,
    snapshot: CachedStatement<'c>,
    dataset: CachedStatement<'c>,
    correlator: CachedStatement<'c>,
}

impl<'c> Inserts<'c> {
    pub(super) fn prepare(connection: &'c Connection, sources: &'c mut Sources) -> rusqlite::Result<Self> {
        let prepare = |statement: &str| connection.prepare_cached(statement);
        Ok(Inserts {
            event: prepare(&schema::INSERT_EVENT)?,
            log: prepare(&schema::INSERT_LOG)?,
            activity: prepare(&schema::INSERT_ACTIVITY)?,
            snapshot: prepare(&schema::INSERT_SNAPSHOT)?,
            dataset: prepare(&schema::INSERT_DATASET)?,
            correlator: connection
                .prepare_cached("INSERT OR IGNORE INTO correlator (value, item, row) VALUES (?1, ?2, ?3)")?,
            connection,
            sources,
        })
    }

    pub(super) fn insert(&mut self, arrival: &Arrival) -> rusqlite::Result<()> {
        match &arrival.item {
            Item::Event(event) => self.event(arrival, event),
            Item::Log(log) => self.log(arrival, log),
            Item::Activity(activity) => self.activity(arrival, activity),
            Item::Snapshot(snapshot) => self.measures(arrival, EventType::Snapshot, &snapshot.measures),
            Item::Dataset(dataset) => self.measures(arrival, EventType::Dataset, &dataset.measures),
        }
    }

    fn event(&mut self, arrival: &Arrival, event: &Event) -> rusqlite::Result<()> {
        let source = self.source(event.operation.source.fqn.as_ref())?;
        let mut row = Row::new(&mut self.event);
        row.record(arrival)?;
        row.operation(
            arrival,
            event.event_type,
            event.type_word.as_deref(),
            &event.operation,
            source,
        )?;
        self.finish(Table::Event, arrival, &event.operation, |inserts| {
            &mut inserts.event
        })
    }

    fn log(&mut self, arrival: &Arrival, log: &Log) -> rusqlite::Result<()> {
        let source = self.source(log.operation.source.fqn.as_ref())?;
        let mut row = Row::new(&mut self.log);
        row.record(arrival)?;
        row.operation(arrival, EventType::Log, None, &log.operation, source)?;
        row.push(&log.log_type)?;
        self.finish(Table::Log, arrival, &log.operation, |inserts| &mut inserts.log)
    }

    fn activity(&mut self, arrival: &Arrival, activity: &Activity) -> rusqlite::Result<()> {
        let operation = &activity.operation;
        if reports::is_known(self.connection, arrival.record_id)? {
            return Ok(());
        }
        let source = self.source(operation.source.fqn.as_ref())?;
        let id = match merge::find(self.connection, &operation.tracking_id)? {
            Some(stored) => {
                let repeated = reports::drop_repeated_snapshots(self.connection, arrival, operation)?;
                merge::update(self.connection, &stored, arrival, activity, source, repeated)?;
                stored.id
            }
            None => {
                let mut row = Row::new(&mut self.activity);
                row.operation(arrival, EventType::Activity, None, operation, source)?;
                row.activity(arrival, activity)?;
                self.activity.raw_execute()?;
                self.connection.last_insert_rowid()
            }
        };
        reports::remember(self.connection, arrival.record_id, id)?;
        self.companions(Table::Activity, id, arrival, operation)
    }

    /// Runs the bound statement, and adds what hangs on the row unless the record was already there.
    fn finish(
        &mut self,
        table: Table,
        arrival: &Arrival,
        operation: &Operation,
        statement: fn(&mut Self) -> &mut CachedStatement<'c>,
    ) -> rusqlite::Result<()> {
        if statement(self).raw_execute()? == 0 {
            return Ok(());
        }
        self.companions(table, self.connection.last_insert_rowid(), arrival, operation)
    }

    fn companions(
        &mut self,
        table: Table,
        row: i64,
        arrival: &Arrival,
        operation: &Operation,
    ) -> rusqlite::Result<()> {
        for value in &operation.correlators {
            self.correlator
                .execute((value, table.correlator_ordinal(), row))?;
        }
        for snapshot in &operation.snapshots {
            self.nested(arrival, operation, snapshot)?;
        }
        Ok(())
    }

    /// A snapshot that came inside an operation: what it does not say of itself, its operation says.
    fn nested(
        &mut self,
        arrival: &Arrival,
        operation: &Operation,
        snapshot: &Snapshot,
    ) -> rusqlite::Result<()> {
        let measures = &snapshot.measures;
        let fqn = measures.source.fqn.as_ref().or(operation.source.fqn.as_ref());
        let source = self.source(fqn)?;
        let parent = measures.parent_id.as_ref().unwrap_or(&operation.tracking_id);
        let time = nested_time(measures, arrival, operation);
        let context = Context {
            record_id: None,
            parent: Some(parent),
            time,
            source,
            ttl: operation.ttl_secs,
        };
        let mut row = Row::new(&mut self.snapshot);
        row.measures(arrival, EventType::Snapshot, measures, &context)?;
        self.snapshot.raw_execute()?;
        Ok(())
    }

    fn measures(&mut self, arrival: &Arrival, kind: EventType, measures: &Measures) -> rusqlite::Result<()> {
        let context = Context {
            record_id: arrival.record_id.as_ref().map(|id| id.as_bytes().as_slice()),
            parent: measures.parent_id.as_ref(),
            time: measures.time.unwrap_or(arrival.received),
            source: self.source(measures.source.fqn.as_ref())?,
            ttl: measures.ttl_secs,
        };
        let statement = if kind == EventType::Dataset {
            &mut self.dataset
        } else {
            &mut self.snapshot
        };
        Row::new(statement).measures(arrival, kind, measures, &context)?;
        statement.raw_execute()?;
        Ok(())
    }

    fn source(&mut self, fqn: Option<&SourceFqn>) -> rusqlite::Result<Option<i64>> {
        fqn.map(|fqn| self.sources.row(self.connection, fqn)).transpose()
    }
}

/// What measures do not say of themselves.
struct Context<'a> {
    record_id: Option<&'a [u8]>,
    parent: Option<&'a TrackingId>,
    time: Timestamp,
    source: Option<i64>,
    ttl: Option<i64>,
}

/// Binds a row's cells one after the other, in the order of the schema's columns.
struct Row<'a, 'c> {
    statement: &'a mut CachedStatement<'c>,
    bound: usize,
}

impl<'a, 'c> Row<'a, 'c> {
    fn new(statement: &'a mut CachedStatement<'c>) -> Self {
        Row { statement, bound: 0 }
    }

    fn push(&mut self, cell: impl ToSql) -> rusqlite::Result<()> {
        self.bound += 1;
        self.statement.raw_bind_parameter(self.bound, cell)
    }

    fn record(&mut self, arrival: &Arrival) -> rusqlite::Result<()> {
        self.push(arrival.record_id.as_ref().map(|id| id.as_bytes().as_slice()))
    }

    /// The columns of an activity's first report.
    fn activity(&mut self, arrival: &Arrival, activity: &Activity) -> rusqlite::Result<()> {
        let report = merge::Report::of(activity, arrival.received);
        self.push(i64::from(activity.status.ordinal()))?;
        self.push(json::list(&activity.id_set))?;
        self.push(merge::event_count(activity))?;
        self.push(report.given_start)?;
        self.push(report.given_end)?;
        self.push(report.first_time)?;
        self.push(report.last_time)?;
        self.push(report.given_elapsed)?;
        self.push(report.lead_time)
    }

    fn operation(
        &mut self,
        arrival: &Arrival,
        kind: EventType,
        type_word: Option<&str>,
        operation: &Operation,
        source: Option<i64>,
    ) -> rusqlite::Result<()> {
        let times = operation.times(arrival.received);
        let received = arrival.received.as_micros();
        let message = &operation.message;
        let (resource_type, resource_name) = resource(operation.resource.as_deref());
        let properties = json::properties(&operation.properties);
        self.push(operation.tracking_id.as_str())?;
        self.push(operation.parent_id.as_ref().map(TrackingId::as_str))?;
        self.push(&operation.name)?;
        self.push(i64::from(kind.ordinal()))?;
        self.push(type_word)?;
        self.push(i64::from(operation.severity.ordinal()))?;
        self.push(operation.comp_code.map(|code| i64::from(code.ordinal())))?;
        self.push(operation.reason_code)?;
        self.push(&operation.exception)?;
        self.push(times.start.as_micros())?;
        self.push(times.end.as_micros())?;
        self.push(times.elapsed_usec)?;
        self.push(times.report.as_micros())?;
        self.push(received)?;
        self.push(received)?;
        self.push(operation.wait_usec)?;
        self.push(message.age_usec)?;
        self.push(operation.process_id)?;
        self.push(operation.thread_id)?;
        self.push(location(operation))?;
        self.push(&operation.user)?;
        self.push(resource_name)?;
        self.push(resource_type)?;
        self.push(&message.text)?;
        self.push(message_length(operation))?;
        self.push(&message.mime_type)?;
        self.push(&message.encoding)?;
        self.push(&message.charset)?;
        self.push(json::list(&message.tags))?;
        self.push(json::list(&operation.correlators))?;
        self.push(properties.values)?;
        self.push(properties.types)?;
        self.push(properties.hints)?;
        self.push(i64::try_from(operation.snapshots.len()).unwrap_or(i64::MAX))?;
        self.push(source)?;
        self.push(&operation.source.stream_name)?;
        self.push(&operation.source.url)?;
        self.push(expires(operation.ttl_secs, arrival.received))
    }

    fn measures(
        &mut self,
        arrival: &Arrival,
        kind: EventType,
        measures: &Measures,
        context: &Context<'_>,
    ) -> rusqlite::Result<()> {
        let properties = json::properties(&measures.properties);
        self.push(context.record_id)?;
        self.push(measures.tracking_id.as_str())?;
        self.push(context.parent.map(TrackingId::as_str))?;
        self.push(&measures.name)?;
        self.push(&measures.category)?;
        self.push(context.time.as_micros())?;
        self.push(i64::from(measures.severity.ordinal()))?;
        self.push(i64::from(kind.ordinal()))?;
        self.push(None::<&str>)?;
        self.push(properties.values)?;
        self.push(properties.types)?;
        self.push(properties.hints)?;
        self.push(i64::try_from(measures.properties.len()).unwrap_or(i64::MAX))?;
        self.push(arrival.received.as_micros())?;
        self.push(context.source)?;
        self.push(&measures.source.stream_name)?;
        self.push(&measures.source.url)?;
        self.push(expires(context.ttl, arrival.received))
    }
}

/// When a nested snapshot was taken; where it does not say, at its operation's end.
pub(super) fn nested_time(measures: &Measures, arrival: &Arrival, operation: &Operation) -> Timestamp {
    measures
        .time
        .unwrap_or_else(|| operation.times(arrival.received).end)
}

/// The place; where none is given, the source's.
pub(super) fn location(operation: &Operation) -> Option<&str> {
    let of_source = || operation.source.fqn.as_ref()?.component(&SourceType::GeoAddr);
    operation.location.as_deref().or_else(of_source)
}

/// The message's size in bytes; where none is given, the text's.
pub(super) fn message_length(operation: &Operation) -> Option<i64> {
    let of_text = || i64::try_from(operation.message.text.as_ref()?.len()).ok();
    operation.message.size.or_else(of_text)
}

/// Type and name of a resource: `TYPE=name` where the type is a known word, else all of it is the name.
pub(super) fn resource(resource: Option<&str>) -> (Option<&str>, Option<&str>) {
    let Some(text) = resource else { return (None, None) };
    match text.split_once('=') {
        Some((word, name)) if !matches!(SourceType::from_word(word), SourceType::Other(_)) => {
            (Some(word), Some(name))
        }
        _ => (None, Some(text)),
    }
}

/// When an item with a time to live may be deleted.
pub(super) fn expires(ttl_secs: Option<i64>, received: Timestamp) -> Option<i64> {
    let secs = ttl_secs.filter(|secs| *secs > 0)?;
    Some(
        received
            .as_micros()
            .saturating_add(secs.saturating_mul(1_000_000)),
    )
}
