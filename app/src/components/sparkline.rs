//! A tiny line picture of a series. Decoration: the numbers beside it say the same.

use std::cmp::Ordering;

use leptos::prelude::*;

const WIDTH: i64 = 96;
const HEIGHT: i64 = 28;

/// `points` in any unit of whole numbers (cents, atoms), oldest first; up or down is first against last.
#[component]
pub fn Sparkline(#[prop(into)] points: Signal<Vec<i64>>) -> impl IntoView {
    let class = move || {
        points.with(|points| match (points.first(), points.last()) {
            (Some(first), Some(last)) if last.cmp(first) == Ordering::Less => "sparkline down",
            (Some(_), Some(_)) => "sparkline up",
            (None, _) | (_, None) => "sparkline",
        })
    };
    view! {
        <svg class=class viewBox="0 0 96 28" width="96" height="28" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <polyline points=move || points.with(|points| polyline(points))></polyline>
        </svg>
    }
}

fn polyline(points: &[i64]) -> String {
    let (Some(low), Some(high)) = (points.iter().min(), points.iter().max()) else {
        return String::new();
    };
    let span = (high - low).max(1);
    let last = i64::try_from(points.len().saturating_sub(1)).unwrap_or(1).max(1);
    let mut line = String::with_capacity(points.len() * 8);
    for (at, point) in (0_i64..).zip(points) {
        let (x, y) = (at * WIDTH / last, HEIGHT - 2 - (point - low) * (HEIGHT - 4) / span);
        line.push_str(&x.to_string());
        line.push(',');
        line.push_str(&y.to_string());
        line.push(' ');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::polyline;

    #[test]
    fn the_line_spans_the_box() {
        assert_eq!(polyline(&[0, 10, 5]), "0,26 48,2 96,14 ");
        assert_eq!(polyline(&[7, 7]), "0,26 96,26 ");
        assert_eq!(polyline(&[]), "");
    }
}
