//! Instruments under a hundred dollars and whatever else the address asks for. Works as a plain form, too.

mod filters;
mod more;
mod query;
mod results;
mod screener_row;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::market,
    components::{Skeleton, Trouble},
};
use filters::Filters;
use results::Results;

#[component]
pub fn ScreenerPage() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| query::of_address(&address.read()));
    let snapshot = Resource::new(move || query.get(), market::screen_snapshot);
    view! {
        <Title text="Screener"/>
        <h1>"Screener"</h1>
        <Transition fallback=|| view! { <Skeleton rows=16/> }>
            {move || Suspend::new(async move {
                let query = query.get_untracked();
                match snapshot.await {
                    Ok(snapshot) => view! {
                        <Filters query=query.clone() sectors=snapshot.sectors/>
                        <Results query page=snapshot.page desk=snapshot.desk/>
                    }.into_any(),
                    Err(error) => view! { <Filters query sectors=Vec::new()/><Trouble error/> }.into_any(),
                }
            })}
        </Transition>
    }
}
