//! TLS, 1.2 or later.
//!
//! [`roots`] says whom we trust and [`pinned`] adds what a user has named to the letter; [`client_certificate`] is
//! who we are, where a server asks; [`unverified`] trusts anybody, where a user insists; [`mod@words`] says what went wrong, and what to do. [`validity`] is what we read of a
//! certificate ourselves.

mod client_certificate;
mod files;
mod pinned;
mod roots;
mod unverified;
mod validity;
mod words;

use std::io;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, StreamOwned, SupportedProtocolVersion};

use super::socket::Socket;
pub use files::TlsVersion;
pub(crate) use files::{ClientCertificate, TlsFiles};
pub(crate) use validity::Validity;
pub(crate) use words::words;

/// A socket with TLS on it.
pub(crate) type TlsSocket = StreamOwned<ClientConnection, Socket>;

/// Reads the files. The error is in words.
pub(crate) fn config(files: &TlsFiles) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let not_set_up = |error: &dyn std::fmt::Display| format!("TLS cannot be set up: {error}");
    let verifier: Arc<dyn ServerCertVerifier> = if files.unverified {
        Arc::new(unverified::Verifier::new(&provider))
    } else {
        let trusted = roots::read(files.ca_file.as_deref())?;
        let chains = WebPkiServerVerifier::builder_with_provider(trusted.roots.into(), Arc::clone(&provider))
            .build()
            .map_err(|error| not_set_up(&error))?;
        Arc::new(pinned::Verifier::new(chains, trusted.named))
    };
    let versions: &[&SupportedProtocolVersion] = match files.minimum {
        TlsVersion::V1_2 => &[&TLS12, &TLS13],
        TlsVersion::V1_3 => &[&TLS13],
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(|error| not_set_up(&error))?
        // What they do otherwise than the usual verifier is told in their rooms.
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let config = match &files.client_certificate {
        None => config.with_no_client_auth(),
        Some(files) => {
            let (chain, key) = client_certificate::read(files)?;
            config
                .with_client_auth_cert(chain, key)
                .map_err(|error| client_certificate::unusable(files, &error))?
        }
    };
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
