//! The account in five figures, moving with the market.

use leptos::prelude::*;
use speedtrade::{money::Percent, wire::PortfolioView};

use super::{Stat, when_some};
use crate::{format, state::desk::use_desk};

#[component]
pub fn AccountStats() -> impl IntoView {
    let desk = use_desk();
    let account = Memo::new(move |_| desk.portfolio());
    let trouble = Memo::new(move |_| desk.with(|desk| desk.and_then(|desk| desk.trouble.clone())));
    let figure = move |read: fn(&PortfolioView) -> String| {
        Signal::derive(move || account.with(|account| account.as_ref().map(read).unwrap_or_default()))
    };
    let pct = move |read: fn(&PortfolioView) -> Percent| {
        Signal::derive(move || account.with(|account| account.as_ref().map_or(Percent::ZERO, read)))
    };
    view! {
        {move || when_some(trouble.get(), |words| view! {
            <p class="form-note" data-testid="account-trouble">{words} " " <a href="/accounts">"Look at your accounts"</a></p>
        }.into_any())}
        <div class="stat-row">
            <Stat label="Equity" value=figure(|a| format::money(a.equity)) testid="stat-equity"/>
            <Stat label="Day P&L" value=figure(|a| format::signed_money(a.day_pl)) delta=pct(|a| a.day_pl_pct) testid="stat-day-pl"/>
            <Stat label="Total P&L" value=figure(|a| format::signed_money(a.total_pl)) delta=pct(|a| a.total_pl_pct) testid="stat-total-pl"/>
            <Stat label="Cash" value=figure(|a| format::money(a.cash)) testid="stat-cash"/>
            <Stat label="Buying power" value=figure(|a| format::money(a.buying_power)) testid="stat-buying-power"/>
        </div>
    }
}
