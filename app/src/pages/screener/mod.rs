//! Instruments under a hundred dollars and whatever else the address asks for. Works as a plain form, too.

mod chips;
mod filters;
mod query;
mod results;
mod saved;
mod screener_row;
mod window;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::opening::{opening, trouble};
use crate::{
    api::{
        market::ScreenSnapshot,
        page::{PageData, PageQuery},
    },
    components::{Empty, when},
};
use chips::Chips;
use filters::{Filters, Offered};
use results::Results;
use saved::Saved;

#[component]
pub fn ScreenerPage() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| query::of_address(&address.read()));
    let body = move |answer| {
        let query = query.get_untracked();
        match answer {
            Ok(PageData::Screen(ScreenSnapshot { found, errors, sectors, exchanges, desk, saved })) => {
                let is_right = errors.is_empty();
                let power = desk.as_ref().map(|desk| desk.portfolio.buying_power);
                view! {
                    <Chips query=query.clone() power/>
                    {when(power.is_some(), || view! { <Saved first=saved address=query::to_address(&query)/> }.into_any())}
                    <Filters query=query.clone() offered=Offered { sectors, exchanges } errors/>
                    {if is_right {
                        view! { <Results query first=found desk/> }.into_any()
                    } else {
                        view! { <Empty text="What is marked above can't be read, so nothing is shown."/> }.into_any()
                    }}
                }
                .into_any()
            }
            other => {
                let offered = Offered { sectors: Vec::new(), exchanges: Vec::new() };
                view! { <Filters query offered errors=Vec::new()/>{trouble(other)} }.into_any()
            }
        }
    };
    view! {
        <Title text="Screener"/>
        <h1>"Screener"</h1>
        {opening(move || PageQuery::Screen(query.get()), 16, body)}
    }
}
