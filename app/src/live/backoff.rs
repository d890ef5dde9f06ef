//! How long to wait before the next try to connect: doubling, at most ten seconds, spread so that tabs don't come back at once.

const FIRST_MS: u32 = 250;
const MAX_MS: u32 = 10_000;

/// Between half and all of the doubled pause; `random` decides where.
pub fn delay_ms(attempt: u32, random: u32) -> u32 {
    let doubled = FIRST_MS.checked_shl(attempt.min(16)).unwrap_or(MAX_MS).min(MAX_MS);
    let half = doubled / 2;
    half + random % (half + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_ten_seconds() {
        assert_eq!((delay_ms(0, 0), delay_ms(1, 0), delay_ms(2, 0)), (125, 250, 500));
        for attempt in [6, 16, 40, u32::MAX] {
            assert_eq!(delay_ms(attempt, 0), 5_000);
            assert_eq!(delay_ms(attempt, 5_000), 10_000);
        }
    }

    #[test]
    fn jitter_stays_inside_its_half() {
        for random in (0..u32::MAX).step_by(123_456_789) {
            assert!((250..=500).contains(&delay_ms(1, random)), "{random}");
        }
    }
}
