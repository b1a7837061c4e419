//! What the crate `log` is given becomes events: every value with its type, errors with what caused them, secrets hidden,
//! and nothing that the stream itself has brought about.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![allow(missing_docs, reason = "for tests")]

mod support;

use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

use log::{LevelFilter, Log};
use serde_json::{Value, json};
use support::{LONG, quiet};
use tnt4::log::{Logger, LoggerBuilder};
use tnt4::testing::MemoryServer;
use tnt4::{Batch, Guard, InitError, Setback, SourceFqn, Transport};

/// A logger, and the server that gets what is logged.
struct World {
    server: MemoryServer,
    logger: Logger,
    guard: Guard,
}

impl World {
    fn new() -> Self {
        Self::with(|builder| builder.level("trace"))
    }

    fn with(configured: impl FnOnce(LoggerBuilder) -> LoggerBuilder) -> Self {
        let server = MemoryServer::new();
        let stream = quiet().transport(server.transport());
        // Of the whole process; these loggers are given their records by name.
        log::set_max_level(LevelFilter::Trace);
        let (logger, guard) = configured(tnt4::log::builder().builder(stream)).build().unwrap();
        World {
            server,
            logger,
            guard,
        }
    }

    /// The events so far.
    fn events(&self) -> Vec<Value> {
        let outcome = self.guard.flush(LONG);
        assert!(outcome.is_complete(), "{outcome}");
        let records = self.server.taken();
        records
            .iter()
            .map(|json| serde_json::from_str(json).unwrap())
            .collect()
    }

    /// The one event, and its properties with those that every event has left out, as name, value and type.
    fn only(&self) -> (Value, Vec<Value>) {
        let [event] = self.events().try_into().unwrap();
        let everywhere = ["file", "line", "module", "thread"];
        let properties = event["properties"].as_array().cloned().unwrap_or_default();
        let properties = properties
            .iter()
            .filter(|property| !everywhere.contains(&property["name"].as_str().unwrap()))
            .map(|property| json!([property["name"], property["value"], property["type"]]))
            .collect();
        (event, properties)
    }
}

#[test]
fn a_record_is_an_event() {
    let world = World::new();
    log::warn!(logger: world.logger, target: "shop::orders", "stock of {} is low", 4711);
    let line = line!() - 1;
    let (event, _) = world.only();
    assert_eq!(event["operation"], "shop::orders");
    assert_eq!(event["msg-text"], "stock of 4711 is low");
    assert_eq!(event["severity"], "WARNING");
    assert_eq!(event["pid"], std::process::id());
    assert!(event["tid"].as_i64().unwrap() > 0);
    assert_eq!(event["source-fqn"], tnt4::source::of_process().as_str());
    let properties = event["properties"].as_array().unwrap();
    let property = |name: &str| {
        let found = properties.iter().find(|property| property["name"] == name);
        found.expect(name)["value"].clone()
    };
    assert!(property("file").as_str().unwrap().ends_with(file!()));
    assert_eq!(property("line"), line);
    assert_eq!(property("module"), module_path!());
    assert_eq!(property("thread").as_str(), std::thread::current().name());
}

#[test]
fn levels_are_severities() {
    let world = World::new();
    for level in log::Level::iter() {
        log::log!(logger: world.logger, level, "");
    }
    let severities: Vec<Value> = world
        .events()
        .iter()
        .map(|event| event["severity"].clone())
        .collect();
    assert_eq!(severities, ["ERROR", "WARNING", "INFO", "DEBUG", "TRACE"]);
}

#[test]
fn values_keep_their_types() {
    let world = World::new();
    let none: Option<u8> = None;
    log::info!(
        logger: world.logger,
        byte = 7_u8, large = u64::MAX, negative = -1_i128, huge = i128::MIN, ratio = 0.5_f32, yes = true, letter = 'x',
        text = "plain", there = Some(3), missing = none, shown:? = Some("x"), said:% = format_args!("{}", 1 + 1);
        "m"
    );
    let (_, properties) = world.only();
    assert_eq!(
        properties,
        [
            json!(["byte", 7, "long"]),
            json!(["large", u64::MAX.to_string(), "string"]),
            json!(["negative", -1, "long"]),
            json!(["huge", i128::MIN.to_string(), "string"]),
            json!(["ratio", 0.5, "double"]),
            json!(["yes", true, "bool"]),
            json!(["letter", "x", "string"]),
            json!(["text", "plain", "string"]),
            json!(["there", 3, "long"]),
            json!(["shown", "Some(\"x\")", "string"]),
            json!(["said", "2", "string"]),
        ]
    );
}

/// An error, and what caused it.
#[derive(Debug)]
struct Failure(&'static str, Option<Box<Failure>>);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

#[test]
fn errors_bring_what_caused_them() {
    let world = World::new();
    let error = Failure("no order", Some(Box::new(Failure("no connection", None))));
    log::error!(logger: world.logger, error:err = error; "failed");
    let (event, properties) = world.only();
    assert_eq!(event["exception"], "no order\ncaused by: no connection");
    assert_eq!(properties, [json!(["error", "no order", "string"])]);
}

#[test]
fn correlators_and_traces_connect() {
    let world = World::new();
    let trace = "0af7651916cd43dd8448eb211c80319c";
    log::info!(logger: world.logger, corrid = "order-17", correlator = 4711, trace_id = trace; "m");
    let (event, properties) = world.only();
    assert_eq!(event["corrid"], json!(["order-17", "4711", trace]));
    assert_eq!(properties, [json!(["trace_id", trace, "string"])]);
}

#[test]
fn secrets_stay_here() {
    let world = World::with(|builder| builder.level("trace").redact_name("iban"));
    let error = Failure("canary", None);
    log::info!(logger: world.logger, password = "canary", ApiKey:? = "canary", iban = 4711, token:err = error, amount = 1; "m");
    let (event, properties) = world.only();
    assert!(!event.to_string().contains("canary"), "{event}");
    let values: Vec<Value> = properties.iter().map(|property| property[1].clone()).collect();
    assert_eq!(
        values,
        [json!("***"), json!("***"), json!("***"), json!("***"), json!(1)]
    );
    let world = World::with(|builder| builder.level("trace").redact(false));
    log::info!(logger: world.logger, password = "shown"; "m");
    assert_eq!(world.only().1, [json!(["password", "shown", "string"])]);
}

#[test]
fn targets_have_levels() {
    let world = World::with(|builder| builder.level("warn,shop=debug,shop::noise=off"));
    assert_eq!(world.logger.max_level(), LevelFilter::Debug);
    for target in ["other", "shop::orders", "shop::noise", "shopping"] {
        log::info!(logger: world.logger, target: target, "");
    }
    log::warn!(logger: world.logger, target: "other", "");
    log::trace!(logger: world.logger, target: "shop", "");
    let targets: Vec<Value> = world
        .events()
        .iter()
        .map(|event| event["operation"].clone())
        .collect();
    assert_eq!(targets, ["shop::orders", "other"]);
}

#[test]
fn a_source_may_be_given() {
    let world = World::with(|builder| {
        builder
            .level("info")
            .source(SourceFqn::parse("APPL=shop").unwrap())
    });
    log::info!(logger: world.logger, "m");
    assert_eq!(world.only().0["source-fqn"], "APPL=shop");
}

/// Logs whenever it is shown.
struct Chatty<'a>(&'a Logger);

impl fmt::Display for Chatty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        log::info!(logger: self.0, target: "inner", "again: {}", Chatty(self.0));
        f.write_str("chatty")
    }
}

#[test]
fn a_value_that_logs_ends() {
    let world = World::new();
    log::info!(logger: world.logger, target: "outer", value:% = Chatty(&world.logger); "{}", 1);
    let events = world.events();
    let outer: Vec<&Value> = events
        .iter()
        .filter(|event| event["operation"] == "outer")
        .collect();
    assert_eq!(outer.len(), 1);
    assert!((2..10).contains(&events.len()), "{}", events.len());
}

/// A transport whose libraries log, to the logger that feeds it.
struct Talkative {
    inner: Box<dyn Transport>,
    logger: Arc<OnceLock<Logger>>,
}

impl Transport for Talkative {
    fn deliver(&mut self, batch: &mut Batch<'_>) -> Result<(), Setback> {
        let logger = self.logger.get().unwrap();
        log::trace!(logger: logger, target: "rustls::client", "sending");
        let outcome = self.inner.deliver(batch);
        log::error!(logger: logger, target: "shop", "sent");
        logger.flush();
        outcome
    }

    fn destination(&self) -> String {
        self.inner.destination()
    }
}

#[test]
fn a_stream_is_not_fed_by_itself() {
    let server = MemoryServer::new();
    let logger = Arc::new(OnceLock::new());
    let transport = Talkative {
        inner: server.transport(),
        logger: Arc::clone(&logger),
    };
    log::set_max_level(LevelFilter::Trace);
    let builder = tnt4::log::builder().builder(quiet().transport(Box::new(transport)));
    let (made, guard) = builder.level("trace").build().unwrap();
    let logger = logger.get_or_init(|| made);
    for number in 0..100 {
        log::trace!(logger: logger, target: "application", "{number}");
    }
    logger.flush();
    assert!(guard.close(LONG).is_complete());
    let taken = server.taken();
    assert_eq!(taken.len(), 100);
    assert!(taken.iter().all(|json| json.contains("application")));
}

#[test]
fn a_given_stream_outlives_the_guard() {
    let server = MemoryServer::new();
    let stream = quiet().transport(server.transport()).build().unwrap();
    let builder = tnt4::log::builder().stream(stream.clone()).level("info");
    let (logger, guard) = builder.build().unwrap();
    log::set_max_level(LevelFilter::Trace);
    log::info!(logger: logger, "before");
    drop(guard);
    log::info!(logger: logger, "after");
    assert!(stream.close(LONG).is_complete());
    assert_eq!(server.taken().len(), 2);
}

#[test]
fn a_process_has_one_logger() {
    let init = || {
        let stream = quiet().transport(MemoryServer::new().transport());
        tnt4::log::builder().builder(stream).level("trace").init()
    };
    let guard = init().unwrap();
    assert!(matches!(init(), Err(InitError::Taken(_))));
    log::info!("counted");
    assert!(guard.stream().stats().enqueued >= 1);
}
