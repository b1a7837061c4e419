//! What others could read or put there: nothing, whatever the umask.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::children::{Process, say};
use super::*;

/// Makes one of everything.
pub(super) fn writer(state: &Path) {
    let destination = open(state);
    let folder = destination.claim().unwrap();
    for number in [1, 2] {
        // Segments are made by another room; that they are private is its affair.
        fs::write(folder.segment_path(number), "{}").unwrap();
        fs::set_permissions(folder.segment_path(number), fs::Permissions::from_mode(0o600)).unwrap();
    }
    folder.mark_refused().unwrap();
    folder.quarantine(2, 1_000).unwrap();
    let mut letters = folder.dead_letters(1_000);
    letters
        .append(SystemTime::now(), "401 Unauthorized", "", b"{}")
        .unwrap();
    destination.with_guard(Duration::from_secs(60), |_| ()).unwrap();
    say("done");
}

/// All that is below a folder, itself included.
fn walk(path: &Path, found: &mut Vec<PathBuf>) {
    found.push(path.to_owned());
    if path.is_dir() {
        names_in(path)
            .iter()
            .for_each(|name| walk(&path.join(name), found));
    }
}

#[test]
fn all_is_private_under_any_umask_and_holds_no_secret() {
    for umask in ["000", "022", "777"] {
        let base = tempfile::tempdir().unwrap();
        let state = base.path().join("share/tnt4");
        let mut process = Process::start_under(umask, "writer", &state);
        process.hear();
        process.finish();
        let mut paths = Vec::new();
        walk(&base.path().join("share"), &mut paths);
        assert_eq!(paths.len(), 15, "{paths:#?}");
        for path in paths {
            let wanted = if path.is_dir() { 0o700 } else { 0o600 };
            let mode = fs::symlink_metadata(&path).unwrap().mode() & 0o7777;
            assert_eq!(mode, wanted, "{} is {mode:o} under umask {umask}", path.display());
            let content = fs::read(&path).unwrap_or_default();
            for secret in [TOKEN, QUERY] {
                assert!(!path.to_string_lossy().contains(secret), "{}", path.display());
                assert!(
                    !content
                        .windows(secret.len())
                        .any(|part| part == secret.as_bytes())
                );
            }
        }
    }
}

/// Tries everything with a state folder that was tampered with.
fn try_all(state: &Path) -> Result<(), SpoolError> {
    let destination = StateFolder::open(state)?.destination(&address(), &[TOKEN, QUERY])?;
    destination.with_guard(Duration::ZERO, |_| ())?;
    for folder in destination.orphans() {
        let folder = folder?;
        let letters = folder
            .dead_letters(1_000)
            .append(SystemTime::now(), "why", "", b"{}");
        letters.map_err(|error| match error {
            super::DeadLetterError::Spool(error) => error,
            full => panic!("{full}"),
        })?;
        folder.quarantine(1, 1_000)?;
    }
    Ok(())
}

/// Makes a state folder with one orphan, tampers with each part of it in turn, and tells what is said then.
fn tampered(tamper: impl Fn(&Path), words: &str) {
    for part in 0.. {
        let base = tempfile::tempdir().unwrap();
        let state = base.path().join("state");
        let destination = open(&state);
        let folder = claim_with_segment(&destination, 10);
        let stream = folder.path().to_owned();
        fs::create_dir(destination.path().join("dead-letters")).unwrap();
        fs::write(
            destination
                .path()
                .join(format!("dead-letters/{}.ndjson", folder.id())),
            "",
        )
        .unwrap();
        fs::create_dir(destination.path().join("quarantine")).unwrap();
        drop(folder);
        let mut parts = Vec::new();
        walk(&state, &mut parts);
        parts.retain(|part| *part != stream.join("0000000001.segment"));
        for path in &parts {
            let mode = if path.is_dir() { 0o700 } else { 0o600 };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
        let Some(path) = parts.get(part) else {
            assert_eq!(part, 11);
            return;
        };
        tamper(path);
        let error = try_all(&state).expect_err(&path.to_string_lossy()).to_string();
        assert!(error.contains(words), "{error}");
        assert!(error.contains(&*path.to_string_lossy()), "{error}");
    }
}

#[test]
fn what_others_may_write_to_is_refused() {
    let open_up = |mode: u32| {
        move |path: &Path| {
            let more = fs::metadata(path).unwrap().mode() | mode;
            fs::set_permissions(path, fs::Permissions::from_mode(more)).unwrap();
        }
    };
    tampered(open_up(0o020), "chmod go-w");
    tampered(open_up(0o002), "chmod go-w");
}

#[test]
fn what_belongs_to_another_user_is_refused() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("only root can give files away: not tested");
        return;
    }
    tampered(
        |path| chown(path, Some(65_534), None).unwrap(),
        "belongs to another user (number 65534)",
    );
}

#[test]
fn symbolic_links_are_refused_and_their_targets_untouched() {
    let elsewhere = tempfile::tempdir().unwrap();
    let copies = std::cell::Cell::new(0);
    let replace = |path: &Path| {
        let copy = elsewhere.path().join(copies.get().to_string());
        copies.set(copies.get() + 1);
        fs::rename(path, &copy).unwrap();
        symlink(&copy, path).unwrap();
    };
    tampered(replace, "is a symbolic link");
    let mut targets = Vec::new();
    walk(elsewhere.path(), &mut targets);
    let letters = targets
        .iter()
        .filter(|path| path.extension().is_some_and(|name| name == "ndjson"));
    assert!(letters.clone().count() > 0);
    letters.for_each(|letters| assert_eq!(fs::read(letters).unwrap(), b""));
}

#[test]
fn a_dangling_link_is_not_written_through() {
    let elsewhere = tempfile::tempdir().unwrap();
    let target = elsewhere.path().join("target");
    let state = tempfile::tempdir().unwrap();
    symlink(&target, state.path().join("salt")).unwrap();
    let error = StateFolder::open(state.path()).err().unwrap();
    assert!(matches!(error, SpoolError::SymbolicLink { .. }), "{error}");
    assert!(!target.exists());
}

/// As systemd does it for a service with `DynamicUser=`.
#[test]
fn a_state_folder_may_be_roots_link_to_ones_own() {
    const USER: u32 = 65_534;
    if !rustix::process::geteuid().is_root() {
        eprintln!("only root can give files away: not tested");
        return;
    }
    let base = tempfile::tempdir().unwrap();
    fs::set_permissions(base.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let [own, state] = ["own", "state"].map(|name| base.path().join(name));
    fs::create_dir(&own).unwrap();
    chown(&own, Some(USER), None).unwrap();
    symlink(&own, &state).unwrap();
    let Some(mut process) = Process::start_as(USER, "writer", &state) else {
        eprintln!("another user may not run this program: not tested");
        return;
    };
    assert_eq!(process.hear(), "done");
    process.finish();
    assert_eq!(names_in(&own), ["salt", "spool"]);
}
