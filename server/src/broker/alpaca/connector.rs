//! `Connector` for Alpaca: each call is one question or a paged list of them. Must never send an order twice.

use std::{collections::HashSet, future::Future};

use axum::http::StatusCode;
use speedtrade::{instrument::Symbol, time::Timestamp};
use tokio::sync::mpsc;

use super::{Alpaca, calls, convert, errors, freeze, wire};
use crate::broker::{
    CancelError, Connector, ExecutionReport, FillSource, Frozen, Holding, Identity, InstrumentRules, OrderName, OrderReport, StreamEnd,
    SubmitError, Unsupported, VenueError, VenueEvent, VenueOrder,
    http::{Answer, Urgency},
};

impl Connector for Alpaca {
    const FILLS: FillSource = FillSource::Cumulative;

    fn budget(&self) -> (u32, u32) {
        self.transport.budget()
    }

    fn freeze(&self, order: &VenueOrder) -> Result<Frozen, Unsupported> {
        freeze::new_order(order)
    }

    async fn submit(&self, frozen: &Frozen, _at: Timestamp) -> Result<OrderReport, SubmitError> {
        let answer = self.transport.send(calls::submit(&frozen.path, &frozen.body)).await?;
        if answer.status.is_success() { placed(&answer) } else { Err(errors::of_order(&answer)) }
    }

    async fn cancel(&self, order: &OrderName) -> Result<(), CancelError> {
        let venue_id = if let Some(id) = &order.venue_id {
            id.clone()
        } else {
            let answer = self.transport.send(calls::order_by_client_id(&order.client_id, Urgency::Cancel)).await?;
            if !answer.status.is_success() {
                return Err(errors::of_cancel(&answer));
            }
            let found = answer.json::<wire::Order>();
            found.map_err(|error| CancelError::Unknown { detail: error.to_string(), retry_after: None })?.id
        };
        let answer = self.transport.send(calls::cancel(&venue_id)).await?;
        if answer.status.is_success() { Ok(()) } else { Err(errors::of_cancel(&answer)) }
    }

    async fn replace(&self, old: &OrderName, new: &VenueOrder, _at: Timestamp) -> Result<OrderReport, SubmitError> {
        let body = freeze::change(new)?;
        let not_sent = |error: VenueError| SubmitError::NotSent { detail: error.to_string() };
        let gone = || SubmitError::Rejected { code: "not_found".to_owned(), message: "the venue has no such order".to_owned() };
        let venue_id = self.venue_id(old).await.map_err(not_sent)?.ok_or_else(gone)?;
        let answer = self.transport.send(calls::replace(&venue_id, body)).await?;
        if answer.status.is_success() { placed(&answer) } else { Err(errors::of_replacement(&answer)) }
    }

    async fn find_order(&self, name: &OrderName) -> Result<Option<OrderReport>, VenueError> {
        let question = match &name.venue_id {
            Some(id) => calls::order(id),
            None => calls::order_by_client_id(&name.client_id, Urgency::Question),
        };
        let answer = self.transport.send(question).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => convert::order(&answer.json()?).map(Some),
            _ => Err(errors::of_question(&answer)),
        }
    }

    async fn open_orders(&self) -> Result<Vec<OrderReport>, VenueError> {
        self.orders("open", None).await
    }

    async fn orders_since(&self, since: Timestamp, _symbols: &[Symbol]) -> Result<Vec<OrderReport>, VenueError> {
        self.orders("all", Some(since)).await
    }

    async fn executions_of(&self, order: &OrderName) -> Result<Vec<ExecutionReport>, VenueError> {
        let Some(venue_id) = self.venue_id(order).await? else { return Ok(Vec::new()) };
        let mut executions = self.executions_since(order.sent_at.plus_micros(-calls::CLOCKS_APART_US), &[]).await?;
        executions.retain(|execution| execution.venue_order_id == venue_id);
        Ok(executions.into_iter().map(|e| ExecutionReport { client_id: Some(order.client_id.clone()), ..e }).collect())
    }

    async fn executions_since(&self, since: Timestamp, _symbols: &[Symbol]) -> Result<Vec<ExecutionReport>, VenueError> {
        let mut executions = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let page: Vec<wire::Activity> = self.transport.ask(calls::fills(since, token.as_deref())).await?;
            for activity in &page {
                executions.push(convert::execution(activity)?);
            }
            let last = page.last().map(|activity| activity.id.clone());
            if page.len() < calls::ACTIVITIES_PAGE {
                return Ok(executions);
            }
            token = Some(last.filter(|last| Some(last) != token.as_ref()).ok_or_else(VenueError::endless)?);
        }
    }

    async fn holdings(&self) -> Result<Vec<Holding>, VenueError> {
        let account: wire::Account = self.transport.ask(calls::account()).await?;
        let positions: Vec<wire::Position> = self.transport.ask(calls::positions()).await?;
        let positions = positions.iter().map(convert::position);
        convert::cash(&account).map(Ok).into_iter().chain(positions).collect()
    }

    async fn rules(&self) -> Result<Vec<InstrumentRules>, VenueError> {
        let stocks: Vec<wire::Asset> = self.transport.ask(calls::assets("us_equity")).await?;
        let crypto: Vec<wire::Asset> = self.transport.ask(calls::assets("crypto")).await?;
        let crypto = crypto.iter().filter_map(convert::crypto_rules);
        Ok(stocks.iter().filter_map(convert::stock_rules).chain(crypto).collect())
    }

    async fn identity(&self) -> Result<Identity, VenueError> {
        Ok(convert::identity(&self.transport.ask(calls::account()).await?))
    }

    async fn server_time(&self) -> Result<Timestamp, VenueError> {
        let clock: wire::Clock = self.transport.ask(calls::clock()).await?;
        Ok(clock.timestamp.0)
    }

    fn listen(&self, events: &mpsc::Sender<VenueEvent>) -> impl Future<Output = StreamEnd> + Send {
        self.hear(events)
    }
}

impl Alpaca {
    async fn venue_id(&self, name: &OrderName) -> Result<Option<String>, VenueError> {
        match &name.venue_id {
            Some(id) => Ok(Some(id.clone())),
            None => Ok(self.find_order(name).await?.map(|found| found.venue_id)),
        }
    }

    /// Pages overlap by the time of the last order: what was submitted with it is not left out.
    async fn orders(&self, status: &str, mut since: Option<Timestamp>) -> Result<Vec<OrderReport>, VenueError> {
        let (mut orders, mut seen) = (Vec::new(), HashSet::new());
        loop {
            let page: Vec<wire::Order> = self.transport.ask(calls::orders(status, since)).await?;
            let before = seen.len();
            for order in page.iter().filter(|order| seen.insert(order.id.clone())).filter(|order| convert::is_plain(order)) {
                orders.push(convert::order(order)?);
            }
            if page.len() < calls::ORDERS_PAGE {
                return Ok(orders);
            }
            let last = page.last().and_then(|order| order.submitted_at).filter(|_| seen.len() > before);
            since = Some(last.ok_or_else(VenueError::endless)?.0);
        }
    }
}

fn placed(answer: &Answer) -> Result<OrderReport, SubmitError> {
    let report = answer.json().and_then(|order| convert::order(&order));
    report.map_err(|error| SubmitError::unreadable(&error))
}
