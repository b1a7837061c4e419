//! The key-values of a record, each in its place.

use std::error::Error;

use log::kv::{self, Key, Value, VisitSource, VisitValue};

use crate::bridge::Fields;

/// Puts key-values where they belong.
pub(super) struct Values<'a, 'b>(pub(super) &'a mut Fields<'b>);

/// Puts the value of this name there.
struct Named<'a, 'b, 'n> {
    name: &'n str,
    fields: &'a mut Fields<'b>,
}

impl<'kvs> VisitSource<'kvs> for Values<'_, '_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        value.visit(Named {
            name: key.as_str(),
            fields: self.0,
        })
    }
}

impl<'v> VisitValue<'v> for Named<'_, '_, '_> {
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), kv::Error> {
        self.fields.shown(self.name, format_args!("{value}"));
        Ok(())
    }

    /// A value that is not there needs no property to say so.
    fn visit_null(&mut self) -> Result<(), kv::Error> {
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), kv::Error> {
        self.fields.typed(self.name, value);
        Ok(())
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), kv::Error> {
        self.fields.typed(self.name, value);
        Ok(())
    }

    fn visit_u128(&mut self, value: u128) -> Result<(), kv::Error> {
        self.fields.typed(self.name, value);
        Ok(())
    }

    fn visit_i128(&mut self, value: i128) -> Result<(), kv::Error> {
        self.fields.typed(self.name, value);
        Ok(())
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), kv::Error> {
        self.fields.typed(self.name, value);
        Ok(())
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), kv::Error> {
        self.fields.typed(self.name, value);
        Ok(())
    }

    fn visit_str(&mut self, value: &str) -> Result<(), kv::Error> {
        self.fields.text(self.name, value);
        Ok(())
    }

    fn visit_error(&mut self, error: &(dyn Error + 'static)) -> Result<(), kv::Error> {
        self.fields.error(self.name, error);
        Ok(())
    }
    fn visit_borrowed_error(&mut self, error: &'v (dyn Error + 'static)) -> Result<(), kv::Error> {
        self.visit_error(error)
    }
}
