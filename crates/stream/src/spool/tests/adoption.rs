//! Whose folders are adopted, and what becomes of them.

use std::sync::Barrier;
use std::thread;

use super::*;

#[test]
fn a_folder_changes_hands_with_all_that_is_in_it() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let folder = claim_with_segment(&destination, 100);
    let id = folder.id();
    fs::write(folder.segment_path(12_345_678_901), [1]).unwrap();
    for other in ["1.segment", "00000000002.segment", "0000000003.segmen", "notes"] {
        fs::write(folder.path().join(other), [1]).unwrap();
    }
    assert_eq!(adopt_all(&destination).len(), 0, "its owner lives");
    drop(folder);

    let adopted = adopt_all(&destination);
    assert_eq!(adopted.len(), 1);
    let [first, last] = [(1, 100), (12_345_678_901, 1)].map(|(number, bytes)| SegmentFile { number, bytes });
    assert_eq!(adopted[0].segments().unwrap(), [first, last]);
    assert_eq!((adopted[0].id(), adopted[0].next_number()), (id, 12_345_678_902));
    assert_eq!(adopted[0].next_number(), 12_345_678_903);
    assert_eq!(adopt_all(&destination).len(), 0, "its successor lives");
}

#[test]
fn a_finished_folder_is_gone_and_a_full_one_stays() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let empty = names_in(destination.path());
    let folder = claim_with_segment(&destination, 1);
    folder.mark_refused().unwrap();
    let path = folder.path().to_owned();
    assert!(!folder.finish().unwrap());
    assert_eq!(names_in(&path), ["0000000001.segment", "owner", "refused"]);

    let folder = adopt_all(&destination).pop().unwrap();
    folder.remove_segment(1).unwrap();
    folder.remove_segment(1).unwrap();
    assert!(folder.finish().unwrap());
    assert_eq!(names_in(destination.path()), empty);
}

#[test]
fn what_is_empty_is_removed_on_the_way() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let empty = names_in(destination.path());
    let living = destination.claim().unwrap();
    drop(destination.claim().unwrap());
    let lost_its_owner_file = destination.claim().unwrap();
    fs::remove_file(lost_its_owner_file.path().join("owner")).unwrap();
    drop(lost_its_owner_file);
    // What processes leave that die while they make a folder.
    for content in [&[][..], &["owner"]] {
        let draft = destination.path().join(format!(".{}.new", uuid::Uuid::now_v7()));
        fs::create_dir(&draft).unwrap();
        content
            .iter()
            .for_each(|name| fs::write(draft.join(name), "").unwrap());
    }
    assert_eq!(adopt_all(&destination).len(), 0);
    assert_eq!(names_in(destination.path()).len(), empty.len() + 1);
    assert!(living.finish().unwrap());
    assert_eq!(names_in(destination.path()), empty);
}

#[test]
fn without_a_lock_the_living_are_not_told_from_the_dead() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let living = claim_with_segment(&destination, 100);
    let owner = living.path().join("owner");
    fs::remove_file(&owner).unwrap();
    let look = || destination.orphans().collect::<Vec<_>>();
    for _ in 0..2 {
        let looked = look();
        assert!(
            matches!(&looked[..], [Err(SpoolError::Ownerless { path })] if path == living.path()),
            "{looked:?}"
        );
        assert!(!owner.exists());
        assert_eq!(living.segments().unwrap().len(), 1);
    }
    // As the error has it.
    let id = living.id();
    drop(living);
    fs::write(&owner, "").unwrap();
    let looked = look();
    assert!(
        matches!(&looked[..], [Ok(folder)] if folder.id() == id),
        "{looked:?}"
    );
}

#[test]
fn another_tokens_folders_only_after_its_refusal() {
    let state = tempfile::tempdir().unwrap();
    let old = open_with(state.path(), "old");
    let new = open_with(state.path(), "new");
    let refused = claim_with_segment(&old, 1);
    let let_in_again = claim_with_segment(&old, 1);
    let never_refused = claim_with_segment(&old, 1);
    let wanted = refused.id();
    refused.mark_refused().unwrap();
    let_in_again.mark_refused().unwrap();
    let_in_again.clear_refused().unwrap();
    assert_eq!(adopt_all(&new).len(), 0, "all live");
    drop((refused, let_in_again, never_refused));

    let other_server = Address {
        port: 8443,
        ..address()
    };
    let other_server = StateFolder::open(state.path())
        .unwrap()
        .destination(&other_server, &["new", QUERY]);
    assert_eq!(adopt_all(&other_server.unwrap()).len(), 0);
    let adopted = adopt_all(&new);
    assert_eq!(adopted.iter().map(Folder::id).collect::<Vec<_>>(), [wanted]);
    assert_eq!(adopt_all(&old).len(), 2);
}

#[test]
fn a_bad_folder_does_not_hide_the_others() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    drop([(); 4].map(|()| claim_with_segment(&destination, 1)));
    // It bears the name of a stream's folder and is none.
    fs::write(destination.path().join(uuid::Uuid::now_v7().to_string()), "").unwrap();
    let (adopted, errors): (Vec<_>, Vec<_>) = destination.orphans().partition(Result::is_ok);
    assert_eq!((adopted.len(), errors.len()), (4, 1));
}

#[test]
fn of_many_threads_one_gets_each() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    let mut orphans: Vec<_> = (0..20)
        .map(|_| claim_with_segment(&destination, 1).id())
        .collect();
    let (start, done) = (Barrier::new(8), Barrier::new(8));
    let mut adopted = thread::scope(|scope| {
        let adopt = || {
            start.wait();
            let folders = adopt_all(&destination);
            done.wait();
            folders.iter().map(Folder::id).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(adopt)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    adopted.sort();
    orphans.sort();
    assert_eq!(adopted, orphans);
}

#[test]
fn newborns_are_never_taken() {
    let state = tempfile::tempdir().unwrap();
    let destination = open(state.path());
    thread::scope(|scope| {
        let bear = || {
            for _ in 0..100 {
                let folder = claim_with_segment(&destination, 1);
                assert_eq!(folder.segments().unwrap().len(), 1);
                folder.remove_segment(1).unwrap();
                assert!(folder.finish().unwrap());
            }
        };
        let parents: Vec<_> = (0..4).map(|_| scope.spawn(bear)).collect();
        while !parents.iter().all(|parent| parent.is_finished()) {
            let stolen = adopt_all(&destination);
            assert!(stolen.is_empty(), "{stolen:?}");
        }
    });
    assert_eq!(names_in(destination.path()), ["destination", "lock"]);
}
