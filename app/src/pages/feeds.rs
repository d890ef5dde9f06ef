//! Where prices come from and how each feed is, in words that say what to do.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;
use speedtrade::{
    instrument::AssetType,
    time::Timestamp,
    wire::{FeedView, FeedsView, ProviderView},
};

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
fn Feeds(feeds: FeedsView) -> impl IntoView {
    let feeds = RwSignal::new(feeds);
    follow(|| PageQuery::Feeds, Some(REFRESH), feeds);
    view! {
        <div class="feeds" data-testid="feeds">
            {AssetType::ALL.map(|asset_type| chain(feeds, asset_type)).collect_view()}
            <Panel title="Not configured">
                <ul class="feed-chain">{rows(move || feeds.with(|feeds| feeds.off.iter().map(off_row).collect()))}</ul>
                <p class="muted">"SpeedTrade is told which providers to take when it starts: --stock-feeds and --crypto-feeds. The README shows how, and which want a key."</p>
            </Panel>
        </div>
        <p class="muted">"A feed is connected while somebody looks at its prices, has an open order or an alert. Its place in the list is its turn: the next one stands in while the one before is away."</p>
    }
}

const fn title(asset_type: AssetType) -> &'static str {
    match asset_type {
        AssetType::Stock => "Stocks",
        AssetType::Crypto => "Crypto",
    }
}

fn off_row(provider: &ProviderView) -> Row {
    let name = provider.feed.clone();
    let serves = provider.serves.iter().map(|asset_type| title(*asset_type)).collect::<Vec<_>>().join(", ");
    Row::new(name.clone(), move || {
        view! {
            <li data-testid="feed-off">
                <strong>{name}</strong>
                " "
                <span class="muted">{serves}</span>
            </li>
        }
        .into_any()
    })
}

/// The feeds of a type, in the order in which they stand in for each other.
fn chain(feeds: RwSignal<FeedsView>, asset_type: AssetType) -> AnyView {
    let own = move || {
        feeds.with(|feeds| match asset_type {
            AssetType::Stock => feeds.stocks.clone(),
            AssetType::Crypto => feeds.crypto.clone(),
        })
    };
    let is_simulated = Memo::new(move |_| own().is_empty());
    view! {
        <Panel title=title(asset_type)>
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
    let (speaks, silent_s) = (feed.speaks_for.contains(&asset_type), feed.silent_ms.unwrap_or(0) / 1_000);
    let key = format!("{} {} {speaks} {:?} {:?} {silent_s}", feed.feed, feed.health, feed.detail, feed.heard_at);
    Row::new(key, move || item(feed, asset_type))
}

fn item(feed: FeedView, asset_type: AssetType) -> AnyView {
    let name = feed.feed.clone();
    let (kind, words, advice) = words(&feed.health);
    let speaks = feed.speaks_for.contains(&asset_type);
    let age = feed.silent_ms.map(|ms| age(ms / 1_000));
    let silent = age.as_ref().filter(|_| feed.health == "silent").map(|age| [" for ", age].concat()).unwrap_or_default();
    let heard = feed.heard_at.zip(age).map(|(at, age)| format!("Last heard {age} ago, {} UTC", format::time(Timestamp::from_millis(at))));
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

/// `12 s`, `3 min`, `5 h`, `2 d`.
fn age(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        172_800.. => format!("{} d", seconds / 86_400),
    }
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
            Some("Look at the key and at what the plan includes. It is asked again by itself; another key wants a new start."),
        ),
        _ => (BadgeKind::Bad, "Away", Some("It is tried again by itself, more and more seldom.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_the_unit_that_fits() {
        let told = [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7_199, "119 min"), (7_200, "2 h"), (172_799, "47 h"), (172_800, "2 d")];
        for (seconds, words) in told {
            assert_eq!(age(seconds), words);
        }
    }
}
