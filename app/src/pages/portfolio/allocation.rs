//! Where the money is: one bar cut by worth, and the same in words.

use leptos::prelude::*;
use speedtrade::money::{Percent, Usd};

use crate::state::desk::{DeskState, use_desk};

/// Shown one by one; the rest is together.
const SLICES: usize = 7;
const WIDTH: i64 = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Slice {
    name: String,
    worth: Usd,
}

#[component]
pub(super) fn Allocation() -> impl IntoView {
    let desk = use_desk();
    let slices = Memo::new(move |_| slices_of(desk));
    view! {
        <svg class="allocation" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label="Allocation of the account, listed below">
            {move || slices.with(|slices| bars(slices))}
        </svg>
        <ul class="allocation-legend">{move || slices.with(|slices| legend(slices))}</ul>
    }
}

fn slices_of(desk: DeskState) -> Vec<Slice> {
    let mut held = desk.positions();
    held.sort_by_key(|held| std::cmp::Reverse(held.market_value));
    let others = held.split_off(held.len().min(SLICES));
    let mut slices: Vec<Slice> = held.into_iter().map(|p| Slice { name: p.symbol.to_string(), worth: p.market_value }).collect();
    if !others.is_empty() {
        let worth = Usd::sum(others.iter().map(|p| p.market_value)).unwrap_or(Usd::ZERO);
        slices.push(Slice { name: format!("{} others", others.len()), worth });
    }
    if let Some(account) = desk.portfolio() {
        slices.push(Slice { name: "Cash".to_owned(), worth: account.cash });
    }
    slices
}

/// Start and width of each slice in the bar's units.
fn cuts(worths: &[Usd]) -> Vec<(i64, i64)> {
    let total: i128 = worths.iter().map(|worth| i128::from(worth.to_atoms())).sum();
    let mut before = 0_i128;
    let at = |sum: i128| if total == 0 { 0 } else { i64::try_from(sum * i128::from(WIDTH) / total).unwrap_or(0) };
    let cut = |worth: &Usd| {
        let start = at(before);
        before += i128::from(worth.to_atoms());
        (start, at(before) - start)
    };
    worths.iter().map(cut).collect()
}

fn bars(slices: &[Slice]) -> AnyView {
    let worths: Vec<Usd> = slices.iter().map(|slice| slice.worth).collect();
    let bar = |(at, (start, width)): (usize, (i64, i64))| {
        view! { <rect class=color(at, slices.len()) x=start.to_string() y="0" width=width.to_string() height="24"></rect> }.into_any()
    };
    cuts(&worths).into_iter().enumerate().map(bar).collect_view().into_any()
}

fn legend(slices: &[Slice]) -> AnyView {
    let total = Usd::sum(slices.iter().map(|slice| slice.worth)).unwrap_or(Usd::ZERO);
    let item = |(at, slice): (usize, &Slice)| {
        let share: Percent = slice.worth.pct_of(total);
        view! {
            <li>
                <svg class="allocation-key" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
                    <rect class=color(at, slices.len()) width="10" height="10"></rect>
                </svg>
                {slice.name.clone()} " " <span class="price muted">{crate::format::share(share)}</span>
            </li>
        }
        .into_any()
    };
    slices.iter().enumerate().map(item).collect_view().into_any()
}

/// Cash is last and gray.
fn color(at: usize, count: usize) -> String {
    if at + 1 == count { "slice slice-cash".to_owned() } else { format!("slice slice-{at}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_fill_the_bar_without_a_gap() {
        let usd = |text: &str| text.parse::<Usd>().expect("valid");
        assert_eq!(cuts(&[usd("1"), usd("1"), usd("1")]), [(0, 333), (333, 333), (666, 334)]);
        assert_eq!(cuts(&[Usd::ZERO]), [(0, 0)]);
    }
}
