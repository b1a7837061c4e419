//! A disk without room is an error value when a segment is created, and leaves no file.
//!
//! That needs a small file system. It is had in a namespace of its own, by a second run of this test; where
//! that is not allowed, the test says so.

use std::process::Command;

use super::*;

/// Where the second run finds the small file system.
const FOLDER: &str = "TNT4_TEST_SMALL_FOLDER";

/// How the second run ends where there could be none.
const NOT_POSSIBLE: i32 = 77;

#[test]
fn a_full_disk_is_an_error_value() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return on_a_small_disk(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let script = format!("mount -t tmpfs -o size=1m none \"$0\" || exit {NOT_POSSIBLE}; exec \"$@\"");
    let test = std::thread::current().name().unwrap().to_owned();
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture"])
        .env(FOLDER, folder.path())
        .output();
    match output {
        Ok(output) if output.status.success() => {
            assert!(
                String::from_utf8_lossy(&output.stdout).contains("1 passed"),
                "{output:?}"
            );
        }
        Ok(output) if output.status.code() == Some(101) => {
            panic!("{}", String::from_utf8_lossy(&output.stderr));
        }
        other => eprintln!("not tested: there can be no small file system here ({other:?})"),
    }
}

fn on_a_small_disk(folder: &Path) {
    assert_eq!(medium_for(folder), Medium::Mapped);
    for medium in [Medium::Mapped, Medium::Written] {
        let path = folder.join("segment");
        let error = Writer::create(&path, &IDENTITY, 2 << 20, medium).err().unwrap();
        assert!(matches!(error, CreateError::NoRoom { .. }), "{error}");
        assert!(!path.exists());

        // What fits is allocated in full: it can be filled although nothing is left for others.
        let mut writer = Writer::create(&path, &IDENTITY, 256 * 1024, medium).unwrap();
        let filler = folder.join("filler");
        assert!(std::fs::write(&filler, vec![1; 2 << 20]).is_err());
        let records = examples(8000);
        let count = records
            .iter()
            .take_while(|record| writer.append(&record.frame()).is_ok())
            .count();
        assert!(writer.room() < 100, "{} free", writer.room());
        let segment = writer.segment().clone();
        segment
            .acknowledge(Position {
                offset: RECORDS + 48,
                index: 1,
            })
            .unwrap();
        writer.seal().unwrap();
        assert_eq!(recover(&bytes_of(&segment)).records.len(), count);

        // Memory cannot be written out now, and stays as it is.
        let mut writer = Writer::memory(&IDENTITY, 1 << 20).unwrap();
        append_all(&mut writer, &records);
        let memory = writer.segment().clone();
        let other = folder.join("other");
        assert!(matches!(memory.spill(&other), Err(CreateError::NoRoom { .. })));
        assert!(!other.exists());
        assert_eq!(recover(&bytes_of(&memory)).records.len(), 8000);

        std::fs::remove_file(&filler).unwrap();
        segment.remove().unwrap();
    }
}
