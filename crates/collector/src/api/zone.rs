//! Time zones by the names that clients send.

use jiff::tz::TimeZone;

/// The zone of this name, or the server's where none is given.
///
/// # Errors
/// What is wrong with the name, for the caller.
pub(super) fn find(name: Option<&str>) -> Result<TimeZone, String> {
    match name {
        None => Ok(TimeZone::system()),
        Some(name) => TimeZone::get(name).map_err(|_| {
            format!("jk_tz: there is no time zone {name:?}; write it as Europe/Berlin or Etc/UTC")
        }),
    }
}

/// The name that a reply shows.
pub(super) fn shown(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some("UTC" | "Etc/UTC" | "Etc/UCT" | "Etc/Zulu") => "Coordinated Universal Time".to_owned(),
        Some(name) => name.to_owned(),
        None if *zone == TimeZone::UTC => "Coordinated Universal Time".to_owned(),
        None => "local time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_their_java_names() {
        assert_eq!(
            shown(&find(Some("Etc/UTC")).unwrap()),
            "Coordinated Universal Time"
        );
        assert_eq!(shown(&find(Some("GMT")).unwrap()), "GMT");
        assert_eq!(shown(&find(Some("Europe/Vilnius")).unwrap()), "Europe/Vilnius");
        assert!(find(Some("Mars/Olympus")).is_err());
        assert!(!shown(&find(None).unwrap()).is_empty());
    }
}
