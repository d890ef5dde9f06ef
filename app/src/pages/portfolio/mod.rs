//! What is held, what it is worth, and what happened to it.

mod allocation;
mod holdings;

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::portfolio,
    components::{Skeleton, Trouble},
};
use holdings::Holdings;

#[component]
pub fn PortfolioPage() -> impl IntoView {
    let snapshot = Resource::new(|| (), |()| portfolio::desk());
    view! {
        <Title text="Portfolio"/>
        <Suspense fallback=|| view! { <Skeleton rows=12/> }>
            {move || Suspend::new(async move {
                match snapshot.await {
                    Ok(desk) => view! { <Holdings desk/> }.into_any(),
                    Err(error) => view! { <Trouble error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}
