//! Lets libFuzzer search for bytes that break what [`tnt4_fuzz::mqtt`] promises.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tnt4_fuzz::mqtt::check(data));
