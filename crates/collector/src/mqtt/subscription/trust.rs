//! Which brokers are trusted: those whose certificates lead to a file that was named, or else to the platform's roots.
//! `SSL_CERT_FILE` and `SSL_CERT_DIR` count as the platform's.

use std::path::Path;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::{load_certs_from_paths, load_native_certs};

/// The settings of TLS. The error is in words.
pub(crate) fn trust(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let found = match ca_file {
        None => load_native_certs(),
        Some(path) if path.is_dir() => load_certs_from_paths(None, Some(path)),
        Some(path) => load_certs_from_paths(Some(path), None),
    };
    let mut roots = RootCertStore::empty();
    // A store may hold a certificate or two that nobody can read.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(match ca_file {
            Some(path) => format!(
                "no certificate was found in {}: name a readable file with BEGIN CERTIFICATE lines by --ca-file",
                path.display()
            ),
            None => {
                "this machine trusts no certificate: install ca-certificates, or name a PEM file by --ca-file"
                    .to_owned()
            }
        });
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
