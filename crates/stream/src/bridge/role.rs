//! What becomes of a value, by its name.

use tnt4_model::Value;

use crate::redaction::Names;

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Correlator,
    Trace,
    Secret,
    /// Where it is a number it counts something, such as the tokens of a language model; otherwise a secret.
    Count,
    Plain,
}

impl Role {
    pub(crate) fn of(name: &str, names: &Names) -> Self {
        match name {
            "corrid" | "corr_id" | "corr-id" | "correlator" | "correlators" => Role::Correlator,
            "traceparent" | "trace_id" => Role::Trace,
            _ if !names.hides(name) => Role::Plain,
            _ if !names.hides_number(name) => Role::Count,
            _ => Role::Secret,
        }
    }

    /// Whether this value is hidden.
    pub(super) fn hides(self, value: &Value) -> bool {
        match self {
            Role::Secret => true,
            Role::Count => !matches!(value, Value::Integer(_) | Value::Decimal(_)),
            Role::Correlator | Role::Trace | Role::Plain => false,
        }
    }

    /// Whether a text is hidden, whatever it is.
    pub(super) fn hides_texts(self) -> bool {
        matches!(self, Role::Secret | Role::Count)
    }
}
