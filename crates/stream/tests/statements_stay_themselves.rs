//! What a statement of the program says each time is encoded once, and still no statement ever says what belongs to
//! another one, to another layer, to another thread, or to the parent of a forked process.
#![cfg(all(feature = "log", feature = "tracing"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]
#![cfg_attr(
    target_os = "linux",
    allow(unsafe_code, reason = "a fork is only to be had in C")
)]

mod support;

use std::thread;

use log::{Level, Log, Record};
use serde_json::{Value, json};
use support::traced::{arrived, layer, parsed, properties, property, traced};
use support::{LONG, quiet};
use tnt4::log::Logger;
use tnt4::testing::MemoryServer;
use tracing_subscriber::prelude::*;

/// Where the process that forks finds its server.
#[cfg(target_os = "linux")]
const URL: &str = "TNT4_TEST_URL";

/// More than a thread remembers.
const STATEMENTS: u32 = 500;

/// A logger for `log`, and what it has sent when the work is done.
fn logged(work: impl FnOnce(&Logger)) -> Vec<Value> {
    let server = MemoryServer::new();
    let builder = quiet().transport(server.transport());
    let (logger, guard) = tnt4::log::builder().builder(builder).build().unwrap();
    // Of the whole process; these loggers are given their records by name.
    log::set_max_level(log::LevelFilter::Trace);
    work(&logger);
    let outcome = guard.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    parsed(&server.taken())
}

/// A statement that differs from its neighbours in one thing.
fn say(logger: &Logger, number: u32) {
    let (target, module, file) = (
        format!("target-{}", number % 7),
        format!("module-{}", number % 11),
        format!("file-{}.rs", number % 13),
    );
    let level = if number.is_multiple_of(2) {
        Level::Info
    } else {
        Level::Warn
    };
    // Some have no place.
    let place = (!number.is_multiple_of(5)).then_some((module.as_str(), file.as_str()));
    logger.log(
        &Record::builder()
            .target(&target)
            .level(level)
            .module_path(place.map(|place| place.0))
            .file(place.map(|place| place.1))
            .line(Some(number / 3))
            .args(format_args!("{number}"))
            .build(),
    );
}

#[test]
fn many_take_turns() {
    let events = logged(|logger| {
        for round in 0..4 {
            for number in 0..STATEMENTS {
                // In another order each time.
                say(logger, number * (round * 2 + 1) % STATEMENTS);
            }
        }
    });
    assert_eq!(events.len(), 4 * STATEMENTS as usize);
    for event in events {
        let number: u32 = event["msg-text"].as_str().unwrap().parse().unwrap();
        let severity = if number.is_multiple_of(2) {
            "INFO"
        } else {
            "WARNING"
        };
        assert_eq!(
            (&event["operation"], &event["severity"]),
            (&json!(format!("target-{}", number % 7)), &json!(severity))
        );
        assert_eq!(property(&event, "line")["value"], json!(number / 3));
        let file = properties(&event).find(|property| property["name"] == "file");
        let expected = (!number.is_multiple_of(5)).then(|| json!(format!("file-{}.rs", number % 13)));
        assert_eq!(file.map(|file| file["value"].clone()), expected);
    }
}

/// Fields that come in any order, and now and then not at all.
#[test]
fn fields_are_known_by_their_names() {
    let many: Vec<String> = (0..50).map(|number| format!("field-{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let said: [&[&str]; 6] = [
        &["order", "password", "corrid"],
        &["password", "order"],
        &[],
        &many,
        &many[7..],
        &["corrid", "order", "password"],
    ];
    let events = logged(|logger| {
        for names in said {
            let pairs: Vec<(&str, &str)> = names.iter().map(|name| (*name, *name)).collect();
            let mut record = Record::builder();
            record.target("shop").level(Level::Info).key_values(&pairs);
            logger.log(&record.build());
        }
    });
    for (event, names) in events.iter().zip(said) {
        for name in names {
            match *name {
                "corrid" => assert_eq!(event["corrid"], json!(["corrid"])),
                "password" => assert_eq!(property(event, name)["value"], "***"),
                _ => assert_eq!(property(event, name)["value"], *name),
            }
        }
        let fields = properties(event).filter(|property| property["name"] != "thread");
        assert_eq!(
            fields.count(),
            names.iter().filter(|name| **name != "corrid").count()
        );
    }
}

#[test]
fn each_layer_hides_what_it_was_told_to() {
    let (hides, hiding, hidden) = layer(|layer| layer.redact_name("iban"));
    let (shows, showing, shown) = layer(|layer| layer.redact(false));
    let subscriber = tracing_subscriber::registry().with(hides).with(shows);
    tracing::subscriber::with_default(subscriber, || {
        for iban in 0..3 {
            tracing::info!(iban, password = "canary", "paid");
        }
    });
    for event in arrived(hiding, &hidden) {
        assert_eq!(property(&event, "iban")["value"], "***");
        assert_eq!(property(&event, "password")["value"], "***");
    }
    for (number, event) in arrived(showing, &shown).iter().enumerate() {
        assert_eq!(property(event, "iban")["value"], number);
        assert_eq!(property(event, "password")["value"], "canary");
    }
}

#[test]
fn numbers_that_count_are_no_secrets() {
    let events = traced(
        |layer| layer,
        || {
            for max_tokens in [1024_u64, 2048] {
                tracing::info!(
                    max_tokens,
                    tokens = 0.5,
                    prompt_tokens = "canary",
                    token = 4711,
                    token_seed = 4711
                );
            }
        },
    );
    assert_eq!(events.len(), 2);
    for (event, count) in events.iter().zip([1024, 2048]) {
        assert_eq!(property(event, "max_tokens")["value"], count);
        assert_eq!(property(event, "tokens")["value"], 0.5);
        for name in ["prompt_tokens", "token", "token_seed"] {
            assert_eq!(property(event, name)["value"], "***", "{name}");
        }
    }
    let events = logged(|logger| {
        log::info!(logger: logger, max_tokens = 1024, prompt_tokens = "canary"; "m");
    });
    assert_eq!(property(&events[0], "max_tokens")["value"], 1024);
    assert_eq!(property(&events[0], "prompt_tokens")["value"], "***");
}

/// `tracing-log` says in fields where a record was made; who only looks like it means what he says.
#[test]
fn fields_of_others_are_theirs() {
    let events = traced(
        |layer| layer,
        || {
            tracing::event!(
                name: "log rotation",
                target: "log",
                tracing::Level::INFO,
                log.file = "app.log",
                log.size = 5_u64
            );
        },
    );
    assert_eq!(events[0]["operation"], "log");
    assert_eq!(property(&events[0], "log.file")["value"], "app.log");
    assert_eq!(property(&events[0], "log.size")["value"], 5);
    assert_eq!(property(&events[0], "file")["value"], file!());
}

#[test]
fn each_thread_speaks_for_itself() {
    let work = || {
        let say = || tracing::info!(target: "shop", "from a thread");
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        say();
        for name in ["baker", "brewer"] {
            let dispatch = dispatch.clone();
            let named = thread::Builder::new().name(name.to_owned());
            let spawned = named.spawn(move || tracing::dispatcher::with_default(&dispatch, say));
            spawned.unwrap().join().unwrap();
        }
        say();
    };
    let events = traced(|layer| layer, work);
    let threads: Vec<&str> = events
        .iter()
        .map(|event| property(event, "thread")["value"].as_str().unwrap())
        .collect();
    assert_eq!((threads[1], threads[2]), ("baker", "brewer"));
    assert_eq!(threads[0], threads[3]);
    assert_eq!(events[0]["tid"], events[3]["tid"]);
    assert!(events[0]["tid"] != events[1]["tid"] && events[1]["tid"] != events[2]["tid"]);
}

/// A child of a fork is another process with another thread, also for a statement that its parent has said.
#[cfg(target_os = "linux")]
#[test]
fn a_forked_child_speaks_for_itself() {
    let server = support::Server::of_objects();
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_process_that_forks", "--ignored", "--test-threads=1"]);
    let output = command.env(URL, server.url()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let events = parsed(&server.records());
    assert_eq!(events.len(), 2);
    let own = |event: &Value| event["pid"] == event["tid"];
    // Only in the child does the thread that logs have the process's number.
    let (childs, parents) = match own(&events[0]) {
        true => (&events[0], &events[1]),
        false => (&events[1], &events[0]),
    };
    assert!(own(childs) && !own(parents));
    for event in [childs, parents] {
        let source = event["source-fqn"].as_str().unwrap();
        assert!(
            source.contains(&format!("#PROCESS={}#", event["pid"])),
            "{source}"
        );
    }
    assert_ne!(parents["pid"], childs["pid"]);
    assert_ne!(parents["tnt4-id"], childs["tnt4-id"]);
}

/// Not a test: what the one above runs.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "a process of its own"]
fn a_process_that_forks() {
    let Ok(url) = std::env::var(URL) else { return };
    let builder = quiet().url(&url).no_proxy().spool(tnt4::Spool::memory());
    let (layer, guard) = tnt4::layer().builder(builder).build().unwrap();
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, || {
        let say = || tracing::info!(target: "shop", "from a process");
        say();
        // SAFETY: nothing else runs in this process but the thread that waits for this one.
        let child = unsafe { libc::fork() };
        if child == 0 {
            say();
            let complete = guard.flush(LONG).is_complete();
            // SAFETY: it ends the process, without the handlers that are its parent's.
            unsafe { libc::_exit(i32::from(!complete)) };
        }
        let mut status = -1;
        // SAFETY: it waits for the child of above, and writes to the number that it is given.
        let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!((ended, status), (child, 0));
    });
    let outcome = guard.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
}
