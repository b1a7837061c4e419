//! The values of an event or span, as `tracing` hands them over, in their places.

use std::error::Error;
use std::fmt;

use tracing_core::field::{Field, Visit};

use super::of_log::OfLog;
use crate::bridge::Fields;

/// Puts values in their places.
pub(crate) struct Visitor<'a, 'b> {
    pub(crate) fields: &'a mut Fields<'b>,
    /// Whether these are the fields of a record of `log`.
    pub(crate) of_log: bool,
}

impl Visit for Visitor<'_, '_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.fields.typed(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.typed(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if !(self.of_log && OfLog::is_place(field)) {
            self.fields.typed(field.name(), value);
        }
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.fields.typed(field.name(), value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.fields.typed(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fields.typed(field.name(), value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.fields.message(format_args!("{value}")),
            _ if self.of_log && OfLog::is_place(field) => {}
            name => self.fields.text(name, value),
        }
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.fields.bytes(field.name(), value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.fields.error(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            "message" => self.fields.message(format_args!("{value:?}")),
            name => self.fields.shown(name, format_args!("{value:?}")),
        }
    }
}
