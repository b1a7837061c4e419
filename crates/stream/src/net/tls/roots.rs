//! Whom we trust: the first of these that is given, and nobody else.
//!
//! 1. the option `ca_file`,
//! 2. `SSL_CERT_FILE` and `SSL_CERT_DIR`, as OpenSSL reads them,
//! 3. `REQUESTS_CA_BUNDLE`, as Python's requests reads it,
//! 4. the platform's store.
//!
//! Each may be a file in PEM or a folder of such files. What is given and cannot be used is an error: to fall back
//! to the platform's roots would trust somebody whom the user has left out.

use std::env;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls_native_certs::{CertificateResult, ErrorKind, load_certs_from_paths, load_native_certs};

const BY_OPENSSL: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
const BY_REQUESTS: &str = "REQUESTS_CA_BUNDLE";

/// Whom we trust.
pub(super) struct Trusted {
    pub(super) roots: RootCertStore,
    /// The certificates that a user has named, rather than the platform.
    pub(super) named: Vec<CertificateDer<'static>>,
}

/// Reads the certificates. The error is in words.
pub(super) fn read(ca_file: Option<&Path>) -> Result<Trusted, String> {
    if let Some(path) = ca_file {
        return trust(load(path), &format!("ca_file {}", path.display()), true);
    }
    let given = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if let Some(name) = BY_OPENSSL.iter().find(|name| given(name)) {
        return trust(load_native_certs(), name, true);
    }
    match env::var_os(BY_REQUESTS).filter(|value| !value.is_empty()) {
        Some(value) => trust(load(&PathBuf::from(value)), BY_REQUESTS, true),
        None => trust(load_native_certs(), "the platform's store", false),
    }
}

fn load(path: &Path) -> CertificateResult {
    if path.is_dir() {
        load_certs_from_paths(None, Some(path))
    } else {
        load_certs_from_paths(Some(path), None)
    }
}

fn trust(found: CertificateResult, source: &str, named: bool) -> Result<Trusted, String> {
    let mut roots = RootCertStore::empty();
    let mut kept = Vec::new();
    for certificate in found.certs {
        // A store may hold a certificate or two that nobody can read.
        if roots.add(certificate.clone()).is_ok() && named {
            kept.push(certificate);
        }
    }
    if roots.is_empty() {
        let cause = found
            .errors
            .first()
            .map_or_else(|| "it holds none in PEM".to_owned(), cause_of);
        return Err(format!(
            "no trusted certificate was found in {source} ({cause}): {}",
            remedy(named)
        ));
    }
    Ok(Trusted { roots, named: kept })
}

/// Without the file's content, which may be a key that was named by mistake.
fn cause_of(error: &rustls_native_certs::Error) -> String {
    match &error.kind {
        ErrorKind::Io { inner, path } => format!("{}: {inner}", path.display()),
        _ => "it is not PEM".to_owned(),
    }
}

fn remedy(named: bool) -> &'static str {
    if named {
        "name a readable file with BEGIN CERTIFICATE lines, or a folder of such files"
    } else {
        "install ca-certificates, or name a PEM file by ca_file or SSL_CERT_FILE"
    }
}
