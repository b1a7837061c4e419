//! Each enumeration's names, aliases and ordinals, as the vendor's servers number them.

use tnt4_model::{ActivityStatus, CompCode, EventType, Severity, SourceType};

/// One table a type: every name in its own order, and every alias with the name it stands for.
macro_rules! table {
    ($test:ident, $type:ident, [$($name:literal = $ordinal:literal),+], [$($alias:literal => $meant:literal),*]) => {
        #[test]
        fn $test() {
            let names = [$(($name, $ordinal)),+];
            assert_eq!($type::ALL.len(), names.len(), "a value is missing from this table");
            for (name, ordinal) in names {
                let value = $type::from_name(name).expect(name);
                assert_eq!(i64::from(value.ordinal()), ordinal, "{name}");
                assert_eq!(value.name(), name);
                assert_eq!(value.to_string(), name);
                assert_eq!($type::from_ordinal(ordinal), Some(value));
                assert_eq!($type::from_name(&name.to_lowercase()), Some(value));
            }
            let aliases: &[(&str, &str)] = &[$(($alias, $meant)),*];
            for (alias, meant) in aliases {
                assert_eq!($type::from_name(alias), $type::from_name(meant), "{alias}");
            }
            assert_eq!($type::from_name("no such word"), None);
            assert_eq!($type::from_name(""), None);
            assert_eq!($type::from_ordinal(-1), None);
            assert_eq!($type::from_ordinal(i64::from(u8::MAX) + 1), None);
        }
    };
}

table!(severity, Severity,
    ["NONE" = 0, "TRACE" = 1, "DEBUG" = 2, "INFO" = 3, "NOTICE" = 4, "WARNING" = 5, "ERROR" = 6,
     "FAILURE" = 7, "CRITICAL" = 8, "FATAL" = 9, "HALT" = 10],
    ["Warn" => "WARNING", "err" => "ERROR", "crit" => "CRITICAL", "emerg" => "FATAL", "severe" => "ERROR"]);
table!(comp_code, CompCode, ["SUCCESS" = 0, "WARNING" = 1, "ERROR" = 2], ["OK" => "SUCCESS", "ok" => "SUCCESS"]);
table!(
    activity_status,
    ActivityStatus,
    ["UNKNOWN" = 0, "BEGIN" = 1, "END" = 2, "EXCEPTION" = 3],
    []
);
table!(
    event_type,
    EventType,
    [
        "OTHER" = 0,
        "NOOP" = 1,
        "CALL" = 2,
        "ACTIVITY" = 3,
        "EVENT" = 4,
        "SNAPSHOT" = 5,
        "START" = 6,
        "STOP" = 7,
        "OPEN" = 8,
        "CLOSE" = 9,
        "SEND" = 10,
        "RECEIVE" = 11,
        "INQUIRE" = 12,
        "SET" = 13,
        "BROWSE" = 14,
        "ADD" = 15,
        "UPDATE" = 16,
        "REMOVE" = 17,
        "CLEAR" = 18,
        "LOG" = 19,
        "DATASET" = 20
    ],
    []
);

#[test]
fn severities_compare_by_ordinal() {
    assert!(Severity::Halt > Severity::Fatal && Severity::Info < Severity::Notice);
    assert_eq!(Severity::default(), Severity::Info);
}

#[test]
fn source_types_keep_unknown_words() {
    let words = [
        "GENERIC",
        "USER",
        "APPL",
        "PROCESS",
        "APPSERVER",
        "SERVER",
        "RUNTIME",
        "VIRTUAL",
        "NETWORK",
        "DEVICE",
        "NETADDR",
        "GEOADDR",
        "DATACENTER",
        "DATASTORE",
        "CACHE",
        "SERVICE",
        "QUEUE",
        "FILE",
        "TOPIC",
    ];
    assert_eq!(SourceType::known().count(), words.len());
    for word in words {
        let kind = SourceType::from_word(&word.to_lowercase());
        assert!(!matches!(kind, SourceType::Other(_)), "{word}");
        assert_eq!(kind.to_string(), word);
    }
    assert_eq!(
        SourceType::from_word("Broker"),
        SourceType::Other("Broker".to_owned())
    );
    assert_eq!(SourceType::from_word("Broker").word(), "Broker");
}
