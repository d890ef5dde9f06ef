//! The loaded orders, followed live, with more on demand.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::wire::{OrderView, Page};

use super::cancel_all::CancelAll;
use crate::{
    api::{OrderFilter, OrderStatusFilter, orders},
    components::{Panel, blotter::OrdersTable, when},
    live,
    state::{
        account,
        effect::on_change,
        toasts::{ToastKind, ToastStore, use_toasts},
    },
};

/// The most that is read again after an event.
const REREAD_MAX: usize = 500;

#[component]
pub(super) fn OrderList(status: OrderStatusFilter, page: Page<OrderView>) -> impl IntoView {
    let (list, cursor) = (RwSignal::new(page.items), RwSignal::new(page.next_cursor));
    follow(status, list, cursor);
    let (bell, toasts) = (live::desk_bell(), use_toasts());
    let changed = Callback::new(move |order: OrderView| {
        list.update(|list| list.iter_mut().filter(|other| other.id == order.id).for_each(|other| *other = order.clone()));
        bell.ring();
    });
    let has_open = Memo::new(move |_| list.with(|list| list.iter().any(|order| order.status.is_open())));
    let has_more = Memo::new(move |_| cursor.with(Option::is_some));
    let actions = move || when(has_open.get(), || view! { <CancelAll/> }.into_any());
    view! {
        <Panel title="Orders" actions>
            <OrdersTable orders=list changed testid="orders-table" caption="Orders, newest first" empty="No orders here. The ticket of any symbol places one."/>
            {move || when(has_more.get(), || view! {
                <button type="button" class="button button-quiet" data-testid="load-more" on:click=move |_| more(status, list, cursor, toasts)>
                    "Load more"
                </button>
            }.into_any())}
        </Panel>
    }
}

/// Reads as many as are shown again, whenever something happened.
fn follow(status: OrderStatusFilter, list: RwSignal<Vec<OrderView>>, cursor: RwSignal<Option<String>>) {
    let version = live::desk_version();
    on_change(
        move || version.get(),
        move |_, _| {
            let limit = list.with_untracked(Vec::len).clamp(OrderFilter::PAGE, REREAD_MAX);
            spawn_local(async move {
                let filter = OrderFilter { limit: Some(limit), ..OrderFilter::first_page(status) };
                if let Ok(page) = orders::list_orders(account::id(), filter).await {
                    list.try_set(page.items);
                    cursor.try_set(page.next_cursor);
                }
            });
        },
    );
}

fn more(status: OrderStatusFilter, list: RwSignal<Vec<OrderView>>, cursor: RwSignal<Option<String>>, toasts: ToastStore) {
    let Some(after) = cursor.get_untracked() else { return };
    spawn_local(async move {
        match orders::list_orders(account::id(), OrderFilter { cursor: Some(after), ..OrderFilter::first_page(status) }).await {
            Ok(page) => {
                list.try_update(|list| {
                    let known: Vec<_> = list.iter().map(|order| order.id).collect();
                    list.extend(page.items.into_iter().filter(|order| !known.contains(&order.id)));
                });
                cursor.try_set(page.next_cursor);
            }
            Err(error) => toasts.push(ToastKind::Bad, error.to_string()),
        }
    });
}
