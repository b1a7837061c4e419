//! The files that TLS needs.

use std::path::PathBuf;

/// The files that TLS needs, all in PEM. They are read when a connection is opened, and again after each failure, so
/// that whoever renews them need not restart anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct TlsFiles {
    /// Whom to trust, and nobody else.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) client_certificate: Option<ClientCertificate>,
}

/// Where the certificate is by which a server knows us, and its key.
#[derive(Debug, Clone)]
pub(crate) struct ClientCertificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}
