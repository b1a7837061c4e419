//! One server address and token, and what is kept for it.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::SpoolsError;
use crate::spool::{Address, listing};

/// What is kept on disk for one server address and one token. No token is known here.
#[derive(Debug, Clone)]
pub struct Destination {
    folder: PathBuf,
    address: Option<Address>,
    shown: String,
}

impl Destination {
    pub(super) fn new(folder: PathBuf) -> Self {
        // What is wrong with the folder is said by whoever looks into it.
        let address = listing::address_of(&folder).ok().flatten();
        let name = || folder.file_name().unwrap_or_default().to_string_lossy();
        let shown = match &address {
            Some(address) => shown(address),
            None => name().into_owned(),
        };
        Destination {
            folder,
            address,
            shown,
        }
    }

    /// The address of the server, without a query string; the folder's name where the folder does not tell.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.shown
    }

    /// The same, where records can be sent to it: by HTTP or by MQTT. The path of a broker's WebSocket is not known here.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        let scheme = self.address.as_ref().map(|address| address.scheme.as_str());
        matches!(scheme, Some("http" | "https" | "mqtt" | "mqtts" | "ws" | "wss"))
            .then_some(self.shown.as_str())
    }

    /// Whether it is for the address to which a stream sends, whatever the token.
    #[must_use]
    pub fn is_for(&self, stream: &crate::Stream) -> bool {
        let place = stream.place_on_disk().map(|recipe| &recipe.address);
        place.is_some() && place == self.address.as_ref()
    }

    /// Where it all lies.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn streams(&self) -> Result<Vec<Uuid>, SpoolsError> {
        // It may have become a link, or another's, since it was listed.
        listing::address_of(&self.folder)?;
        Ok(listing::streams(&self.folder)?)
    }
}

fn shown(address: &Address) -> String {
    let Address {
        scheme,
        host,
        port,
        path,
    } = address;
    let usual = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        // Made by an application: its host is all that there is.
        _ if *port == 0 => return host.clone(),
        _ => 0,
    };
    let path = if path == "/" { "" } else { path };
    if *port == usual {
        format!("{scheme}://{host}{path}")
    } else {
        format!("{scheme}://{host}:{port}{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_it_is_written() {
        let shown = |scheme: &str, port, path: &str| {
            shown(&Address {
                scheme: scheme.to_owned(),
                host: "[::1]".to_owned(),
                port,
                path: path.to_owned(),
            })
        };
        assert_eq!(shown("https", 443, "/"), "https://[::1]");
        assert_eq!(shown("http", 443, "/JESL"), "http://[::1]:443/JESL");
        assert_eq!(shown("mqtt", 1883, ""), "mqtt://[::1]:1883");
        assert_eq!(shown("transport", 0, ""), "[::1]");
    }
}
