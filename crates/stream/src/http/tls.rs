//! TLS, 1.2 or later: whom we trust, and what to say when we do not.
//!
//! Trusted are the platform's roots, or those in the file that `SSL_CERT_FILE` names (in the folder of
//! `SSL_CERT_DIR`).

use std::io;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::socket::Socket;

/// A socket with TLS on it.
pub(crate) type TlsSocket = StreamOwned<ClientConnection, Socket>;

/// Reads the roots. The error is in words.
pub(crate) fn config() -> Result<Arc<ClientConfig>, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // A platform's store may hold a certificate or two that nobody can read.
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable == 0 {
        let cause = found
            .errors
            .first()
            .map_or(String::new(), |error| format!(" ({error})"));
        return Err(format!(
            "no trusted root certificate was found{cause}: install ca-certificates, \
             or let SSL_CERT_FILE name a PEM file"
        ));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Shakes hands, within the socket's deadline. The error is in words.
pub(crate) fn shake_hands(
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    socket: Socket,
) -> Result<TlsSocket, String> {
    let client = ClientConnection::new(config, name).map_err(|error| words(&error))?;
    let mut stream = StreamOwned::new(client, socket);
    while stream.conn.is_handshaking() {
        if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
            let cause = error
                .get_ref()
                .and_then(|cause| cause.downcast_ref::<rustls::Error>());
            return Err(cause.map_or_else(|| broken_off(&error), words));
        }
    }
    Ok(stream)
}

fn broken_off(error: &io::Error) -> String {
    format!("TLS handshake broken off ({error}): does this port speak TLS?")
}

/// What went wrong, and what to do about it.
fn words(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(reason) = error else {
        return match error {
            rustls::Error::InvalidMessage(_) => {
                format!("TLS handshake failed ({error}): does this port speak TLS?")
            }
            _ => format!("TLS handshake failed: {error}"),
        };
    };
    let remedy = match reason {
        CertificateError::UnknownIssuer => {
            "its issuer is not trusted; let SSL_CERT_FILE name a PEM file with the issuer's certificate"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired; renew it, and check this machine's clock"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; check this machine's clock"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it was issued for another name; use the name in it as the address"
        }
        _ => "it cannot be trusted",
    };
    format!("the server's certificate is refused: {remedy} ({reason:?})")
}
