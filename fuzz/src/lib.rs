//! What must hold for any input, one module for each surface that strangers reach.
//!
//! A `check` takes bytes and panics where the promise is broken. It is used twice: a program of `targets/` lets
//! libFuzzer search for such bytes, and the tests replay `corpus/` on a stable compiler. An input that once broke a
//! promise is added there under a name that says which.

pub mod answer;
pub mod decode;
pub mod mqtt;
pub mod query;
pub mod segment;
