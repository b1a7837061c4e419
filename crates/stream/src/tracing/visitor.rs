//! The values of an event or span, as `tracing` hands them over, in their places.

use std::error::Error;
use std::fmt;

use tracing_core::field::{Field, Visit};

use crate::bridge::Fields;

/// What `tracing-log` says of a record of `log` in fields, because it comes from one place in the program.
#[derive(Default)]
pub(crate) struct LogPlace {
    pub(crate) target: Option<String>,
    pub(crate) module: Option<String>,
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
}

/// Puts values in their places.
pub(crate) struct Visitor<'a, 'b> {
    pub(crate) fields: &'a mut Fields<'b>,
    /// Where the record of `log` was made, if it is one.
    pub(crate) log: Option<&'a mut LogPlace>,
}

impl Visitor<'_, '_> {
    /// Takes what says where a record of `log` was made.
    fn takes_place(&mut self, name: &str, text: Option<&str>, number: Option<u64>) -> bool {
        let Some(log) = &mut self.log else {
            return false;
        };
        let text = text.map(str::to_owned);
        match name {
            "log.target" => log.target = text,
            "log.module_path" => log.module = text,
            "log.file" => log.file = text,
            "log.line" => log.line = number.and_then(|line| u32::try_from(line).ok()),
            _ => return false,
        }
        true
    }
}

impl Visit for Visitor<'_, '_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.fields.typed(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.typed(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if !self.takes_place(field.name(), None, Some(value)) {
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
            name if self.takes_place(name, Some(value), None) => {}
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
