//! From when until when a certificate is valid: the one thing that we read of certificates ourselves.
//!
//! RFC 5280: `Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version OPTIONAL, serialNumber INTEGER,
//! signature SEQUENCE, issuer SEQUENCE, validity SEQUENCE { notBefore, notAfter }, … } … }`, in DER; a time is a
//! `UTCTime` (`YYMMDDHHMMSSZ`, of 1950 to 2049) or a `GeneralizedTime` (`YYYYMMDDHHMMSSZ`).

use super::super::date;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// From when until when a certificate is valid, both included.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Validity {
    pub(crate) not_before: Moment,
    pub(crate) not_after: Moment,
}

/// A second.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Since 1970; 0 for what was before.
    pub(crate) seconds: u64,
    /// `2026-01-31`
    pub(crate) day: String,
}

impl Validity {
    /// Reads it; `None` where the bytes are no certificate.
    pub(crate) fn of(certificate: &[u8]) -> Option<Self> {
        let (certificate, _) = element(certificate, SEQUENCE)?;
        let (signed, _) = element(certificate, SEQUENCE)?;
        let rest = element(signed, VERSION).map_or(signed, |(_, rest)| rest);
        let (_, rest) = element(rest, INTEGER)?;
        let (_, rest) = element(rest, SEQUENCE)?;
        let (_, rest) = element(rest, SEQUENCE)?;
        let (validity, _) = element(rest, SEQUENCE)?;
        let (not_before, rest) = moment(validity)?;
        let (not_after, _) = moment(rest)?;
        Some(Validity {
            not_before,
            not_after,
        })
    }
}

/// The content of the element of this tag at the front of `bytes`, and what follows it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (short, rest) = rest.split_first().filter(|_| *first == tag)?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(*short), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(short - 0x80))?;
            let length = digits
                .iter()
                .fold(0_u64, |length, digit| length << 8 | u64::from(*digit));
            (usize::try_from(length).ok()?, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

fn moment(bytes: &[u8]) -> Option<(Moment, &[u8])> {
    let (digits, rest, century) = match element(bytes, UTC_TIME) {
        Some((text, rest)) => {
            let (years, _) = text.split_at_checked(2)?;
            (text, rest, if *years < b"50"[..] { "20" } else { "19" })
        }
        None => element(bytes, GENERALIZED_TIME).map(|(text, rest)| (text, rest, ""))?,
    };
    let text = format!("{century}{}", std::str::from_utf8(digits).ok()?);
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let well_formed =
        text.len() == 15 && text.ends_with('Z') && text.bytes().take(14).all(|byte| byte.is_ascii_digit());
    if !well_formed {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let time = [number(8, 10)?, number(10, 12)?, number(12, 14)?];
    let seconds = if year < 1970 {
        0
    } else {
        date::seconds_since_1970([year, month, day], time)?
    };
    let day = format!("{year:04}-{month:02}-{day:02}");
    Some((Moment { seconds, day }, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    use super::*;

    fn fixture(name: &str) -> CertificateDer<'static> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        CertificateDer::from_pem_file(format!("{folder}/{name}")).unwrap()
    }

    #[test]
    fn both_kinds_of_time_are_read() {
        let expired = Validity::of(&fixture("expired.pem")).unwrap();
        assert_eq!(
            (expired.not_before.seconds, expired.not_after.seconds),
            (1_577_836_800, 1_609_459_200)
        );
        let server = Validity::of(&fixture("server.pem")).unwrap();
        assert_eq!(
            (server.not_before.day.as_str(), server.not_after.day.as_str()),
            ("2026-01-01", "2125-01-01")
        );
    }

    proptest! {
        #[test]
        fn no_bytes_are_fatal(bytes in prop::collection::vec(any::<u8>(), 0..100), at in any::<prop::sample::Index>()) {
            let _ = Validity::of(&bytes);
            let mut certificate = fixture("server.pem").to_vec();
            let at = at.index(certificate.len() - bytes.len());
            certificate[at..at + bytes.len()].copy_from_slice(&bytes);
            let _ = Validity::of(&certificate);
        }
    }
}
