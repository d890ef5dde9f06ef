//! A change in percent: sign, arrow and color together, so that color alone never carries it.

use std::cmp::Ordering;

use leptos::prelude::*;
use speedtrade::money::Percent;

#[component]
pub fn Delta(#[prop(into)] value: Signal<Percent>) -> impl IntoView {
    let class = move || match value.get().sign() {
        Ordering::Greater => "delta up",
        Ordering::Less => "delta down",
        Ordering::Equal => "delta muted",
    };
    view! { <span class=class>{move || words(value.get())}</span> }
}

fn words(value: Percent) -> String {
    let shown = Percent::ratio(value.decimal().round_dp(2), 100.into());
    match shown.sign() {
        Ordering::Greater => format!("▲ +{shown}%"),
        Ordering::Less => format!("▼ {shown}%"),
        Ordering::Equal => "0.00%".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn sign_and_arrow_agree() {
        assert_eq!(words("1.256".parse().expect("valid")), "▲ +1.26%");
        assert_eq!(words("-0.8".parse().expect("valid")), "▼ -0.80%");
        assert_eq!(words("0".parse().expect("valid")), "0.00%");
    }
}
