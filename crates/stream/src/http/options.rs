//! What can be configured about HTTP, beside where records go.

use super::Timeouts;
use super::endpoint::Endpoint;
use super::gzip::Compression;
use super::proxy::{self, Route};
use crate::TokenSource;
use crate::net::tls::TlsFiles;

/// All that a transport is made of, and another one in a child that was forked off: what the environment says has been
/// read, by whoever built the stream.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(super) endpoint: Endpoint,
    pub(super) token: Option<TokenSource>,
    pub(super) timeouts: Timeouts,
    pub(super) tls: TlsFiles,
    pub(super) route: Route,
    pub(super) compression: Compression,
}

impl Plan {
    pub(crate) fn new(
        endpoint: Endpoint,
        token: Option<TokenSource>,
        timeouts: Timeouts,
        options: Options,
    ) -> Self {
        Plan {
            route: Route::to(&endpoint, &options.proxy),
            endpoint,
            token,
            timeouts,
            tls: options.tls,
            compression: options.compression,
        }
    }
}

/// What can be configured about HTTP, beside where records go.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) tls: TlsFiles,
    pub(crate) proxy: proxy::Choice,
    pub(crate) compression: Compression,
}
