//! All accounts side by side: what each is worth, and what is held over all of them. Real money has sums of its own.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;
use speedtrade::{
    money::Usd,
    wire::{Money, OverviewAccount, OverviewGroup, OverviewHolding, OverviewView},
};

use super::views;
use crate::{
    api::page::PageQuery,
    components::{Badge, Panel, Row, quote::symbol_link, rows, when},
    format,
    pages::opening::{follow, opening_text},
    state::account,
};

/// Prices move the sums; they are asked for again that often.
const REFRESH: Duration = Duration::from_secs(5);

#[component]
pub fn AllAccountsPage() -> impl IntoView {
    view! {
        <Title text="All accounts"/>
        <h1>"Portfolio"</h1>
        {views("/portfolio/all")}
        {opening_text(|| PageQuery::Overview, 10, |overview| view! { <Overview overview/> }.into_any())}
    }
}

#[component]
fn Overview(overview: OverviewView) -> impl IntoView {
    let overview = RwSignal::new(overview);
    follow(|| PageQuery::Overview, Some(REFRESH), overview);
    let as_of = move || overview.with(|overview| format::time(overview.as_of));
    view! {
        <div class="all-accounts" data-testid="all-accounts">{rows(move || groups(overview))}</div>
        <p class="muted">"As of "{as_of}" UTC"</p>
    }
}

fn groups(overview: RwSignal<OverviewView>) -> Vec<Row> {
    let kinds: Vec<Money> = overview.with(|overview| overview.groups.iter().map(|group| group.money).collect());
    kinds.into_iter().map(|money| Row::new(title(money), move || panel(money, overview))).collect()
}

const fn title(money: Money) -> &'static str {
    match money {
        Money::Live => "Real money",
        Money::Practice => "Practice accounts",
        Money::Paper => "Paper",
    }
}

fn panel(money: Money, overview: RwSignal<OverviewView>) -> AnyView {
    let group = Memo::new(move |_| overview.with(|overview| overview.groups.iter().find(|group| group.money == money).cloned()));
    let lines = move |read: fn(&OverviewGroup) -> Vec<Row>| rows(move || group.with(|group| group.as_ref().map(read).unwrap_or_default()));
    let has_holdings = Memo::new(move |_| group.with(|group| group.as_ref().is_some_and(|group| !group.holdings.is_empty())));
    let badge = move || view! { <Badge kind=account::badge(money) text=title(money)/> };
    view! {
        <Panel title=title(money) actions=badge>
            {table([title(money), ": accounts"].concat(), &["Account", "Equity", "Cash", "Holdings", "Day P&L", "Total P&L"], lines(account_rows))}
            {move || when(has_holdings.get(), || {
                table([title(money), ": holdings"].concat(), &["Symbol", "Quantity", "Value", "Unrealized P&L", "Accounts"], lines(holding_rows))
            })}
        </Panel>
    }
    .into_any()
}

/// The first column is words, the others are figures.
fn table(caption: String, heads: &'static [&'static str], lines: AnyView) -> AnyView {
    let head = |(place, name): (usize, &&'static str)| view! { <th scope="col" class:num=place != 0>{*name}</th> }.into_any();
    view! {
        <div class="table-scroll">
            <table class="data-table cards" data-testid="overview-table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{heads.iter().enumerate().map(head).collect_view()}</tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn account_rows(group: &OverviewGroup) -> Vec<Row> {
    let mut lines: Vec<Row> = group.accounts.iter().map(account_row).collect();
    if lines.len() > 1 {
        let figures = [group.equity, group.cash, group.market_value, group.day_pl, group.total_pl];
        lines.push(figures_row("all", "All together".to_owned(), figures));
    }
    lines
}

fn account_row(account: &OverviewAccount) -> Row {
    let name = account.venue.map_or_else(|| account.label.clone(), |venue| format!("{} · {venue}", account.label));
    let figures = [account.equity, account.cash, account.market_value, account.day_pl, account.total_pl];
    figures_row(&account.account_id.to_string(), name, figures)
}

fn figures_row(id: &str, name: String, figures: [Usd; 5]) -> Row {
    let [equity, cash, held, day, total] = figures;
    let key = format!("{id} {name} {equity} {cash} {held} {day} {total}");
    Row::new(key, move || {
        view! {
            <tr data-testid="overview-row">
                <th scope="row">{name}</th>
                <td class="num" data-label="Equity">{format::money(equity)}</td>
                <td class="num" data-label="Cash">{format::money(cash)}</td>
                <td class="num" data-label="Holdings">{format::money(held)}</td>
                <td class="num" data-label="Day P&L">{format::signed_money(day)}</td>
                <td class="num" data-label="Total P&L">{format::signed_money(total)}</td>
            </tr>
        }
        .into_any()
    })
}

fn holding_rows(group: &OverviewGroup) -> Vec<Row> {
    group.holdings.iter().cloned().map(holding_row).collect()
}

fn holding_row(holding: OverviewHolding) -> Row {
    let OverviewHolding { symbol, qty, market_value, unrealized_pl, accounts } = holding;
    let key = format!("{symbol} {qty} {market_value} {unrealized_pl} {accounts}");
    Row::new(key, move || {
        view! {
            <tr data-testid="overview-holding">
                <th scope="row">{symbol_link(&symbol)}</th>
                <td class="num" data-label="Quantity">{format::qty(qty)}</td>
                <td class="num" data-label="Value">{format::money(market_value)}</td>
                <td class="num" data-label="Unrealized P&L">{format::signed_money(unrealized_pl)}</td>
                <td class="num" data-label="Accounts">{accounts.to_string()}</td>
            </tr>
        }
        .into_any()
    })
}
