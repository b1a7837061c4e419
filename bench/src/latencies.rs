//! How long calls took: a histogram whose buckets are narrow everywhere.
//!
//! Below 64 ns each nanosecond has a bucket; above, each power of two has 64, so a value is known to 1.6 %.

use std::fmt;
use std::time::Duration;

/// Buckets for each power of two.
const FINE: u64 = 64;
const BITS: u32 = FINE.trailing_zeros();

/// How long calls took.
#[derive(Clone)]
pub struct Latencies {
    buckets: Vec<u64>,
    count: u64,
    worst: Duration,
}

impl Default for Latencies {
    fn default() -> Self {
        Latencies {
            buckets: vec![0; bucket(u64::MAX) + 1],
            count: 0,
            worst: Duration::ZERO,
        }
    }
}

impl Latencies {
    /// Adds a call.
    pub fn add(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(nanos)] += 1;
        self.count += 1;
        self.worst = self.worst.max(latency);
    }

    /// Adds all calls of another.
    pub fn add_all(&mut self, other: &Latencies) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.count += other.count;
        self.worst = self.worst.max(other.worst);
    }

    /// How many calls.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest.
    #[must_use]
    pub fn worst(&self) -> Duration {
        self.worst
    }

    /// What this share of the calls did not exceed: 0.5 is the median.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of calls"
    )]
    pub fn quantile(&self, share: f64) -> Duration {
        let mut left = (self.count as f64 * share).ceil() as u64;
        for (index, count) in self.buckets.iter().enumerate() {
            left = left.saturating_sub(*count);
            if left == 0 {
                return Duration::from_nanos(upper(index)).min(self.worst);
            }
        }
        self.worst
    }

    /// How many calls took longer than `limit`, to the width of a bucket.
    #[must_use]
    pub fn longer_than(&self, limit: Duration) -> u64 {
        let limit = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(limit) + 1..].iter().sum()
    }
}

/// The numbers of calls between the steps of 1, 2 and 5, where there are any.
impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = (2..9).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
        let mut before = self.count;
        for nanos in steps {
            let limit = Duration::from_nanos(nanos);
            let longer = self.longer_than(limit);
            if longer < before {
                write!(f, "  ≤{limit:?} {}", before - longer)?;
            }
            before = longer;
        }
        if before > 0 {
            write!(f, "  longer {before}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Latencies({} calls)", self.count)
    }
}

fn bucket(nanos: u64) -> usize {
    if nanos < FINE {
        return usize::try_from(nanos).unwrap_or(0);
    }
    let shift = nanos.ilog2() - BITS;
    let index = u64::from(shift + 1) * FINE + ((nanos >> shift) - FINE);
    usize::try_from(index).unwrap_or(0)
}

/// The largest value of a bucket.
fn upper(index: usize) -> u64 {
    let index = index as u64;
    let (power, place) = (index / FINE, index % FINE);
    match power.checked_sub(1) {
        None => place,
        Some(shift) => ((u128::from(FINE + place + 1) << shift) - 1).min(u128::from(u64::MAX)) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_narrow_and_in_order() {
        for nanos in (0..100_000).chain([u64::MAX / 3, u64::MAX]) {
            let top = upper(bucket(nanos));
            assert!(top >= nanos && top - nanos <= nanos / FINE, "{nanos}: {top}");
        }
    }

    #[test]
    fn quantiles_are_what_they_say() {
        let mut latencies = Latencies::default();
        (1..=1000).for_each(|micros| latencies.add(Duration::from_micros(micros)));
        let median = latencies.quantile(0.5).as_micros();
        assert!((500..=508).contains(&median), "{median}");
        assert_eq!(latencies.quantile(1.0), Duration::from_millis(1));
        let longer = latencies.longer_than(Duration::from_micros(900));
        assert!((85..=100).contains(&longer), "{longer}");
    }
}
