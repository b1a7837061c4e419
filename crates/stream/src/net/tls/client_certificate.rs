//! The certificate by which a server knows us, and its key, from files in PEM.
//!
//! No error repeats what is in the files.

use std::fmt::Display;
use std::path::Path;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::ClientCertificate;

/// Reads certificate, with its chain, and key. The error is in words.
pub(super) fn read(
    files: &ClientCertificate,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
    let path = &files.certificate;
    let chain = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .and_then(|chain| {
            if chain.is_empty() {
                Err(pem::Error::NoItemsFound)
            } else {
                Ok(chain)
            }
        })
        .map_err(|error| cannot_read("client certificate", path, &error, "BEGIN CERTIFICATE"))?;
    let path = &files.key;
    let key = PrivateKeyDer::from_pem_file(path)
        .map_err(|error| cannot_read("client certificate's key", path, &error, "BEGIN PRIVATE KEY"))?;
    Ok((chain, key))
}

/// Words for files that were read, but cannot be used.
pub(super) fn unusable(files: &ClientCertificate, error: &rustls::Error) -> String {
    let (certificate, key) = (files.certificate.display(), files.key.display());
    match error {
        rustls::Error::InconsistentKeys(_) => {
            format!(
                "the key {key} does not belong to the client certificate {certificate}: give the right pair"
            )
        }
        _ => format!("the client certificate {certificate} and its key {key} cannot be used: {error}"),
    }
}

fn cannot_read(what: &str, path: &Path, error: &pem::Error, wanted: &str) -> String {
    let cause: &dyn Display = match error {
        pem::Error::Io(error) => error,
        _ => &"it is not PEM",
    };
    format!(
        "the {what} cannot be read from {} ({cause}): give a readable file with a {wanted} line, unencrypted",
        path.display()
    )
}
