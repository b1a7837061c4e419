//! The spool as people and programs see it, whole and damaged: the exit code tells which.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Collector, Ended, Running, nobody, tnt4};

/// A state folder in which lines wait that nobody took.
struct State {
    folder: tempfile::TempDir,
    url: String,
}

impl State {
    fn with_lines(count: usize) -> Self {
        let state = State {
            folder: tempfile::tempdir().expect("a folder"),
            url: nobody(),
        };
        state.leave(&state.url, count);
        state
    }

    fn leave(&self, url: &str, count: usize) {
        let lines: Vec<String> = (0..count).map(|number| format!("line {number}")).collect();
        tnt4(&["send", "-", "--quiet", "--url", url, "--timeout", "1"])
            .in_state(self.path())
            .run_with_input(lines.join("\n").as_bytes())
            .assert_code(4)
            .assert_complained(&format!("{count} kept on disk for the next start"));
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn spool(&self, args: &[&str]) -> Ended {
        let all = [&["spool"], args].concat();
        tnt4(&all).in_state(self.path()).run()
    }

    fn list(&self) -> Value {
        let ended = self.spool(&["ls", "--json"]);
        ended.assert_code(0);
        serde_json::from_str(&ended.out).expect("JSON")
    }

    /// The messages that are exported.
    fn exported(&self, args: &[&str], code: i32) -> Vec<String> {
        let ended = self.spool(&[&["export"], args].concat());
        ended.assert_code(code);
        let message = |line: &str| {
            let record: Value = serde_json::from_str(line).expect("JSON");
            record["msg-text"].as_str().expect("a message").to_owned()
        };
        ended.out.lines().map(message).collect()
    }

    fn segment(&self) -> PathBuf {
        let mut found: Vec<PathBuf> = files(self.path())
            .into_keys()
            .filter(|path| path.extension().is_some_and(|extension| extension == "segment"))
            .filter(|path| !path.to_string_lossy().contains("quarantine"))
            .collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}

/// All files below a folder, and what is in them.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let content = fs::read(&path).expect("a file");
            found.insert(path, content);
        }
    }
    found
}

/// Flips a byte in the record with this text.
fn damage(segment: &Path, text: &str) {
    let mut bytes = fs::read(segment).expect("a segment");
    let place = bytes
        .windows(text.len())
        .position(|window| window == text.as_bytes());
    bytes[place.expect("the record")] ^= 1;
    fs::write(segment, bytes).expect("it is written");
}

#[test]
fn what_waits_is_listed() {
    let state = State::with_lines(3);
    let list = state.list();
    assert_eq!(list["state_folder"], state.path().to_str().expect("UTF-8"));
    let destination = &list["destinations"][0];
    assert_eq!(destination["address"], state.url.as_str());
    let stream = &destination["streams"][0];
    assert_eq!(stream["records"], 3);
    assert_eq!(stream["alive"], false);
    assert_eq!(stream["damaged"], 0);
    assert!(stream["oldest"].as_str().expect("a time").starts_with("20"));

    let ended = state.spool(&["ls"]);
    ended.assert_code(0);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines.len(), 2, "{ended:?}");
    for words in ["Destination", "Records", "Oldest"] {
        assert!(lines[0].contains(words), "{ended:?}");
    }
    for words in [&state.url, "left behind", " 3 "] {
        assert!(lines[1].contains(words), "{ended:?}");
    }
}

#[test]
fn an_empty_spool_is_no_failure() {
    let state = tempfile::tempdir().expect("a folder");
    let missing = state.path().join("missing");
    for (command, words) in [
        ("ls", "nothing waits in"),
        ("verify", "all of them are whole"),
        ("export", "0 records exported"),
        ("repair", "nothing that was left behind is damaged"),
        ("replay", "nothing that was left behind waits"),
    ] {
        let ended = tnt4(&["spool", command]).in_state(&missing).run();
        ended.assert_code(0);
        assert_eq!(ended.out, "", "{ended:?}");
        assert!(ended.err.contains(words), "{ended:?}");
    }
    assert!(!missing.exists(), "looking makes nothing");
}

#[test]
fn damage_is_told_and_repaired_and_costs_one_record() {
    let state = State::with_lines(5);
    let whole = state.spool(&["verify"]);
    whole.assert_code(0);
    assert_eq!(whole.out, "");
    let segment = state.segment();
    damage(&segment, "line 2");

    let ended = state.spool(&["verify"]);
    ended
        .assert_code(1)
        .assert_complained("1 of 1 segment damaged, with 1 lost record; tnt4 spool repair");
    assert!(
        ended.out.starts_with(segment.to_str().expect("UTF-8")),
        "{ended:?}"
    );
    assert!(
        ended.out.contains("1 damaged record, the first at byte "),
        "{ended:?}"
    );
    assert_eq!(state.list()["destinations"][0]["streams"][0]["damaged"], 1);
    let left = ["line 0", "line 1", "line 3", "line 4"];
    assert_eq!(state.exported(&[], 1), left);

    let ended = state.spool(&["repair"]);
    ended.assert_code(0);
    assert!(ended.err.contains("4 records wait again, 1 lost"), "{ended:?}");
    state.spool(&["verify"]).assert_code(0);
    assert_eq!(state.exported(&[], 0), left);
    assert_eq!(state.list()["destinations"][0]["quarantine"]["records"], 4);
    assert_eq!(state.exported(&["--quarantine"], 1).len(), 8);

    let before = files(state.path());
    let ended = state.spool(&["repair"]);
    ended.assert_code(0);
    assert!(
        ended.err.contains("nothing that was left behind is damaged"),
        "{ended:?}"
    );
    assert_eq!(files(state.path()), before, "a second repair changes nothing");
}

#[test]
fn looking_changes_nothing() {
    let state = State::with_lines(5);
    damage(&state.segment(), "line 2");
    let before = files(state.path());
    state.spool(&["ls"]).assert_code(0);
    state.spool(&["verify"]).assert_code(1);
    state.exported(&["--dead-letters", "--quarantine"], 1);
    assert_eq!(files(state.path()), before);
}

#[test]
fn one_destination_can_be_named() {
    let state = State::with_lines(1);
    let other = nobody();
    state.leave(&other, 2);
    assert_eq!(state.exported(&[], 0).len(), 3);
    assert_eq!(
        state.exported(&["--destination", &other], 0),
        ["line 0", "line 1"]
    );
    let folder = state.path().to_str().expect("UTF-8");
    tnt4(&["spool", "--state-dir", folder, "--destination", &other, "verify"])
        .run()
        .assert_code(0);
    let ended = state.spool(&["ls", "--destination", "canary.example"]);
    ended.assert_code(2).assert_complained("nothing was ever kept");
    assert!(!ended.err.contains("canary"), "{ended:?}");
    state
        .spool(&["replay"])
        .assert_code(2)
        .assert_complained("several addresses");
}

#[test]
fn what_lives_is_left_alone() {
    let state = tempfile::tempdir().expect("a folder");
    let url = nobody();
    let send = tnt4(&["send", "hello", "--url", &url, "--timeout", "600"]);
    let mut running = Running::start(send.in_state(state.path()));
    running.wait_for("trying for up to 600 s");
    let spool = |args: &[&str]| tnt4(&[&["spool"], args].concat()).in_state(state.path()).run();
    let list: Value = serde_json::from_str(&spool(&["ls", "--json"]).out).expect("JSON");
    let stream = &list["destinations"][0]["streams"][0];
    assert_eq!(
        (&stream["alive"], &stream["records"]),
        (&Value::Bool(true), &1.into())
    );
    spool(&["verify"]).assert_code(0);
    spool(&["repair"]).assert_code(0);
    let collector = Collector::start();
    let ended = spool(&["replay", "--url", &collector.url, "--destination", &url]);
    ended.assert_code(0);
    assert!(ended.err.contains("nothing that was left behind"), "{ended:?}");
    assert_eq!(collector.count("events"), 0);
}

#[test]
fn no_token_is_in_it() {
    let state = tempfile::tempdir().expect("a folder");
    let token = "canary-3f9a1c77e2-token";
    let url = nobody();
    tnt4(&["send", "hello", "--url", &url, "--timeout", "1", "--https", token])
        .in_state(state.path())
        .run()
        .assert_code(4);
    for (path, content) in files(state.path()) {
        let text = format!("{}{}", path.display(), String::from_utf8_lossy(&content));
        assert!(!text.contains(token), "{}", path.display());
    }
}
