//! A trader's alerts: making and changing them, and what fired.

mod alert_form;
mod alert_row;
mod firings_table;

use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use speedtrade::wire::AlertView;

use super::opening::{Answer, opening, trouble};
use crate::{
    api::{
        ApiError,
        page::{PageData, PageQuery},
        watching::{AlertAction, AlertsSnapshot, change_alert},
    },
    components::{Empty, Panel, Row, rows, when},
    live,
    state::{
        effect::on_change,
        toasts::{ToastKind, ToastStore, use_toasts},
    },
};
use alert_form::AlertForm;
use alert_row::AlertRow;
use firings_table::FiringsTable;

/// What the page shows, and what is being changed in the form.
#[derive(Clone, Copy)]
struct Page {
    shown: RwSignal<AlertsSnapshot>,
    editing: RwSignal<Option<AlertView>>,
    /// Each form is a new one: what was typed into the one before is gone.
    form: RwSignal<u32>,
    toasts: ToastStore,
}

impl Page {
    fn edit(self, alert: Option<AlertView>) {
        self.editing.try_set(alert);
        self.form.try_update(|form| *form = form.wrapping_add(1));
    }

    /// Asks the host and shows its answer; what went wrong goes to `failed`, or becomes a toast.
    fn send(self, action: AlertAction, failed: Option<RwSignal<Option<ApiError>>>) {
        spawn_local(async move {
            let is_edit = matches!(action, AlertAction::Create(_) | AlertAction::Change(..));
            match (change_alert(action).await, failed) {
                (Ok(answer), failed) => {
                    self.shown.try_set(answer);
                    if is_edit && failed.is_some() {
                        self.edit(None);
                    }
                }
                (Err(error), Some(failed)) => {
                    failed.try_set(Some(error));
                }
                (Err(error), None) => self.toasts.push(ToastKind::Bad, error.to_string()),
            }
        });
    }
}

#[component]
pub fn AlertsPage() -> impl IntoView {
    view! {
        <Title text="Alerts"/>
        <h1>"Alerts"</h1>
        {opening(|| PageQuery::Alerts, 10, body)}
    }
}

fn body(answer: Answer) -> AnyView {
    match answer {
        Ok(PageData::Alerts(snapshot)) => view! { <Alerts snapshot/> }.into_any(),
        other => trouble(other),
    }
}

#[component]
fn Alerts(snapshot: AlertsSnapshot) -> impl IntoView {
    let page = Page { shown: RwSignal::new(snapshot), editing: RwSignal::new(None), form: RwSignal::new(0), toasts: use_toasts() };
    let version = live::desk_version();
    on_change(move || version.get(), move |_, _| page.send(AlertAction::Look, None));
    let asked = use_query_map().with_untracked(|query| query.get("symbol")).unwrap_or_default();
    let is_empty = Memo::new(move |_| page.shown.with(|shown| shown.alerts.is_empty()));
    let form = move || {
        let symbol = asked.clone();
        vec![Row::new(page.form.get(), move || form_panel(page, symbol))]
    };
    view! {
        <div class="watching">
            {rows(form)}
            <Panel title="Alerts">
                <div class="table-scroll">
                    <table class="data-table cards" data-testid="alerts-table" hidden=is_empty>
                        <caption class="visually-hidden">"Alerts, newest first"</caption>
                        <thead>{head()}</thead>
                        <tbody>{rows(move || page.shown.with(|shown| shown.alerts.iter().map(|alert| row(page, alert)).collect()))}</tbody>
                    </table>
                </div>
                {move || when(is_empty.get(), || view! { <Empty text="No alerts yet. The form above makes one."/> }.into_any())}
            </Panel>
            <Panel title="History"><FiringsTable firings=Signal::derive(move || page.shown.with(|shown| shown.firings.clone()))/></Panel>
        </div>
    }
}

fn form_panel(page: Page, symbol: String) -> AnyView {
    let alert = page.editing.get_untracked();
    let title = if alert.is_some() { "Change alert" } else { "New alert" };
    view! { <Panel title><AlertForm page alert symbol/></Panel> }.into_any()
}

fn row(page: Page, alert: &AlertView) -> Row {
    let (alert, key) = (alert.clone(), format!("{} {} {}", alert.id, alert.updated_at.micros(), alert.status.as_str()));
    Row::new(key, move || view! { <AlertRow page alert/> }.into_any())
}

fn head() -> AnyView {
    view! {
        <tr>
            <th scope="col">"Symbol"</th>
            <th scope="col">"When"</th>
            <th scope="col">"Repeats"</th>
            <th scope="col">"Ends (UTC)"</th>
            <th scope="col">"Status"</th>
            <th scope="col" class="num">"Fired"</th>
            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
        </tr>
    }
    .into_any()
}
