//! The collector's page in a real browser.
//!
//! The story is told by `browser/page_shows_what_arrives.py`, which needs Python and Chromium. Where there is
//! no Chromium it is skipped, but never where `CI` is set.

use std::process::Command;

use tnt4_collector::{Collector, Settings};

/// What the script ends with where it finds no browser.
const NO_BROWSER: i32 = 77;

#[test]
fn in_chromium() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings::new(
        "127.0.0.1:0".parse().expect("an address"),
        folder.path().join("store.db"),
    );
    let collector = Collector::start(settings).expect("it starts");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/browser/page_shows_what_arrives.py");
    let told = Command::new("python3")
        .arg(script)
        .arg(format!("http://{}", collector.address()))
        .output();
    let told = told.expect("python3 runs");
    let words = format!(
        "{}{}",
        String::from_utf8_lossy(&told.stdout),
        String::from_utf8_lossy(&told.stderr)
    );
    if told.status.code() == Some(NO_BROWSER) && std::env::var_os("CI").is_none() {
        eprintln!("skipped: {words}");
        return;
    }
    assert!(told.status.success(), "{words}");
}
