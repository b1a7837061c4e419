//! CRC-32C, the checksum of everything in a segment.
//!
//! The processor's instruction takes 8 bytes, and three times as long to answer as to take the next ones. So a record is
//! divided into three lanes of the same length, whose sums are taken at once and put together: that of a lane, followed by
//! so many bytes, is the product of two polynomials. A log call waits for this; at the length of a usual record it takes
//! half as long as one sum after the other (the library begins with three lanes at 768 bytes).
#![allow(
    unsafe_code,
    reason = "a function for processors that have these instructions can only be called unsafely"
)]

/// The checksum of these bytes.
pub(super) fn of(bytes: &[u8]) -> u32 {
    append(0, bytes)
}

/// The checksum of what had the first one, followed by these bytes.
pub(super) fn append(before: u32, bytes: &[u8]) -> u32 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("sse4.2") && is_x86_feature_detected!("pclmulqdq") {
        // SAFETY: the processor has both features, as was just asked.
        return unsafe { lanes::append(before, bytes) };
    }
    crc32c::crc32c_append(before, bytes)
}

#[cfg(target_arch = "x86_64")]
mod lanes {
    use std::arch::x86_64::{
        _mm_clmulepi64_si128, _mm_crc32_u8, _mm_crc32_u64, _mm_cvtsi32_si128, _mm_cvtsi128_si64,
    };

    /// A piece of memory as the instruction takes it.
    type Word = [u8; 8];

    /// The longest lane, in words.
    const LONGEST: usize = 128;
    /// Below this number of words one sum after the other is faster.
    const FEW: usize = 3 * 4 + 1;

    /// The polynomial, its highest power in the lowest bit.
    const POLYNOMIAL: u32 = 0x82F6_3B78;

    /// `x` to the power of 64 n + 31, divided by the polynomial, for each n: what a sum is multiplied by when n words follow
    /// it, the last of which [`join`] is about to take.
    const POWERS: [u32; 2 * LONGEST + 1] = {
        let mut powers = [1; 2 * LONGEST + 1];
        let mut index = 1;
        while index < powers.len() {
            let mut power = powers[index - 1];
            let mut times = 0;
            while times < 64 {
                power = (power >> 1) ^ if power & 1 == 1 { POLYNOMIAL } else { 0 };
                times += 1;
            }
            powers[index] = power;
            index += 1;
        }
        powers
    };

    #[target_feature(enable = "sse4.2,pclmulqdq")]
    pub(super) fn append(before: u32, bytes: &[u8]) -> u32 {
        let (mut words, rest) = bytes.as_chunks::<8>();
        let mut sum = u64::from(!before);
        while words.len() >= FEW {
            let length = ((words.len() - 1) / 3).min(LONGEST);
            let (first, others) = words.split_at(length);
            let (second, others) = others.split_at(length);
            let (third, others) = others.split_at(length);
            let (mut sums, mut index) = ([sum, 0, 0], 0);
            while index < length {
                sums[0] = _mm_crc32_u64(sums[0], number(first[index]));
                sums[1] = _mm_crc32_u64(sums[1], number(second[index]));
                sums[2] = _mm_crc32_u64(sums[2], number(third[index]));
                index += 1;
            }
            let Some((next, others)) = others.split_first() else {
                // There is one more word than the lanes have.
                break;
            };
            sum = join(sums, length, number(*next));
            words = others;
        }
        for word in words {
            sum = _mm_crc32_u64(sum, number(*word));
        }
        // The upper half is always zero.
        let sum = rest.iter().fold(sum as u32, |sum, byte| _mm_crc32_u8(sum, *byte));
        !sum
    }

    /// The sum of three lanes, and of the word behind them.
    #[inline]
    #[target_feature(enable = "sse4.2,pclmulqdq")]
    fn join(sums: [u64; 3], length: usize, next: u64) -> u64 {
        let before = product(sums[0], POWERS[2 * length]) ^ product(sums[1], POWERS[length]);
        _mm_crc32_u64(sums[2], next ^ before)
    }

    /// Of polynomials, not yet divided. It comes out multiplied by `x`, since the lowest bit has the highest power.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    fn product(sum: u64, power: u32) -> u64 {
        let factors = (_mm_cvtsi32_si128(sum as i32), _mm_cvtsi32_si128(power as i32));
        _mm_cvtsi128_si64(_mm_clmulepi64_si128::<0>(factors.0, factors.1)) as u64
    }

    #[inline]
    fn number(word: Word) -> u64 {
        u64::from_le_bytes(word)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As it is defined: bit by bit.
    fn defined(before: u32, bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!before, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                (sum >> 1) ^ if sum & 1 == 1 { 0x82F6_3B78 } else { 0 }
            })
        })
    }

    #[test]
    fn every_length_has_its_checksum() {
        let bytes: Vec<u8> = (0..7000_u32)
            .map(|number| ((number * number) >> 3) as u8)
            .collect();
        for length in (0..1200).chain(3000..3200).chain(6100..6300) {
            let bytes = &bytes[length % 7..][..length];
            assert_eq!(of(bytes), defined(0, bytes), "{length} bytes");
        }
        assert_eq!(of(b"123456789"), 0xE306_9283, "the catalogue's check value");
    }

    proptest! {
        #[test]
        fn pieces_have_the_checksum_of_the_whole(
            bytes in prop::collection::vec(any::<u8>(), 0..5000),
            cut in any::<prop::sample::Index>(),
        ) {
            let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
            prop_assert_eq!(append(of(first), second), defined(0, &bytes));
            prop_assert_eq!(of(&bytes), crc32c::crc32c(&bytes), "the library's");
        }
    }
}
