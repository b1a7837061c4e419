//! Answers of servers and proxies: however they are split, reading is bounded and never panics, and what is shown of
//! them is short, plain and without our secrets.

/// Reads the bytes behind the first, which says in how large pieces they come, as answers.
pub fn check(data: &[u8]) {
    tnt4::fuzzing::read_answer(data);
}
