//! Names of sources are read as they are, and built only as they can be read again.

use tnt4_model::{SourceFqn, SourceFqnError, SourceType};

const EXAMPLE: &str =
    "APPL=PythonStreaming#SERVER=PythonServer100#NETADDR=11.0.0.2#DATACENTER=DC1#GEOADDR=52.52437,13.41053";

#[test]
fn components_come_innermost_first() {
    let fqn = SourceFqn::parse(EXAMPLE).unwrap();
    let words: Vec<_> = fqn
        .components()
        .map(|(kind, name)| format!("{kind}:{name}"))
        .collect();
    assert_eq!(
        words,
        [
            "APPL:PythonStreaming",
            "SERVER:PythonServer100",
            "NETADDR:11.0.0.2",
            "DATACENTER:DC1",
            "GEOADDR:52.52437,13.41053"
        ]
    );
    assert_eq!(fqn.component(&SourceType::Server), Some("PythonServer100"));
    assert_eq!(fqn.component(&SourceType::Queue), None);
    assert_eq!(fqn.to_string(), EXAMPLE);
}

#[test]
fn names_may_hold_equals_signs_and_commas() {
    let fqn = SourceFqn::parse("CLUSTER=a2V5=#GEOADDR=New York, NY").unwrap();
    let cluster = SourceType::Other("CLUSTER".to_owned());
    assert_eq!(fqn.component(&cluster), Some("a2V5="));
    assert_eq!(fqn.component(&SourceType::GeoAddr), Some("New York, NY"));
    assert_eq!(fqn.coordinates(), None);
}

#[test]
fn coordinates_are_read_with_and_without_parentheses() {
    let at = |place: &str| SourceFqn::from_wire(format!("APPL=a#GEOADDR={place}")).coordinates();
    assert_eq!(at("52.52437,13.41053"), Some((52.52437, 13.41053)));
    assert_eq!(at("(40.8, -73.4)"), Some((40.8, -73.4)));
    assert_eq!(at("91,0"), None);
    assert_eq!(at("1,181"), None);
    assert_eq!(at("NaN,1"), None);
    assert_eq!(at("Berlin"), None);
}

#[test]
fn what_is_built_is_what_is_parsed() {
    let built = SourceFqn::builder()
        .component(&SourceType::Appl, "PythonStreaming")
        .component(&SourceType::Server, "PythonServer100")
        .component(&SourceType::NetAddr, "11.0.0.2")
        .component(&SourceType::DataCenter, "DC1")
        .component(&SourceType::GeoAddr, "52.52437,13.41053")
        .build()
        .unwrap();
    assert_eq!(built, SourceFqn::parse(EXAMPLE).unwrap());
}

#[test]
fn what_cannot_be_read_again_is_not_built() {
    let one = |kind: &SourceType, name: &str| SourceFqn::builder().component(kind, name).build();
    assert_eq!(SourceFqn::builder().build(), Err(SourceFqnError::Empty));
    assert!(matches!(
        one(&SourceType::Appl, "C#"),
        Err(SourceFqnError::Divider { character: '#', .. })
    ));
    let odd = SourceType::Other("A=B".to_owned());
    assert!(matches!(
        one(&odd, "x"),
        Err(SourceFqnError::Divider { character: '=', .. })
    ));
    assert!(matches!(
        one(&SourceType::Appl, ""),
        Err(SourceFqnError::NotAPair { .. })
    ));
}

#[test]
fn malformed_names_are_refused_by_parse_and_kept_from_the_wire() {
    for text in ["=", "APPL", "APPL=", "=x", "APPL=a##SERVER=b", "APPL=a#"] {
        assert!(
            matches!(SourceFqn::parse(text), Err(SourceFqnError::NotAPair { .. })),
            "{text}"
        );
        assert_eq!(SourceFqn::from_wire(text).as_str(), text);
    }
    assert_eq!(SourceFqn::parse(""), Err(SourceFqnError::Empty));
    let half = SourceFqn::from_wire("nonsense#SERVER=web1#=");
    assert_eq!(
        half.components().collect::<Vec<_>>(),
        [(SourceType::Server, "web1")]
    );
}
