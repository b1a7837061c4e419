//! A collector starts or says why not, and stops when it is asked to.

use std::os::unix::fs::PermissionsExt;

use crate::support::{Collector, Running, run, serve, tnt4};

#[test]
fn both_signals_end_it_with_0_and_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.db");
    for (number, signal) in ["TERM", "INT"].into_iter().enumerate() {
        let (running, url) = serve(&store, &[]);
        run(&["send", "hello", "--url", &url]).assert_code(0);
        let query = ["query", "--json", "get number of events", "--url", &url];
        let answer = run(&query).out;
        assert!(
            answer.contains(&format!("\"NumberOf\":{}", number + 1)),
            "{answer}"
        );
        running.signal(signal);
        let ended = running.ended();
        ended.assert_code(0);
        assert_eq!(ended.out, "");
    }
}

#[test]
fn it_says_where_it_is_and_how_to_use_it() {
    let mut collector = Collector::start();
    collector.running.wait_for("stop   Ctrl-C");
    let said = &collector.running.said;
    for words in [
        &format!("listening on {}", collector.url),
        &collector.store().display().to_string(),
        &format!("tnt4 send \"hello\" --url {}\n", collector.url),
        "tnt4 query \"get events\"",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn the_store_is_in_the_state_folder_unless_another_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    let mut running = Running::start(tnt4(&["serve", "--listen", ":0"]).in_state(&state));
    running.wait_for("listening on ");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    assert_eq!(mode(&state.join("collector.db")), 0o600);
}

#[test]
fn tokens_of_the_environment_keep_others_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store.db");
    let args = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--store",
        store.to_str().expect("UTF-8"),
    ];
    let mut running = Running::start(
        tnt4(&args).with(|command| _ = command.env("TNT4_COLLECTOR_TOKEN", "first,second\nthird")),
    );
    let url = running.wait_for("listening on ");
    for token in ["first", "second", "third"] {
        run(&["send", "hello", "--url", &url, "--https", token]).assert_code(0);
    }
    run(&["send", "hello", "--url", &url, "--https", "fourth"]).assert_code(3);
}

#[test]
fn what_keeps_it_from_starting_is_one_line() {
    let collector = Collector::start();
    let address = collector.url.trim_start_matches("http://");
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    std::fs::write(
        path("notes.txt"),
        "these are words, many of them, and no database at all",
    )
    .expect("a file");
    let start = |listen: &str, store: &str| run(&["serve", "--listen", listen, "--store", store]);

    start(address, &path("a.db"))
        .assert_code(1)
        .assert_complained("another program listens there");
    start("127.0.0.1:0", &path("notes.txt"))
        .assert_code(1)
        .assert_complained("is not a store of tnt4");
    start("127.0.0.1:0", &path("no/such/folder.db"))
        .assert_code(1)
        .assert_complained("cannot be opened");
    start("127.0.0.1:0", collector.store().to_str().expect("UTF-8"))
        .assert_code(1)
        .assert_complained("in use by another collector");
    start("0.0.0.0:0", &path("b.db"))
        .assert_code(2)
        .assert_complained("--token");
}

#[test]
fn it_says_where_mqtt_is_taken_and_what_is_subscribed_to() {
    let broker = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = broker.local_addr().expect("an address");
    let subscription = format!("mqtt://me:canary@{address}/plant/#");
    let args = ["--mqtt", "127.0.0.1:0", "--subscribe", &subscription];
    let mut collector = Collector::with(&args);
    collector.running.wait_for("stop   Ctrl-C");
    let said = &collector.running.said;
    assert!(
        said.contains("publishers are taken on mqtt://127.0.0.1:"),
        "{said}"
    );
    assert!(
        said.contains(&format!("from   mqtt://{address}/plant/#\n")),
        "{said}"
    );
    collector.running.signal("TERM");
    let ended = collector.running.ended();
    ended.assert_code(0);
    assert!(!ended.err.contains("canary"), "{ended:?}");
}

#[test]
fn an_address_that_is_none_is_not_repeated() {
    for wrong in [
        "mqtt://me:canary@broker",
        "http://me:canary@broker/a",
        "mqtt://me:can/canary@b/a",
    ] {
        let ended = run(&["serve", "--listen", ":0", "--subscribe", wrong]);
        ended.assert_code(2).assert_complained("--subscribe");
        assert!(!ended.err.contains("canary"), "{ended:?}");
    }
}
