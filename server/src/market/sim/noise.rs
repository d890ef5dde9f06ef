//! Randomness without state: every draw is a hash of what it is for. The same key gives the same number on every machine.

#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "statistics of a simulated price, never money")]

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finalizer of splitmix64 (Steele, Lea and Flood, 2014) over a key and a counter.
pub(super) const fn mix(key: u64, salt: u64) -> u64 {
    let mut z = key.wrapping_add(salt.wrapping_add(1).wrapping_mul(GOLDEN));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The key of a named thing (FNV-1a).
pub(super) fn key_of(seed: u64, name: &str) -> u64 {
    let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    mix(seed, hash)
}

/// From 0 up to and without 1.
pub(super) fn uniform(hash: u64) -> f64 {
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

/// Nearly standard normal: the sum of the four 16-bit parts of the hash, to mean 0 and variance 1.
pub(super) fn normal(hash: u64) -> f64 {
    let sum = (hash & 0xFFFF) + (hash >> 16 & 0xFFFF) + (hash >> 32 & 0xFFFF) + (hash >> 48);
    (sum as f64 - 131_070.0) * (1.0 / 37_837.226)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_mean_zero_and_variance_one() {
        let draws: Vec<f64> = (0..100_000).map(|n| normal(mix(7, n))).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|z| z * z).sum::<f64>() / 1e5 - mean * mean;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[test]
    fn names_and_seeds_give_different_keys() {
        assert_ne!(key_of(7, "AAPL"), key_of(7, "MSFT"));
        assert_ne!(key_of(7, "AAPL"), key_of(8, "AAPL"));
    }
}
