//! The same is true of memory, of mapped files and of written ones.

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

#[derive(Debug, Clone, Copy)]
enum Kind {
    Memory,
    Mapped,
    Written,
    Sparse,
}

const KINDS: [Kind; 4] = [Kind::Memory, Kind::Mapped, Kind::Written, Kind::Sparse];

impl Kind {
    fn writer(self, capacity: u64) -> (TempDir, Writer) {
        let (folder, path) = place();
        let writer = match self {
            Kind::Memory => Writer::memory(&IDENTITY, capacity),
            Kind::Mapped => Writer::create(&path, &IDENTITY, capacity, Medium::Mapped),
            Kind::Written => Writer::create(&path, &IDENTITY, capacity, Medium::Written),
            Kind::Sparse => Writer::create_sparse(&path, &IDENTITY, capacity),
        };
        (folder, writer.unwrap())
    }
}

fn given() -> impl Strategy<Value = Given> {
    let body = prop_oneof![
        8 => proptest::collection::vec(b' '..=b'~', 0..80),
        1 => proptest::collection::vec(b' '..=b'~', 3000..9000),
    ];
    (any::<bool>(), "[a-zä/]{0,9}", body).prop_map(|(grave, key, body)| Given { grave, key, body })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_appended_is_read_back(
        records in proptest::collection::vec(given(), 0..40),
        window in 1_usize..20_000,
    ) {
        let capacity = RECORDS + 512 * 1024;
        let mut images = Vec::new();
        for kind in KINDS {
            let (_folder, mut writer) = kind.writer(capacity);
            let places = append_all(&mut writer, &records);
            prop_assert_eq!(writer.count() as usize, records.len());
            prop_assert_eq!(writer.room(), capacity - writer.end());
            let segment = writer.segment().clone();
            // What is committed, seen while there is still a writer; and all of it, as recovery sees it.
            for limit in [writer.end(), segment.length().unwrap()] {
                let mut scanner = Scanner::with_window(&*segment, Position::START, limit, window);
                let read = harvest(&mut scanner);
                prop_assert!(read.damage.is_empty(), "{:?} {:?}", kind, read.damage);
                let contents: Vec<Given> = read.records.into_iter().map(|(_, given)| given).collect();
                prop_assert_eq!(&contents, &records);
                prop_assert_eq!(scanner.position(), writer.position());
            }
            writer.seal().unwrap();
            prop_assert_eq!(Some(&segment.length().unwrap()), places.last());
            images.push(bytes_of(&segment));
        }
        prop_assert!(images.iter().all(|image| *image == images[0]));
    }
}

#[test]
fn a_full_segment_says_so_and_stays_whole() {
    let records = examples(400);
    for kind in KINDS {
        let (_folder, mut writer) = kind.writer(RECORDS + 4096);
        let appended = records
            .iter()
            .map_while(|record| match writer.append(&record.frame()) {
                Ok(end) => Some(end),
                Err(AppendError::Full) => None,
                Err(AppendError::Io(error)) => panic!("{kind:?}: {error}"),
            });
        let count = appended.count();
        assert!(count > 20 && count < 400, "{kind:?}: {count}");
        assert!(records[count].frame().size() > writer.room());
        // A smaller one may still go.
        let small = Given::new("", "");
        let more = usize::from(writer.append(&small.frame()).is_ok());
        let segment = writer.segment().clone();
        writer.seal().unwrap();
        let read = recover(&bytes_of(&segment));
        assert_eq!((read.records.len(), read.lost()), (count + more, 0));
    }
}

#[test]
fn a_segment_can_be_filled_to_its_last_byte() {
    let record = Given::new("key", "{\"body\":1234}");
    let size = record.frame().size();
    for kind in KINDS {
        let (_folder, mut writer) = kind.writer(RECORDS + 3 * size);
        append_all(&mut writer, &[record.clone(), record.clone(), record.clone()]);
        assert_eq!(writer.room(), 0);
        assert!(matches!(writer.append(&record.frame()), Err(AppendError::Full)));
        assert_eq!(recover(&bytes_of(writer.segment())).indices(), [0, 1, 2]);
    }
}

#[test]
fn the_longest_record_goes_through() {
    let longest = Given {
        grave: true,
        key: "k".repeat(LONGEST_KEY),
        body: vec![b'b'; LONGEST_BODY],
    };
    for kind in KINDS {
        let (_folder, mut writer) = kind.writer(4 << 20);
        append_all(
            &mut writer,
            &[Given::new("", "{}"), longest.clone(), Given::new("", "[]")],
        );
        let read = recover(&bytes_of(writer.segment()));
        assert_eq!((read.indices(), read.lost()), (vec![0, 1, 2], 0));
        assert_eq!(read.records[1].1, longest);
    }
}

#[test]
fn a_reader_follows_the_writer() {
    for kind in KINDS {
        let (_folder, mut writer) = kind.writer(RECORDS + 8192);
        let mut scanner = Scanner::new(writer.segment().clone(), Position::START, writer.end());
        for (index, record) in examples(30).iter().enumerate() {
            assert_eq!(scanner.next().unwrap(), None);
            scanner.raise_limit(writer.append(&record.frame()).unwrap());
            let Some(Found::Record(read)) = scanner.next().unwrap() else {
                panic!("{kind:?}: {index} is not there");
            };
            assert!(
                read.index as usize == index && record.is(&read),
                "{kind:?}: {read:?}"
            );
        }
    }
}

#[test]
fn pages_may_be_prepared_at_any_time() {
    for kind in KINDS {
        let (_folder, mut writer) = kind.writer(1 << 20);
        let records = examples(50);
        append_all(&mut writer, &records[..25]);
        let segment = writer.segment().clone();
        segment.sync_data().unwrap();
        segment.populate(writer.end()..writer.end() + 100_000);
        segment.populate(0..u64::MAX);
        append_all(&mut writer, &records[25..]);
        writer.seal().unwrap();
        segment.populate(0..1 << 20);
        assert_eq!(recover(&bytes_of(&segment)).records.len(), 50);
    }
}

#[test]
fn readers_on_other_threads_see_what_was_committed() {
    for kind in KINDS {
        let (_folder, mut writer) = kind.writer(1 << 20);
        let segment = writer.segment().clone();
        let (sender, receiver) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut scanner = Scanner::new(segment, Position::START, RECORDS);
            let mut contents = Vec::new();
            for limit in receiver {
                scanner.raise_limit(limit);
                let read = harvest(&mut scanner);
                assert!(read.damage.is_empty(), "{kind:?}: {:?}", read.damage);
                contents.extend(read.records.into_iter().map(|(_, given)| given));
            }
            contents
        });
        let records = examples(2000);
        for record in &records {
            sender.send(writer.append(&record.frame()).unwrap()).unwrap();
        }
        drop(sender);
        assert!(reader.join().unwrap() == records, "{kind:?}");
    }
}
