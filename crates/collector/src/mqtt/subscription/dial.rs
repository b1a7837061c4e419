//! A connection to a broker, over TCP or TLS. Errors are in words.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Subscription;

/// A connection of either kind.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Connects. `tls` is there where the subscription wants it.
pub(super) async fn dial(
    subscription: &Subscription,
    tls: Option<&Arc<ClientConfig>>,
) -> Result<Box<dyn Wire>, String> {
    let host = subscription.host.as_str();
    let stream = TcpStream::connect((host, subscription.port))
        .await
        .map_err(|error| format!("no connection: {error}"))?;
    // Acknowledgements are small and awaited.
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls.filter(|_| subscription.tls) else {
        return Ok(Box::new(stream));
    };
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| "the host is no name that a certificate can have".to_owned())?;
    let connector = TlsConnector::from(tls.clone());
    match connector.connect(name, stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(words(&error)),
    }
}

fn words(error: &std::io::Error) -> String {
    let cause = error
        .get_ref()
        .and_then(|cause| cause.downcast_ref::<rustls::Error>());
    let hint = match cause {
        Some(rustls::Error::InvalidCertificate(_)) => {
            "; where its certificate is your own, name it or its issuer's by --ca-file"
        }
        Some(rustls::Error::InvalidMessage(_)) => "; does this port speak TLS?",
        _ => "",
    };
    format!("no connection over TLS: {error}{hint}")
}
