//! Certificates that a user has named to the letter.
//!
//! The usual verifier builds a chain to a root, and takes no certificate of an authority for a server's own. But
//! that is what `openssl req -x509` makes, and naming that very file is how its users expect to trust it. So a
//! server's certificate that is in the file to the last byte is trusted while it is valid and for the names that it
//! bears; the handshake proves that the server has its key. Whoever named it trusts it to sign for any name anyway.
//! Every other certificate is left to the usual verifier.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::validity::Validity;

/// The usual verifier, and the certificates that were named.
#[derive(Debug)]
pub(super) struct Verifier {
    chains: Arc<WebPkiServerVerifier>,
    named: Vec<CertificateDer<'static>>,
}

impl Verifier {
    pub(super) fn new(chains: Arc<WebPkiServerVerifier>, named: Vec<CertificateDer<'static>>) -> Self {
        Verifier { chains, named }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if !self
            .named
            .iter()
            .any(|named| named.as_ref() == certificate.as_ref())
        {
            return self
                .chains
                .verify_server_cert(certificate, intermediates, name, ocsp, now);
        }
        let validity = Validity::of(certificate).ok_or(CertificateError::BadEncoding)?;
        if now.as_secs() < validity.not_before.seconds {
            return Err(CertificateError::NotValidYet.into());
        }
        if now.as_secs() > validity.not_after.seconds {
            return Err(CertificateError::Expired.into());
        }
        verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}
