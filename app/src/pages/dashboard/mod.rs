//! The trader's morning look: worth, holdings, what is working, what moves.

mod movers;
mod overview;
mod watching;

use leptos::prelude::*;
use leptos_meta::Title;

use super::opening::{Answer, opening, trouble};
use crate::api::page::{PageData, PageQuery};
use overview::Overview;

#[component]
pub fn DashboardPage() -> impl IntoView {
    view! {
        <Title text="Dashboard"/>
        {opening(|| PageQuery::Dashboard, 14, body)}
    }
}

fn body(answer: Answer) -> AnyView {
    match answer {
        Ok(PageData::Dashboard(snapshot)) => view! { <Overview snapshot/> }.into_any(),
        other => trouble(other),
    }
}
