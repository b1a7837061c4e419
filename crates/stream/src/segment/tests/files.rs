//! Files are private, allocated and new; what fails leaves none behind.

use super::*;

const CAPACITY: u64 = 256 * 1024;

fn create(path: &Path, medium: Medium) -> Result<Writer, CreateError> {
    Writer::create(path, &IDENTITY, CAPACITY, medium)
}

#[cfg(unix)]
#[test]
fn they_are_private_and_not_sparse() {
    let (folder, _) = place();
    check_new_files(folder.path());
}

#[cfg(unix)]
#[test]
fn the_mask_of_the_process_does_not_matter() {
    const FOLDER: &str = "TNT4_TEST_MASKED_FOLDER";

    // The mask is the whole process's, so another one has to have it: a second run of this test.
    if let Some(folder) = std::env::var_os(FOLDER) {
        return check_new_files(Path::new(&folder));
    }
    let test = std::thread::current().name().unwrap().to_owned();
    for mask in ["000", "777"] {
        let (folder, _) = place();
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("umask {mask}; exec \"$@\""), "sh"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", &test, "--nocapture"])
            .env(FOLDER, folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "umask {mask}: {output:?}"
        );
    }
}

#[cfg(unix)]
fn check_new_files(folder: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    for medium in [Medium::Mapped, Medium::Written] {
        let path = folder.join(format!("{medium:?}"));
        let _writer = create(&path, medium).unwrap();
        let metadata = std::fs::metadata(&path).unwrap();
        assert_eq!(metadata.mode() & 0o7777, 0o600);
        assert_eq!(metadata.len(), CAPACITY);
        assert!(
            metadata.blocks() * 512 >= CAPACITY,
            "{} blocks",
            metadata.blocks()
        );
    }
}

#[test]
fn what_exists_is_not_touched() {
    for medium in [Medium::Mapped, Medium::Written] {
        let (folder, path) = place();
        write_file(&path, b"mine");
        let error = create(&path, medium).err().unwrap();
        assert!(matches!(error, CreateError::Io { .. }), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"mine");
        #[cfg(unix)]
        {
            let target = folder.path().join("target");
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&target, &link).unwrap();
            assert!(create(&link, medium).is_err());
            assert!(!target.exists());
        }
        drop(folder);
    }
}

#[test]
fn capacities_have_bounds() {
    let (_folder, path) = place();
    for capacity in [0, RECORDS, LARGEST_CAPACITY + 1] {
        let error = Writer::create(&path, &IDENTITY, capacity, Medium::Written)
            .err()
            .unwrap();
        assert!(matches!(error, CreateError::Capacity(_)), "{error}");
        assert!(Writer::memory(&IDENTITY, capacity).is_err());
        assert!(!path.exists());
    }
}

#[test]
fn they_can_be_waited_for_and_removed() {
    for medium in [Medium::Mapped, Medium::Written] {
        let (_folder, path) = place();
        let mut writer = create(&path, medium).unwrap();
        let segment = writer.segment().clone();
        segment.sync_creation().unwrap();
        append_all(&mut writer, &examples(3));
        segment.sync_data().unwrap();
        segment.remove().unwrap();
        assert!(!path.exists());
        segment.remove().unwrap();
        // Whoever still has it goes on reading.
        assert_eq!(recover(&bytes_of(&segment)).indices(), [0, 1, 2]);
        writer.seal().unwrap();
    }
}

#[test]
fn memory_is_written_out_byte_for_byte() {
    let (_folder, path) = place();
    let mut writer = Writer::memory(&IDENTITY, 1 << 20).unwrap();
    let places = append_all(&mut writer, &examples(4000));
    let memory = writer.segment().clone();
    writer.seal().unwrap();
    let position = Position {
        offset: places[1500],
        index: 1500,
    };
    memory
        .acknowledge(Position {
            offset: places[700],
            index: 700,
        })
        .unwrap();
    memory.acknowledge(position).unwrap();

    let file = memory.spill(&path).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), bytes_of(&memory));
    assert_eq!((file.acknowledged(), file.path()), (position, Some(&*path)));
    let further = Position {
        offset: places[2000],
        index: 2000,
    };
    file.acknowledge(further).unwrap();
    let opened = open(&path).unwrap();
    assert_eq!(
        (opened.segment.acknowledged(), opened.segment.identity()),
        (further, Some(&IDENTITY))
    );

    // The place is taken: an error, and what lies there stays.
    assert!(memory.spill(&path).is_err());
    assert_eq!(memory.acknowledged(), position);
    assert!(path.exists());
}

#[test]
fn after_a_failed_write_nothing_is_appended() {
    let (_folder, path) = place();
    drop(create(&path, Medium::Written).unwrap());
    // A file that cannot be written to.
    let file = std::fs::File::open(&path).unwrap();
    let storage = storage::Storage::file(file, &path);
    let mut writer = Writer::new(Segment::new(storage, IDENTITY).into(), CAPACITY);
    let record = Given::new("", "{}");
    assert!(matches!(writer.append(&record.frame()), Err(AppendError::Io(_))));
    assert!(matches!(writer.append(&record.frame()), Err(AppendError::Full)));
    assert_eq!((writer.count(), writer.end(), writer.room()), (0, RECORDS, 0));
}

#[test]
fn sealing_cuts_off_what_a_failed_write_left() {
    let (_folder, path) = place();
    let mut writer = create(&path, Medium::Written).unwrap();
    append_all(&mut writer, &examples(5));
    let segment = writer.segment().clone();
    segment.storage.write(writer.end(), &[b"half a record"]).unwrap();
    writer.seal().unwrap();
    let read = recover(&bytes_of(&segment));
    assert_eq!((read.indices(), read.lost()), (vec![0, 1, 2, 3, 4], 0));
}
