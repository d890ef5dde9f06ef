//! A price that flashes briefly in the direction it moved. Never announced: it would never end.

use std::cmp::Ordering;

use leptos::prelude::*;
use speedtrade::money::Price;

use crate::{format, state::effect::on_change};

/// With a `tick` the decimals stay the same as it moves. One that is old is marked, where `is_stale` is given.
#[component]
pub fn LastPrice(
    price: Signal<Price>,
    #[prop(optional)] tick: Option<Price>,
    #[prop(optional)] is_stale: Option<Signal<bool>>,
    #[prop(optional)] testid: Option<&'static str>,
) -> impl IntoView {
    let flash = RwSignal::new(Ordering::Equal);
    on_change(
        move || price.get(),
        move |was, now| {
            flash.set(now.cmp(was));
            #[cfg(feature = "hydrate")]
            set_timeout(move || end(flash), std::time::Duration::from_millis(300));
        },
    );
    let words = move || tick.map_or_else(|| format::price(price.get()), |tick| format::price_on(price.get(), tick));
    let is_stale = move || is_stale.is_some_and(|is_stale| is_stale.get());
    view! {
        <span
            class="price"
            class:stale=is_stale
            class:flash-up=move || flash.get() == Ordering::Greater
            class:flash-down=move || flash.get() == Ordering::Less
            data-testid=testid
        >
            {move || words()}
        </span>
    }
}

#[cfg(feature = "hydrate")]
fn end(flash: RwSignal<Ordering>) {
    flash.try_set(Ordering::Equal);
}
