//! What a child of a fork does to its parent's folders: nothing.

use std::os::unix::process::parent_id;

use super::children::{Process, say, wait_for_parent};
use super::*;
use crate::fork::{generation, tests::fork};

/// Owns a folder and forks a child, which drops its copy and stays.
pub(super) fn forker(state: &Path) {
    let mut folder = Some(claim_with_segment(&open(state), 10));
    let before = generation();
    fork(|| {
        let folder = folder.take().unwrap();
        assert!(!folder.is_ours() && generation() != before);
        folder.mark_refused().unwrap_err();
        folder.remove_segment(1).unwrap_err();
        folder.quarantine(1, 1_000).unwrap_err();
        folder.finish().unwrap_err();
        say(&format!("forked by {}", parent_id()));
        wait_for_parent();
        say("still here");
        0
    });
    // The child took its own copy.
    let _folder = folder.unwrap();
    loop {
        std::thread::park();
    }
}

#[test]
fn a_child_neither_takes_the_lock_from_its_parent_nor_keeps_it() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let mut process = Process::start("forker", state.path());
    assert!(process.hear().starts_with("forked by "));
    assert_eq!(adopt_all(&destination).len(), 0, "the parent lives");
    process.kill();
    let adopted = adopt_all(&destination);
    assert_eq!(adopted.len(), 1, "the child lives");
    assert_eq!(adopted[0].segments().unwrap().len(), 1);
    process.go_on();
    assert_eq!(process.hear(), "still here");
}
