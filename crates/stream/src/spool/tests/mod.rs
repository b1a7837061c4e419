//! What holds for the spool as a whole, with real processes where it takes several.

mod adoption;
mod bounds;
#[cfg(unix)]
mod children;
#[cfg(unix)]
mod forks;
#[cfg(unix)]
mod ownership;
#[cfg(unix)]
mod privacy;

use std::fs;
use std::path::Path;

use super::*;

/// What must never be seen on disk.
const TOKEN: &str = "CANARY-TOKEN-0123456789";
const QUERY: &str = "key=CANARY-QUERY";

fn address() -> Address {
    Address {
        scheme: "https".to_owned(),
        host: "data.example".to_owned(),
        port: 443,
        path: "/JESL".to_owned(),
    }
}

/// The destination that most tests use.
fn open(state_folder: &Path) -> Destination {
    open_with(state_folder, TOKEN)
}

fn open_with(state_folder: &Path, token: &str) -> Destination {
    let folder = StateFolder::open(state_folder).unwrap();
    folder.destination(&address(), &[token, QUERY]).unwrap()
}

/// A stream's folder with one segment of this length.
fn claim_with_segment(destination: &Destination, bytes: usize) -> Folder {
    let folder = destination.claim().unwrap();
    let path = folder.segment_path(folder.next_number());
    fs::write(path, vec![7; bytes]).unwrap();
    folder
}

/// Adopts all that can be adopted.
fn adopt_all(destination: &Destination) -> Vec<Folder> {
    destination.orphans().map(Result::unwrap).collect()
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
