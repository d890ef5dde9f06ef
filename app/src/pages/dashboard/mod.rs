//! The trader's morning look: worth, holdings, what is working, what moves.

mod movers;
mod overview;

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::portfolio,
    components::{Skeleton, Trouble},
};
use overview::Overview;

#[component]
pub fn DashboardPage() -> impl IntoView {
    let snapshot = Resource::new(|| (), |()| portfolio::dashboard());
    view! {
        <Title text="Dashboard"/>
        <Suspense fallback=|| view! { <Skeleton rows=14/> }>
            {move || Suspend::new(async move {
                match snapshot.await {
                    Ok(snapshot) => view! { <Overview snapshot/> }.into_any(),
                    Err(error) => view! { <Trouble error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}
