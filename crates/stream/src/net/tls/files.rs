//! What can be configured about TLS.

use std::path::PathBuf;

/// The files that TLS needs, all in PEM. They are read when a connection is opened, and again after each failure, so
/// that whoever renews them need not restart anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct TlsFiles {
    /// Whom to trust, and nobody else.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) client_certificate: Option<ClientCertificate>,
    /// Whether anybody may be the server.
    pub(crate) unverified: bool,
    pub(crate) minimum: TlsVersion,
}

impl TlsFiles {
    /// Whether something was said about TLS.
    pub(crate) fn is_given(&self) -> bool {
        let TlsFiles {
            ca_file,
            client_certificate,
            unverified,
            minimum,
        } = self;
        ca_file.is_some() || client_certificate.is_some() || *unverified || *minimum != TlsVersion::default()
    }
}

/// A version of TLS. Those before 1.2 are not secure, and there are none here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2.
    #[default]
    V1_2,
    /// TLS 1.3.
    V1_3,
}

/// Where the certificate is by which a server knows us, and its key.
#[derive(Debug, Clone)]
pub(crate) struct ClientCertificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}
