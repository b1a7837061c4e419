//! Lets libFuzzer search for bytes that break what [`tnt4_fuzz::decode`] promises.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tnt4_fuzz::decode::check(data));
