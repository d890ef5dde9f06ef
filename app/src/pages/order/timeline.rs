//! What happened to an order, oldest first, to the millisecond.

use leptos::prelude::*;
use speedtrade::wire::{Moment, MomentView};

use crate::{
    components::{Row, rows},
    format,
};

#[component]
pub(super) fn Timeline(moments: Signal<Vec<MomentView>>) -> impl IntoView {
    view! {
        <ol class="timeline" data-testid="order-timeline">
            {rows(move || moments.get().into_iter().enumerate().map(|(place, moment)| {
                let key = format!("{place} {} {}", moment.at.micros(), moment.text);
                Row::new(key, move || row(&moment))
            }).collect())}
        </ol>
    }
}

fn row(moment: &MomentView) -> AnyView {
    view! {
        <li class=tone(moment.event)>
            <time class="muted" datetime=moment.at.to_string()>{format::time_ms(moment.at)}" UTC"</time>
            <span>{moment.text.clone()}</span>
        </li>
    }
    .into_any()
}

const fn tone(moment: Moment) -> &'static str {
    match moment {
        Moment::Filled => "moment moment-good",
        Moment::Refused | Moment::Rejected | Moment::NoAnswer | Moment::Unknown | Moment::NotSent => "moment moment-bad",
        Moment::Placed
        | Moment::Seen
        | Moment::Triggered
        | Moment::Sent
        | Moment::Accepted
        | Moment::Known
        | Moment::Canceled
        | Moment::Expired
        | Moment::Replaced => "moment",
    }
}
