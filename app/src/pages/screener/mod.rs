//! Instruments under a hundred dollars and whatever else the address asks for. Works as a plain form, too.

mod filters;
mod more;
mod query;
mod results;
mod screener_row;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::opening::{opening, trouble};
use crate::api::page::{PageData, PageQuery};
use filters::Filters;
use results::Results;

#[component]
pub fn ScreenerPage() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| query::of_address(&address.read()));
    let body = move |answer| {
        let query = query.get_untracked();
        match answer {
            Ok(PageData::Screen(snapshot)) => view! {
                <Filters query=query.clone() sectors=snapshot.sectors/>
                <Results query page=snapshot.page desk=snapshot.desk/>
            }
            .into_any(),
            other => view! { <Filters query sectors=Vec::new()/>{trouble(other)} }.into_any(),
        }
    };
    view! {
        <Title text="Screener"/>
        <h1>"Screener"</h1>
        {opening(move || PageQuery::Screen(query.get()), 16, body)}
    }
}
