//! What is held, what it is worth, and what happened to it.

mod all_accounts;
mod allocation;
mod holdings;

use leptos::prelude::*;
use leptos_meta::Title;

use super::opening::{Answer, opening, trouble};
use crate::api::page::{PageData, PageQuery};
pub use all_accounts::AllAccountsPage;
use holdings::Holdings;

#[component]
pub fn PortfolioPage() -> impl IntoView {
    view! {
        <Title text="Portfolio"/>
        <h1>"Portfolio"</h1>
        {views("/portfolio")}
        {opening(|| PageQuery::Portfolio, 12, body)}
    }
}

fn body(answer: Answer) -> AnyView {
    match answer {
        Ok(PageData::Portfolio(desk)) => view! { <Holdings desk/> }.into_any(),
        other => trouble(other),
    }
}

/// One account, or all of them.
fn views(current: &'static str) -> AnyView {
    let link = |(path, words): (&'static str, &'static str)| {
        view! { <a class="chip" href=path aria-current=(path == current).then_some("true")>{words}</a> }.into_any()
    };
    view! {
        <nav class="chips" aria-label="Accounts">
            {[("/portfolio", "This account"), ("/portfolio/all", "All accounts")].map(link).collect_view()}
        </nav>
    }
    .into_any()
}
