//! What a gauge shows and a counter adds up: whole numbers stay whole.

use std::cmp::Ordering;

use tnt4_model::Value;

/// A number of any type. Whole numbers that 64 bits hold stay whole; others become doubles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// A double.
    Decimal(f64),
}

impl Number {
    /// The nearest double.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "the nearest is what is wanted")]
            Number::Integer(number) => number as f64,
            Number::Decimal(number) => number,
        }
    }

    /// Whether it is more than nothing, and finite: what a counter can add.
    pub(crate) fn counts(self) -> bool {
        let number = self.as_f64();
        number.is_finite() && number >= 0.0
    }

    /// The sum, a double where a whole number would not hold it.
    pub(crate) fn plus(self, other: Number) -> Number {
        match (self, other) {
            (Number::Integer(one), Number::Integer(another)) => one.checked_add(another).map(Number::Integer),
            _ => None,
        }
        .unwrap_or_else(|| Number::Decimal(self.as_f64() + other.as_f64()))
    }

    /// The lesser; what is no number is less than nothing.
    pub(crate) fn lesser(self, other: Number) -> Number {
        self.chosen(other, Ordering::Less)
    }

    /// The greater.
    pub(crate) fn greater(self, other: Number) -> Number {
        self.chosen(other, Ordering::Greater)
    }

    fn chosen(self, other: Number, wanted: Ordering) -> Number {
        let is_better = match (self, other) {
            (Number::Integer(one), Number::Integer(another)) => another.cmp(&one) == wanted,
            _ => {
                let (one, another) = (self.as_f64(), other.as_f64());
                one.is_nan() || another.partial_cmp(&one) == Some(wanted)
            }
        };
        if is_better { other } else { self }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(number) => Value::Integer(number),
            Number::Decimal(number) => Value::Decimal(number),
        }
    }
}

macro_rules! from_numbers {
    (whole: $($whole:ty)*; large: $($large:ty)*) => {
        $(impl From<$whole> for Number {
            fn from(number: $whole) -> Self {
                Number::Integer(i64::from(number))
            }
        })*
        $(impl From<$large> for Number {
            #[expect(clippy::cast_precision_loss, reason = "the nearest is what is wanted")]
            fn from(number: $large) -> Self {
                i64::try_from(number).map_or(Number::Decimal(number as f64), Number::Integer)
            }
        })*
    };
}

from_numbers!(whole: i8 i16 i32 i64 u8 u16 u32; large: u64 i128 u128 usize isize);

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Number::Decimal(number)
    }
}

impl From<f32> for Number {
    fn from(number: f32) -> Self {
        Number::Decimal(f64::from(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_stay_whole_as_long_as_they_fit() {
        assert_eq!(Number::from(7_usize), Number::Integer(7));
        assert_eq!(Number::from(1_u8).plus(Number::from(2_i64)), Number::Integer(3));
        assert_eq!(
            Number::from(u64::MAX),
            Number::Decimal(18_446_744_073_709_551_615.0)
        );
        assert_eq!(
            Number::Integer(i64::MAX).plus(Number::Integer(1)),
            Number::Decimal(9_223_372_036_854_775_808.0)
        );
        assert_eq!(
            Number::Integer(1).plus(Number::Decimal(0.5)),
            Number::Decimal(1.5)
        );
    }

    #[test]
    fn what_is_no_number_is_neither_least_nor_greatest() {
        let numbers = [f64::NAN, 3.0, f64::NAN, -1.0].map(Number::Decimal);
        let least = numbers.into_iter().reduce(Number::lesser).unwrap();
        let greatest = numbers.into_iter().reduce(Number::greater).unwrap();
        assert_eq!((least, greatest), (Number::Decimal(-1.0), Number::Decimal(3.0)));
        let large = Number::Integer(i64::MAX);
        assert_eq!(
            large.lesser(Number::Integer(i64::MAX - 1)),
            Number::Integer(i64::MAX - 1)
        );
    }

    #[test]
    fn a_counter_adds_what_is_more_than_nothing() {
        for number in [f64::NAN, f64::INFINITY, -0.5] {
            assert!(!Number::Decimal(number).counts());
        }
        assert!(Number::Integer(0).counts() && !Number::Integer(-1).counts());
    }
}
