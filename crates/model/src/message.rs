//! The text that an event or log carries.

/// The text that an event or log carries, and how it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The text (`msg-text`).
    pub text: Option<String>,
    /// The size in bytes (`msg-size`), where it differs from the text's.
    pub size: Option<i64>,
    /// The MIME type (`mime-type`).
    pub mime_type: Option<String>,
    /// The encoding (`encoding`), for instance `none` or `base64`.
    pub encoding: Option<String>,
    /// The character set (`charset`).
    pub charset: Option<String>,
    /// How long the message was on its way, in microseconds (`msg-age-usec`).
    pub age_usec: Option<i64>,
    /// Labels (`msg-tag`).
    pub tags: Vec<String>,
}
