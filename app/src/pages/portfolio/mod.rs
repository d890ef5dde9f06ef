//! What is held, what it is worth, and what happened to it.

mod allocation;
mod holdings;

use leptos::prelude::*;
use leptos_meta::Title;

use super::opening::{Answer, opening, trouble};
use crate::api::page::{PageData, PageQuery};
use holdings::Holdings;

#[component]
pub fn PortfolioPage() -> impl IntoView {
    view! {
        <Title text="Portfolio"/>
        {opening(|| PageQuery::Portfolio, 12, body)}
    }
}

fn body(answer: Answer) -> AnyView {
    match answer {
        Ok(PageData::Portfolio(desk)) => view! { <Holdings desk/> }.into_any(),
        other => trouble(other),
    }
}
