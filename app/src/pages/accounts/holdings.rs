//! What the venue said that an account holds, when it was asked last.

use leptos::prelude::*;
use speedtrade::wire::HoldingView;

#[component]
pub(super) fn Holdings(holdings: Vec<HoldingView>) -> impl IntoView {
    if holdings.is_empty() {
        return view! { <p class="field-hint">"The venue said that the account is empty."</p> }.into_any();
    }
    let row = |of: HoldingView| {
        view! {
            <tr>
                <th scope="row">{of.asset}</th>
                <td class="num">{of.total.to_string()}</td>
                <td class="num">{of.locked.to_string()}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <div class="table-scroll">
            <table class="data-table" data-testid="account-holdings">
                <caption class="visually-hidden">"Holdings when last verified"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Asset"</th>
                        <th scope="col" class="num">"Total"</th>
                        <th scope="col" class="num">"In orders"</th>
                    </tr>
                </thead>
                <tbody>{holdings.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
