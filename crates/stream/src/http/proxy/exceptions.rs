//! `NO_PROXY`: hosts that are reached directly.
//!
//! A list, with commas or blanks between its entries. An entry is `*` (every host), a name (`example.org`, with or
//! without a dot or `*.` before it: that host and all below it), an address (`10.0.0.1`, `::1`, `[::1]`) or a network
//! (`10.0.0.0/8`, `fd00::/8`); a name or address may be followed by the only port that is meant (`host:8443`).
//! Entries that are none of this except nobody.

use std::net::IpAddr;

use url::Host;

use crate::net::place::Place;

/// Whether the list names this place.
pub(super) fn is_excepted(place: &Place, list: &str) -> bool {
    list.split(|character: char| character == ',' || character.is_whitespace())
        .filter(|entry| !entry.is_empty())
        .any(|entry| names(entry, place))
}

fn names(entry: &str, place: &Place) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, bits)) = entry.split_once('/') {
        return is_in(network, bits, place).unwrap_or(false);
    }
    let (host, port) = split_port(entry);
    if port.is_some_and(|port| port != place.port.to_string()) {
        return false;
    }
    match (&place.host, place.ip()) {
        (Host::Domain(name), _) => is_below(name, host),
        (_, Some(ip)) => host.parse() == Ok(ip),
        (_, None) => false,
    }
}

/// Separates a port; an IPv6 address has colons of its own, and brackets where a port follows.
fn split_port(entry: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = entry.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':'));
    }
    match entry.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, Some(port)),
        _ => (entry, None),
    }
}

fn is_below(name: &str, suffix: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let suffix = suffix.strip_prefix('*').unwrap_or(suffix);
    let suffix = suffix.trim_matches('.').to_ascii_lowercase();
    let above = name.strip_suffix(&suffix).filter(|_| !suffix.is_empty());
    above.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_in(network: &str, bits: &str, place: &Place) -> Option<bool> {
    let bits: u32 = bits.parse().ok()?;
    let network = network.trim_matches(['[', ']']).parse().ok()?;
    let (network, address, length) = match (network, place.ip()?) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (u128::from(network.to_bits()), u128::from(address.to_bits()), 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits(), address.to_bits(), 128),
        _ => return None,
    };
    let outside = u32::checked_sub(length, bits)?;
    // All bits may be outside: then every address is within.
    Some((network ^ address).checked_shr(outside).unwrap_or(0) == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    fn place(url: &str) -> Place {
        Place::of(&Url::parse(url).unwrap()).unwrap()
    }

    #[track_caller]
    fn assert_excepts(list: &str, excepted: &[&str], others: &[&str]) {
        for url in excepted {
            assert!(is_excepted(&place(url), list), "{list} excepts {url}");
        }
        for url in others {
            assert!(!is_excepted(&place(url), list), "{list} does not except {url}");
        }
    }

    #[test]
    fn names_and_what_is_below_them() {
        let (of_us, below) = ("https://example.org", "https://a.b.example.org");
        for list in [
            "example.org",
            ".example.org",
            "*.example.org",
            "y, EXAMPLE.org.",
            "y example.org",
        ] {
            assert_excepts(
                list,
                &[of_us, below],
                &["https://anexample.org", "https://example.org.x"],
            );
        }
        assert_excepts("*", &[of_us, "http://10.0.0.1", "http://[::1]"], &[]);
        assert_excepts("", &[], &[of_us]);
        assert_excepts(" , .,*., :,/,[", &[], &[of_us, "http://10.0.0.1"]);
    }

    #[test]
    fn ports() {
        assert_excepts(
            "example.org:8443,10.0.0.1:80,[::1]:1",
            &["https://example.org:8443", "http://10.0.0.1", "http://[::1]:1"],
            &["https://example.org", "https://10.0.0.1", "http://[::1]"],
        );
    }

    #[test]
    fn addresses_and_networks() {
        assert_excepts(
            "10.0.0.1,::1",
            &["http://10.0.0.1", "http://[::1]:9"],
            &["http://10.0.0.11"],
        );
        assert_excepts(
            "10.0.0.0/8,192.168.1.128/25,fd00::/8",
            &["http://10.255.0.1", "http://192.168.1.200", "http://[fd12::1]"],
            &[
                "http://11.0.0.1",
                "http://192.168.1.1",
                "http://[fe80::1]",
                "http://a.example",
            ],
        );
        assert_excepts("0.0.0.0/0", &["http://10.0.0.1"], &["http://[::1]"]);
        assert_excepts("::/0", &["http://[::1]"], &["http://10.0.0.1"]);
        assert_excepts(
            "10.0.0.1/32,10.0.0.9/33,10/8",
            &["http://10.0.0.1"],
            &["http://10.0.0.9"],
        );
    }

    proptest! {
        #[test]
        fn no_list_is_fatal(list in "[a-z0-9.:/\\[\\]*, é-]{0,40}") {
            for url in ["http://a.b:1", "http://10.0.0.1", "http://[::1]"] {
                let _ = is_excepted(&place(url), &list);
            }
        }
    }
}
