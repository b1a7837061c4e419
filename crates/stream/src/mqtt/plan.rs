//! All that a transport is made of, and another one in a child that was forked off.

use super::broker::Broker;
use super::settings::Mqtt;
use crate::net::Timeouts;
use crate::net::tls::TlsFiles;

/// All that a transport is made of.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(super) broker: Broker,
    pub(super) settings: Mqtt,
    pub(super) timeouts: Timeouts,
    pub(super) tls: TlsFiles,
}

impl Plan {
    pub(crate) fn new(broker: Broker, settings: Mqtt, timeouts: Timeouts, tls: TlsFiles) -> Self {
        Plan {
            broker,
            settings,
            timeouts,
            tls,
        }
    }
}
