//! Where prices come from and how each feed is, in words that say what to do.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;
use speedtrade::{instrument::AssetType, time::Timestamp, wire::FeedView};

use super::opening::{follow, opening_text};
use crate::{
    api::page::PageQuery,
    components::{Badge, BadgeKind, Panel, Row, rows, when_some},
    format,
};

const REFRESH: Duration = Duration::from_secs(3);

#[component]
pub fn FeedsPage() -> impl IntoView {
    view! {
        <Title text="Feeds"/>
        <h1>"Feeds"</h1>
        {opening_text(|| PageQuery::Feeds, 6, |feeds| view! { <Feeds feeds/> }.into_any())}
    }
}

#[component]
fn Feeds(feeds: Vec<FeedView>) -> impl IntoView {
    let feeds = RwSignal::new(feeds);
    follow(|| PageQuery::Feeds, Some(REFRESH), feeds);
    view! {
        <div class="feeds" data-testid="feeds">
            {[(AssetType::Stock, "Stocks"), (AssetType::Crypto, "Crypto")].map(|(asset_type, title)| chain(feeds, asset_type, title)).collect_view()}
        </div>
        <p class="muted">"A feed is connected while somebody looks at its prices, has an open order or an alert. Its place in the list is its turn: the next one stands in while the one before is away."</p>
    }
}

/// The feeds of a type, in the order in which they stand in for each other.
fn chain(feeds: RwSignal<Vec<FeedView>>, asset_type: AssetType, title: &'static str) -> AnyView {
    let own = move || feeds.with(|feeds| feeds.iter().filter(|feed| feed.serves.contains(&asset_type)).cloned().collect::<Vec<_>>());
    let is_simulated = Memo::new(move |_| own().is_empty());
    view! {
        <Panel title>
            <p hidden=move || !is_simulated.get()>
                <Badge kind=BadgeKind::Simulated text="Simulated"/>
                " These prices are invented. The README says how to start SpeedTrade with a real feed."
            </p>
            <ol class="feed-chain">{rows(move || own().into_iter().map(|feed| row(feed, asset_type)).collect())}</ol>
        </Panel>
    }
    .into_any()
}

fn row(feed: FeedView, asset_type: AssetType) -> Row {
    let key = format!("{} {} {:?} {:?} {}", feed.feed, feed.health, feed.detail, feed.heard_at, feed.silent_ms.unwrap_or(0) / 1_000);
    Row::new(key, move || item(feed, asset_type))
}

fn item(feed: FeedView, asset_type: AssetType) -> AnyView {
    let name = feed.feed.clone();
    let (kind, words, advice) = words(&feed.health);
    let speaks = feed.speaks_for.contains(&asset_type);
    let heard = feed.heard_at.map(|at| format!("Last heard {} UTC", format::time(Timestamp::from_micros(at.saturating_mul(1_000)))));
    let silent = feed.silent_ms.filter(|_| feed.health == "silent").map(|ms| format!(" for {} s", ms / 1_000)).unwrap_or_default();
    view! {
        <li data-testid="feed" data-feed=feed.feed.clone() data-health=feed.health.clone()>
            <strong>{name}</strong>
            <Badge kind text=[words, &silent].concat()/>
            {when_some(speaks.then_some("Its prices are shown now."), |words| view! { <span>{words}</span> }.into_any())}
            {when_some(feed.detail, |detail| view! { <p class="field-error" data-testid="feed-detail">{detail}</p> }.into_any())}
            {when_some(advice, |advice| view! { <p class="muted">{advice}</p> }.into_any())}
            {when_some(heard, |heard| view! { <p class="muted">{heard}</p> }.into_any())}
        </li>
    }
    .into_any()
}

fn words(health: &str) -> (BadgeKind, &'static str, Option<&'static str>) {
    match health {
        "live" => (BadgeKind::Good, "Connected", None),
        "idle" => (BadgeKind::Neutral, "Not connected: nobody looks", None),
        "connecting" => (BadgeKind::Neutral, "Connecting", None),
        "silent" => (BadgeKind::Warn, "Connected, and silent", Some("It is connected anew by itself.")),
        "refused" => (
            BadgeKind::Bad,
            "Refused by the provider",
            Some("Its words are above: look at the key and at what the plan includes, then start SpeedTrade again."),
        ),
        _ => (BadgeKind::Bad, "Away", Some("It is tried again by itself, more and more seldom.")),
    }
}
