//! What the benchmarks share: rounds, medians and spreads.
//!
//! A machine drifts by a factor of two within seconds, so what is compared runs in turns in one process,
//! and is reported as the median of its rounds with the lowest and highest beside it.

mod rounds;
mod settings;

pub use rounds::Rounds;
pub use settings::Settings;
