//! What to say when TLS fails: what happened, and what to do about it.

use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

/// What went wrong, and what to do about it.
pub(crate) fn words(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(reason) => format!(
            "the server's certificate is refused: {} ({reason:?})",
            remedy(reason)
        ),
        Error::InvalidMessage(_) => format!("TLS handshake failed ({error}): does this port speak TLS?"),
        Error::AlertReceived(alert) => alerted(*alert).map_or_else(
            || format!("TLS failed: {error}"),
            |words| format!("{words} ({error})"),
        ),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => format!("{TOO_OLD} ({error})"),
        _ => format!("TLS failed: {error}"),
    }
}

const TOO_OLD: &str = "the server speaks no TLS 1.2 or later: it has to be updated";

fn remedy(reason: &CertificateError) -> &'static str {
    match reason {
        CertificateError::UnknownIssuer => ISSUER,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired; renew it, and check this machine's clock"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; check this machine's clock"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it was issued for another name; use a name in it as the address"
        }
        // A certificate that signed itself, as an authority, is refused before anybody asks who issued it.
        CertificateError::Other(cause) if format!("{cause:?}").contains("CaUsedAsEndEntity") => {
            "it signed itself; if it is the server's, give it as ca_file, or let SSL_CERT_FILE name its PEM file"
        }
        _ => "it cannot be trusted",
    }
}

const ISSUER: &str = "its issuer is not trusted; give the issuer's certificate as ca_file, or let SSL_CERT_FILE name \
                      its PEM file";

/// What the server means.
fn alerted(alert: AlertDescription) -> Option<&'static str> {
    match alert {
        AlertDescription::CertificateRequired => {
            Some("the server wants a certificate of ours: give client_certificate, with its key")
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => {
            Some("the server does not accept our certificate: check client_certificate")
        }
        AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity => Some(TOO_OLD),
        AlertDescription::HandshakeFailure => Some(
            "the server broke the handshake off: it may want a certificate of ours (client_certificate), \
             or TLS that is too old",
        ),
        AlertDescription::UnrecognisedName => Some("the server does not know this name: check the address"),
        _ => None,
    }
}
