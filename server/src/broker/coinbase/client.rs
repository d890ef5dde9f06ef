//! The calls: one question each, signed anew, sent once. What Coinbase pages is read to its end or not at all.
//! Must never take a list that does not end for the whole of it.

use axum::http::Method;
use serde::de::DeserializeOwned;
use serde_json::json;
use speedtrade::{
    instrument::Symbol,
    order::Amount,
    time::{MINUTE_US, Timestamp},
};
use tokio::sync::mpsc;

use super::{
    super::{
        CancelError, Connector, ExecutionReport, FillSource, Frozen, Holding, Identity, InstrumentRules, OrderName, OrderReport, StreamEnd,
        SubmitError, Unsupported, VenueError, VenueEvent, VenueOrder, form,
        http::{Answer, HttpError, Outgoing, Urgency},
    },
    Coinbase, convert, errors, freeze, stream, wire,
};

pub(super) const PREFIX: &str = "/api/v3/brokerage";
const PAGE: &str = "250";
/// Pages of one list; more is no list of an account.
const PAGES_MAX: usize = 400;
/// Clocks differ: an order is looked for from so long before it was sent.
const BEFORE_US: i64 = 5 * MINUTE_US;

type Query<'a> = Vec<(&'a str, String)>;

impl Coinbase {
    async fn send(&self, method: Method, target: String, body: String, urgency: Urgency, at: Timestamp) -> Result<Answer, HttpError> {
        let path = target.split('?').next().unwrap_or_default();
        let token = self.signer.for_question(method.as_str(), path, at).map_err(|error| HttpError::NotSent(error.to_string()))?;
        let mut headers = vec![("authorization", format!("Bearer {token}"))];
        if method == Method::POST {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let answer = self.http.send(Outgoing { method, target, headers, body, urgency, weight: 1 }).await?;
        if let Some(wait) = errors::pause(&answer) {
            self.http.pause(wait);
        }
        Ok(answer)
    }

    async fn post(&self, frozen: &Frozen, urgency: Urgency, at: Timestamp) -> Result<Answer, HttpError> {
        self.send(Method::POST, frozen.path.clone(), frozen.body.clone(), urgency, at).await
    }

    async fn get(&self, path: &str, query: &Query<'_>, urgency: Urgency) -> Result<Answer, VenueError> {
        let query = form::encode(query);
        let target = if query.is_empty() { format!("{PREFIX}{path}") } else { format!("{PREFIX}{path}?{query}") };
        Ok(self.send(Method::GET, target, String::new(), urgency, self.clock.now()).await?)
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str, query: &Query<'_>, urgency: Urgency) -> Result<T, VenueError> {
        let answer = self.get(path, query, urgency).await?;
        errors::question(&answer)?;
        answer.json()
    }

    /// All pages of a list; `take` gives a page's items and the cursor of the next page.
    async fn list<P: DeserializeOwned, T>(
        &self,
        path: &str,
        query: Query<'_>,
        urgency: Urgency,
        take: impl Fn(P) -> (Vec<T>, Option<String>) + Send,
    ) -> Result<Vec<T>, VenueError> {
        let (mut items, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..PAGES_MAX {
            let mut query = query.clone();
            query.push(("limit", PAGE.to_owned()));
            query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
            let (page, next) = take(self.ask(path, &query, urgency).await?);
            items.extend(page);
            cursor = next.filter(|cursor| !cursor.is_empty());
            if cursor.is_none() {
                return Ok(items);
            }
        }
        Err(VenueError::endless())
    }

    async fn orders(&self, query: Query<'_>, urgency: Urgency) -> Result<Vec<OrderReport>, VenueError> {
        let take = |page: wire::Orders| (page.orders, page.cursor.filter(|_| page.has_next));
        let orders = self.list("/orders/historical/batch", query, urgency, take).await?;
        all_read(orders.iter().map(convert::order))
    }

    async fn fills(&self, query: Query<'_>) -> Result<Vec<ExecutionReport>, VenueError> {
        let take = |page: wire::Fills| (page.fills, page.cursor);
        let fills = self.list("/orders/historical/fills", query, Urgency::Question, take).await?;
        let mut executions: Vec<_> = fills.iter().filter_map(convert::fill).collect();
        executions.sort_by(|a, b| (a.time, &a.exec_id).cmp(&(b.time, &b.exec_id)));
        executions.dedup_by(|a, b| a.exec_id == b.exec_id && a.venue_order_id == b.venue_order_id);
        Ok(executions)
    }

    async fn by_venue_id(&self, id: &str) -> Result<Option<OrderReport>, VenueError> {
        let answer = self.get(&format!("/orders/historical/{}", form::segment(id)), &Vec::new(), Urgency::Question).await?;
        if answer.status == axum::http::StatusCode::NOT_FOUND {
            return Ok(None);
        }
        errors::question(&answer)?;
        let order = convert::order(&answer.json::<wire::OneOrder>()?.order);
        order.map(Some).ok_or_else(|| VenueError::missing("the side of an order"))
    }

    /// Coinbase can't be asked for a client id: all that was placed since is looked through.
    async fn by_client_id(&self, name: &OrderName, urgency: Urgency) -> Result<Option<OrderReport>, VenueError> {
        let mut query = vec![("start_date", name.sent_at.plus_micros(-BEFORE_US).to_string())];
        query.extend(convert::product(&name.symbol).map(|product| ("product_ids", product)));
        let orders = self.orders(query, urgency).await?;
        Ok(orders.into_iter().find(|order| order.client_id.as_deref() == Some(&name.client_id)))
    }

    async fn venue_id(&self, name: &OrderName, urgency: Urgency) -> Result<Option<String>, VenueError> {
        match &name.venue_id {
            Some(id) => Ok(Some(id.clone())),
            None => Ok(self.by_client_id(name, urgency).await?.map(|order| order.venue_id)),
        }
    }
}

/// A report that can't be read makes the list unreadable: what is missing in it would count as absent.
fn all_read(reports: impl Iterator<Item = Option<OrderReport>>) -> Result<Vec<OrderReport>, VenueError> {
    reports.collect::<Option<Vec<_>>>().ok_or_else(|| VenueError::missing("the side of an order"))
}

impl Connector for Coinbase {
    const FILLS: FillSource = FillSource::Cumulative;

    fn budget(&self) -> (u32, u32) {
        self.http.budget_left()
    }

    fn freeze(&self, order: &VenueOrder) -> Result<Frozen, Unsupported> {
        freeze::order(order)
    }

    /// A client id that is known already leads to its first order, not to a second one.
    async fn submit(&self, frozen: &Frozen, at: Timestamp) -> Result<OrderReport, SubmitError> {
        let answer = self.post(frozen, Urgency::Order, at).await?;
        let report = errors::submitted(&answer)?.and_then(|id| convert::accepted(frozen, &id, at));
        report.ok_or_else(|| SubmitError::unreadable(&VenueError::missing("the name of the order")))
    }

    async fn cancel(&self, order: &OrderName) -> Result<(), CancelError> {
        let not_sent = |error: VenueError| CancelError::NotSent { detail: error.to_string() };
        let id = self.venue_id(order, Urgency::Cancel).await.map_err(not_sent)?.ok_or(CancelError::NotOpen)?;
        let frozen = Frozen { path: format!("{PREFIX}/orders/batch_cancel"), body: json!({"order_ids": [id]}).to_string() };
        errors::canceled(&self.post(&frozen, Urgency::Cancel, self.clock.now()).await?)
    }

    /// In place: the order keeps its names.
    async fn replace(&self, old: &OrderName, new: &VenueOrder, at: Timestamp) -> Result<OrderReport, SubmitError> {
        let not_sent = |error: VenueError| SubmitError::NotSent { detail: error.to_string() };
        let missing = || SubmitError::Rejected { code: "ORDER_NOT_FOUND".to_owned(), message: "Coinbase knows no such order".to_owned() };
        let id = self.venue_id(old, Urgency::Order).await.map_err(not_sent)?.ok_or_else(missing)?;
        let old = OrderName { venue_id: Some(id.clone()), ..old.clone() };
        let frozen = freeze::edit(&old, new)?;
        errors::submitted(&self.post(&frozen, Urgency::Order, at).await?)?;
        let order = self.by_venue_id(&id).await.map_err(|error| SubmitError::unreadable(&error))?;
        let order = order.ok_or_else(|| SubmitError::unreadable(&VenueError::missing("the order that was changed")))?;
        // The list may still show the terms of before.
        let qty = match new.amount {
            Amount::Qty(qty) => Some(qty),
            Amount::Notional(_) => order.qty,
        };
        Ok(OrderReport { kind: Some(new.kind), qty, ..order })
    }

    async fn find_order(&self, name: &OrderName) -> Result<Option<OrderReport>, VenueError> {
        if let Some(id) = &name.venue_id {
            return self.by_venue_id(id).await;
        }
        self.by_client_id(name, Urgency::Question).await
    }

    /// In two questions: `OPEN` can't be asked for together with another status.
    async fn open_orders(&self) -> Result<Vec<OrderReport>, VenueError> {
        let statuses = |words: &[&str]| words.iter().map(|word| ("order_status", (*word).to_owned())).collect();
        let mut orders = self.orders(statuses(&["PENDING", "QUEUED", "CANCEL_QUEUED"]), Urgency::Question).await?;
        orders.extend(self.orders(statuses(&["OPEN"]), Urgency::Question).await?);
        orders.sort_by(|a, b| a.venue_id.cmp(&b.venue_id));
        orders.dedup_by(|a, b| a.venue_id == b.venue_id);
        Ok(orders)
    }

    async fn orders_since(&self, since: Timestamp, _: &[Symbol]) -> Result<Vec<OrderReport>, VenueError> {
        let orders = self.orders(vec![("start_date", since.to_string())], Urgency::Question).await?;
        Ok(orders.into_iter().filter(|order| order.created_at.is_none_or(|at| at >= since)).collect())
    }

    async fn executions_of(&self, order: &OrderName) -> Result<Vec<ExecutionReport>, VenueError> {
        match self.venue_id(order, Urgency::Question).await? {
            Some(id) => self.fills(vec![("order_ids", id)]).await,
            None => Ok(Vec::new()),
        }
    }

    async fn executions_since(&self, since: Timestamp, _: &[Symbol]) -> Result<Vec<ExecutionReport>, VenueError> {
        let fills = self.fills(vec![("start_sequence_timestamp", since.to_string())]).await?;
        Ok(fills.into_iter().filter(|execution| execution.time >= since).collect())
    }

    async fn holdings(&self) -> Result<Vec<Holding>, VenueError> {
        let take = |page: wire::Accounts| (page.accounts, page.cursor.filter(|_| page.has_next));
        Ok(convert::holdings(&self.list("/accounts", Vec::new(), Urgency::Question, take).await?))
    }

    async fn rules(&self) -> Result<Vec<InstrumentRules>, VenueError> {
        let products: wire::Products = self.ask("/products", &vec![("product_type", "SPOT".to_owned())], Urgency::Question).await?;
        Ok(products.products.iter().filter_map(convert::rules).collect())
    }

    async fn identity(&self) -> Result<Identity, VenueError> {
        Ok(convert::identity(self.ask("/key_permissions", &Vec::new(), Urgency::Question).await?))
    }

    async fn server_time(&self) -> Result<Timestamp, VenueError> {
        Ok(self.ask::<wire::ServerTime>("/time", &Vec::new(), Urgency::Question).await?.epoch_millis.0)
    }

    async fn listen(&self, events: &mpsc::Sender<VenueEvent>) -> StreamEnd {
        stream::listen(&self.stream, &self.signer, self.clock.now(), events).await
    }
}
