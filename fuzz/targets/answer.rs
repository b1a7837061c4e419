//! Lets libFuzzer search for bytes that break what [`tnt4_fuzz::answer`] promises.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tnt4_fuzz::answer::check(data));
