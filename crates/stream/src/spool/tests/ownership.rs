//! A live owner is never stolen from, and the dead have one successor each: over processes.

use super::children::{Process, say, wait_for_parent};
use super::*;

/// Owns some folders and tells which.
pub(super) fn owner(state: &Path) {
    let destination = open(state);
    let folders: Vec<_> = (0..10).map(|_| claim_with_segment(&destination, 10)).collect();
    say_all(&folders);
    wait_for_parent();
}

/// Adopts what it can as soon as it is told to, and keeps it.
pub(super) fn successor(state: &Path) {
    let destination = open(state);
    say("ready");
    wait_for_parent();
    let folders = adopt_all(&destination);
    say_all(&folders);
    wait_for_parent();
}

fn say_all(folders: &[Folder]) {
    let ids: Vec<_> = folders.iter().map(|folder| folder.id().to_string()).collect();
    say(&ids.join(" "));
}

fn hear_all(process: &mut Process) -> Vec<String> {
    process.hear().split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_dead_have_one_successor_each_and_the_living_none() {
    let state = tempfile::tempdir().unwrap();
    let mut owners = [(); 3].map(|()| Process::start("owner", state.path()));
    let [mut orphans, more, theirs] = owners.each_mut().map(hear_all);
    orphans.extend(more);
    orphans.sort();
    owners[..2].iter_mut().for_each(Process::kill);

    let mut successors = [(); 8].map(|()| Process::start("successor", state.path()));
    for successor in &mut successors {
        assert_eq!(successor.hear(), "ready");
    }
    successors.iter_mut().for_each(Process::go_on);
    let mut adopted: Vec<_> = successors.iter_mut().flat_map(hear_all).collect();
    adopted.sort();
    assert_eq!(adopted, orphans);

    // Their successors in turn: once they are killed, and not before.
    let destination = open(state.path());
    assert_eq!(adopt_all(&destination).len(), 0);
    successors.iter_mut().for_each(Process::kill);
    assert_eq!(adopt_all(&destination).len(), 20);
    owners[2].kill();
    let mut last: Vec<_> = destination
        .orphans()
        .map(|folder| folder.unwrap().id().to_string())
        .collect();
    last.retain(|id| theirs.contains(id));
    assert_eq!(last.len(), 10);
}
