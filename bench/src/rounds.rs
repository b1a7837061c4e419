//! The measurements of one thing.

use std::fmt;

/// The measurements of one thing, round by round.
#[derive(Debug, Clone, Default)]
pub struct Rounds(Vec<f64>);

impl Rounds {
    /// Adds the measurement of one more round.
    pub fn add(&mut self, value: f64) {
        let at = self.0.partition_point(|other| *other < value);
        self.0.insert(at, value);
    }

    /// The middle one; of an even number the lower. 0 before the first.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.0
            .get(self.0.len().saturating_sub(1) / 2)
            .copied()
            .unwrap_or(0.0)
    }

    /// The highest. 0 before the first.
    #[must_use]
    pub fn highest(&self) -> f64 {
        self.0.last().copied().unwrap_or(0.0)
    }
}

/// The median, and the lowest and highest in brackets. A precision (`{:.2}`) says how many decimals.
impl fmt::Display for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(lowest), Some(highest)) = (self.0.first(), self.0.last()) else {
            return f.write_str("none");
        };
        let decimals = f.precision().unwrap_or(0);
        write!(
            f,
            "{:>10.decimals$}  [{lowest:.decimals$} .. {highest:.decimals$}]",
            self.median()
        )
    }
}
