//! A server's address, as the spool shows it, and the name of the folder for it.
//!
//! The name is `<host>-<address>-<secrets>`: the host for people, with `_` for what could mean something to a file
//! system and cut at 64 characters; 16 hexadecimal digits of the SHA-256 of scheme, host, port and path; 16 of
//! the HMAC-SHA-256 of what is secret, keyed with the salt. Folders of the same address under other tokens are
//! found by all but the last part, and recognized by the file `destination` in them, whose form is
//!
//! ```text
//! tnt4 spool 1
//! scheme https
//! host data.jkoolcloud.com
//! port 443
//! path /JESL
//! ```
//!
//! with `%` and two hexadecimal digits for each byte of a control character or space.

use std::fmt::Write as _;

use ring::digest;

use super::salt::{Salt, hex};

/// A server's address without what may be secret: no user, no query string, no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) scheme: String,
    /// A name, or an address of IPv4 or IPv6.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// For MQTT nothing.
    pub(crate) path: String,
}

impl Address {
    /// The content of the file `destination`.
    pub(super) fn text(&self) -> String {
        let Address {
            scheme,
            host,
            port,
            path,
        } = self;
        let [scheme, host, path] = [scheme, host, path].map(|value| on_one_line(value));
        format!("tnt4 spool 1\nscheme {scheme}\nhost {host}\nport {port}\npath {path}\n")
    }

    /// The address in a file `destination`. Escaped bytes stay escaped, as it is for people and tools.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut value = |name: &str| {
            let (found, value) = lines.next()?.split_once(' ')?;
            (found == name).then(|| value.to_owned())
        };
        value("tnt4").filter(|version| version == "spool 1")?;
        Some(Address {
            scheme: value("scheme")?,
            host: value("host")?,
            port: value("port")?.parse().ok()?,
            path: value("path")?,
        })
    }

    /// The name of the folder for this address and these secrets.
    pub(super) fn folder_name(&self, salt: &Salt, secrets: &[&str]) -> String {
        format!("{}{}", self.folder_prefix(), salt.digest(secrets))
    }

    /// What the names of all folders for this address begin with.
    pub(super) fn folder_prefix(&self) -> String {
        let digest = digest::digest(&digest::SHA256, self.text().as_bytes());
        format!("{}-{}-", readable(&self.host), hex(digest.as_ref(), 8))
    }
}

/// The host, as far as it can be a part of a file's name on any system.
fn readable(host: &str) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut name: String = host
        .chars()
        .take(64)
        .map(|character| match character.to_ascii_lowercase() {
            plain @ ('a'..='z' | '0'..='9' | '-' | '.') => plain,
            _ => '_',
        })
        .collect();
    // A leading dot would hide it, a leading dash makes an option of it.
    if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        name.insert(0, '_');
    }
    name
}

fn on_one_line(value: &str) -> String {
    let mut line = String::with_capacity(value.len());
    for character in value.chars() {
        if character.is_control() || character.is_whitespace() {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(line, "%{byte:02X}");
            }
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(host: &str, path: &str) -> Address {
        Address {
            scheme: "https".to_owned(),
            host: host.to_owned(),
            port: 443,
            path: path.to_owned(),
        }
    }

    fn name(address: &Address, secrets: &[&str]) -> String {
        address.folder_name(&Salt::new(&[7; 32]), secrets)
    }

    #[test]
    fn hosts_can_be_recognized() {
        for (host, shown) in [
            ("data.jkoolcloud.com", "data.jkoolcloud.com-"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example-"),
            ("[::1]", "___1-"),
            ("2001:db8::1", "2001_db8__1-"),
            ("..", "_..-"),
            ("", "_-"),
            ("-rf", "_-rf-"),
        ] {
            let name = name(&address(host, "/"), &["token"]);
            assert_eq!(&name[..name.len() - 33], shown);
        }
    }

    #[test]
    fn every_part_of_the_address_and_each_secret_counts() {
        let first = address("h", "/a");
        let other_port = Address {
            port: 80,
            ..first.clone()
        };
        let other_scheme = Address {
            scheme: "http".to_owned(),
            ..first.clone()
        };
        let mut names = vec![
            name(&first, &["token", ""]),
            name(&first, &["token", "x=1"]),
            name(&first, &["other", ""]),
            name(&address("h", "/b"), &["token", ""]),
            name(&other_port, &["token", ""]),
            name(&other_scheme, &["token", ""]),
        ];
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 6);
    }

    proptest! {
        #[test]
        fn any_host_makes_a_safe_name(host in ".*", path in ".*", token in "[A-Z]{12,40}", other in ".*") {
            let address = address(&host, &path);
            let name = name(&address, &[&token, &other]);
            prop_assert!(name.len() <= 100);
            prop_assert!(name.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_'));
            prop_assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c)));
            prop_assert!(!name.to_ascii_uppercase().contains(&token));
            prop_assert!(name.starts_with(&address.folder_prefix()));
            prop_assert_eq!(name.len(), address.folder_prefix().len() + 16);
        }

        #[test]
        fn what_was_written_is_read(host in "[a-z.:\\[\\]]{0,20}", path in "/[!-~]*") {
            let address = address(&host, &path);
            prop_assert_eq!(Address::parse(&address.text()), Some(address));
        }

        #[test]
        fn any_text_is_read_or_not(text in "(.|\n)*") {
            let _ = Address::parse(&text);
        }

        #[test]
        fn any_address_stays_on_its_lines(host in "\\PC*|.*", path in "(.|\n|\r)*") {
            let text = address(&host, &path).text();
            prop_assert_eq!(text.lines().count(), 5);
            prop_assert!(!text.contains('\r'));
        }
    }
}
