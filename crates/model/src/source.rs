//! Who sent an item, and from where.

use crate::SourceFqn;

/// Who sent an item, and from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The fully qualified name (`source-fqn`).
    pub fqn: Option<SourceFqn>,
    /// The name of the sender's stream (`source-ssn`).
    pub stream_name: Option<String>,
    /// An address that tells more of the source (`source-url`).
    pub url: Option<String>,
}
