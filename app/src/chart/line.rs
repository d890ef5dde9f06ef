//! Points of a line picture, in whole numbers: what the host draws before and without the chart library.

use speedtrade::money::{Price, Usd};

/// Width and height of the picture's own units.
pub(super) const WIDTH: i64 = 1_000;
pub(super) const HEIGHT: i64 = 300;
const MARGIN: i64 = 12;

/// Prices in atoms: enough for a picture.
pub(super) fn atoms_of(price: Price) -> i64 {
    let scaled = (price.decimal().round_dp(8)).checked_mul(100_000_000.into());
    scaled.and_then(|atoms| i64::try_from(atoms.trunc()).ok()).unwrap_or(i64::MAX)
}

/// `M0,12 L500,288 ...` from the first value at the left to the last at the right; empty below two values.
pub(super) fn path(values: &[i64]) -> String {
    let (Some(low), Some(high)) = (values.iter().min(), values.iter().max()) else { return String::new() };
    let (Some(last), true) = (values.len().checked_sub(1).and_then(|n| i64::try_from(n).ok()), values.len() > 1) else {
        return String::new();
    };
    let span = i128::from(*high) - i128::from(*low);
    let mut text = String::with_capacity(values.len() * 9);
    for (i, value) in (0_i64..).zip(values) {
        let up = if span == 0 {
            i128::from(HEIGHT / 2)
        } else {
            (i128::from(*value) - i128::from(*low)) * i128::from(HEIGHT - 2 * MARGIN) / span
        };
        let y = i128::from(HEIGHT - MARGIN) - up;
        let command = if i == 0 { 'M' } else { 'L' };
        text.push(command);
        text.push_str(&(i * WIDTH / last).to_string());
        text.push(',');
        text.push_str(&y.to_string());
    }
    text
}

/// The same line, closed along the bottom, to be filled.
pub(super) fn area(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}L{WIDTH},{HEIGHT}L0,{HEIGHT}Z") }
}

/// Rises or falls from first to last.
pub(super) fn trend_class(values: &[i64]) -> &'static str {
    match (values.first(), values.last()) {
        (Some(first), Some(last)) if last < first => "line-chart down",
        _ => "line-chart up",
    }
}

pub(super) fn usd_atoms(amounts: impl Iterator<Item = Usd>) -> Vec<i64> {
    amounts.map(Usd::to_atoms).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_is_at_the_bottom_and_the_highest_at_the_top() {
        assert_eq!(path(&[5, 10]), "M0,288L1000,12");
        assert_eq!(path(&[1]), "");
        assert_eq!(path(&[]), "");
        assert_eq!(path(&[7, 7, 7]), "M0,138L500,138L1000,138");
        assert_eq!(area("M0,1L9,2"), "M0,1L9,2L1000,300L0,300Z");
    }

    #[test]
    fn prices_become_atoms() {
        assert_eq!(atoms_of("1.5".parse().expect("valid")), 150_000_000);
    }

    #[test]
    fn extreme_values_do_not_overflow() {
        assert_eq!(path(&[i64::MIN, i64::MAX]), "M0,288L1000,12");
    }
}
