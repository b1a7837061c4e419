//! Servers that speak TLS, with the certificates of the fixtures.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::server::{Reply, Request, Server, Wrap};

/// The path of a fixture.
pub fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What takes a connection into TLS, under this certificate; clients may have to show one of theirs.
pub fn wrap(certificate: &str, wants_client_certificate: bool) -> Wrap {
    let chain = vec![CertificateDer::from_pem_file(fixture(certificate)).unwrap()];
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let config = if wants_client_certificate {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(fixture("authority.pem")).unwrap())
            .unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        config.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        config.with_no_client_auth()
    };
    let config = Arc::new(config.with_single_cert(chain, key).unwrap());
    Box::new(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).map_err(std::io::Error::other)?;
        Ok(Box::new(StreamOwned::new(connection, stream)))
    })
}

/// A server that takes one object a request, and everything.
pub fn server(certificate: &str) -> Server {
    Server::start_wrapped(wrap(certificate, false), take)
}

/// The same, but clients have to show a certificate that the authority has signed.
pub fn server_that_wants_a_certificate() -> Server {
    Server::start_wrapped(wrap("server.pem", true), take)
}

fn take(request: &Request) -> Reply {
    Reply::status(if request.is_access() { 200 } else { 202 })
}

/// The address by the name that is in the certificates.
pub fn url(server: &Server) -> String {
    format!("https://localhost:{}", server.address.port())
}
