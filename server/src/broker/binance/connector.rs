//! `Connector` for Binance: each call is one question or a paged list of them. Must never send an order twice.

use std::future::Future;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::de::DeserializeOwned;
use speedtrade::{
    instrument::Symbol,
    time::{DAY_US, SECOND_US, Timestamp},
    venue::Environment,
};
use tokio::sync::mpsc;

use super::{
    Binance,
    calls::{self, Call, PAGE, Page},
    convert, errors, freeze, wire,
};
use crate::broker::{
    CancelError, Connector, ExecutionReport, FillSource, Frozen, Holding, Identity, InstrumentRules, OrderName, OrderReport, StreamEnd,
    SubmitError, Unsupported, VenueError, VenueEvent, VenueOrder, http::Answer,
};

/// A little less than the day that the venue allows.
const WINDOW_US: i64 = DAY_US - SECOND_US;
const WINDOWS_MAX: usize = 30;
/// Pairs that are asked for at once.
const AT_ONCE: usize = 8;
/// Where a list is read from its start.
const FIRST_ID: i64 = 1;

impl Connector for Binance {
    const FILLS: FillSource = FillSource::Executions;
    const IS_ASKED_BY_SYMBOL: bool = true;

    fn budget(&self) -> (u32, u32) {
        self.transport.budget()
    }

    fn freeze(&self, order: &VenueOrder) -> Result<Frozen, Unsupported> {
        freeze::new_order(order, &self.names)
    }

    async fn submit(&self, frozen: &Frozen, at: Timestamp) -> Result<OrderReport, SubmitError> {
        let answer = self.transport.order(frozen, at).await?;
        self.placed(&answer, |order: wire::Order| order)
    }

    /// A cancel may be said twice: a wrong clock is set right in between.
    async fn cancel(&self, order: &OrderName) -> Result<(), CancelError> {
        let code = self.names.code(&order.symbol).ok_or(CancelError::NotOpen)?;
        let answer = self.transport.signed(&calls::cancel(&code, order)).await?;
        if answer.status.is_success() { Ok(()) } else { Err(errors::of_cancel(&answer)) }
    }

    async fn replace(&self, old: &OrderName, new: &VenueOrder, at: Timestamp) -> Result<OrderReport, SubmitError> {
        let frozen = freeze::replacement(old, new, &self.names)?;
        let answer = self.transport.order(&frozen, at).await?;
        self.placed(&answer, |replaced: wire::Replaced| replaced.new_order_response)
    }

    async fn find_order(&self, name: &OrderName) -> Result<Option<OrderReport>, VenueError> {
        let Some(code) = self.names.code(&name.symbol) else { return Ok(None) };
        let answer = self.transport.signed(&calls::order(&code, name)).await?;
        if errors::Failure::is_no_such_order(&answer) {
            return Ok(None);
        }
        if !answer.status.is_success() {
            return Err(errors::of_question(&answer));
        }
        convert::order(&answer.json()?, &self.names).map(Some)
    }

    async fn open_orders(&self) -> Result<Vec<OrderReport>, VenueError> {
        let orders: Vec<wire::Order> = self.transport.ask(&calls::open_orders()).await?;
        orders.iter().map(|order| convert::order(order, &self.names)).collect()
    }

    async fn orders_since(&self, since: Timestamp, symbols: &[Symbol]) -> Result<Vec<OrderReport>, VenueError> {
        let place = |order: &wire::Order| (order.order_id, order.time.map(|time| time.0));
        let orders: Vec<wire::Order> = self.of_each(symbols, since, calls::all_orders, place).await?;
        let placed_since = |order: &&wire::Order| order.time.is_none_or(|time| time.0.millis() >= since.millis());
        orders.iter().filter(placed_since).map(|order| convert::order(order, &self.names)).collect()
    }

    async fn executions_of(&self, order: &OrderName) -> Result<Vec<ExecutionReport>, VenueError> {
        let Some(code) = self.names.code(&order.symbol) else { return Ok(Vec::new()) };
        let venue_id = match &order.venue_id {
            Some(id) => Some(id.clone()),
            None => self.find_order(order).await?.map(|found| found.venue_id),
        };
        let Some(venue_id) = venue_id else { return Ok(Vec::new()) };
        let (call, id) = (|from| calls::trades_of(&code, &venue_id, from), |trade: &wire::Trade| trade.id);
        let trades = self.rest(Vec::new(), FIRST_ID, call, id).await?;
        let named = |trade| Ok(ExecutionReport { client_id: Some(order.client_id.clone()), ..convert::trade(trade, &self.names)? });
        trades.iter().map(named).collect()
    }

    async fn executions_since(&self, since: Timestamp, symbols: &[Symbol]) -> Result<Vec<ExecutionReport>, VenueError> {
        let place = |trade: &wire::Trade| (trade.id, Some(trade.time.0));
        let mut trades: Vec<wire::Trade> = self.of_each(symbols, since, calls::trades, place).await?;
        trades.retain(|trade: &wire::Trade| trade.time.0.millis() >= since.millis());
        trades.sort_by_key(|trade| trade.time.0);
        trades.iter().map(|trade| convert::trade(trade, &self.names)).collect()
    }

    async fn holdings(&self) -> Result<Vec<Holding>, VenueError> {
        let account: wire::Account = self.transport.ask(&calls::account()).await?;
        Ok(convert::holdings(&account, &self.names))
    }

    async fn rules(&self) -> Result<Vec<InstrumentRules>, VenueError> {
        let info: wire::ExchangeInfo = self.transport.unsigned(&calls::rules()).await?;
        Ok(info.symbols.iter().filter_map(|instrument| convert::rules(instrument, &self.names)).collect())
    }

    async fn identity(&self) -> Result<Identity, VenueError> {
        let account: wire::Account = self.transport.ask(&calls::account()).await?;
        let restrictions: Option<wire::Restrictions> = match self.environment {
            Environment::Live => Some(self.transport.ask(&calls::restrictions()).await?),
            Environment::Practice => None,
        };
        Ok(convert::identity(&account, restrictions.as_ref()))
    }

    async fn server_time(&self) -> Result<Timestamp, VenueError> {
        self.transport.server_time().await
    }

    fn listen(&self, events: &mpsc::Sender<VenueEvent>) -> impl Future<Output = StreamEnd> + Send {
        self.hear(events)
    }
}

impl Binance {
    fn placed<T: DeserializeOwned>(&self, answer: &Answer, order: fn(T) -> wire::Order) -> Result<OrderReport, SubmitError> {
        if !answer.status.is_success() {
            return Err(errors::of_order(answer));
        }
        let report = answer.json().and_then(|body| convert::order(&order(body), &self.names));
        report.map_err(|error| SubmitError::unreadable(&error))
    }

    /// Pair by pair. Of one that the venue does not list there is nothing.
    async fn of_each<T: DeserializeOwned + Send>(
        &self,
        symbols: &[Symbol],
        since: Timestamp,
        call: fn(&str, Page) -> Call,
        place: fn(&T) -> (i64, Option<Timestamp>),
    ) -> Result<Vec<T>, VenueError> {
        let codes: Vec<_> = symbols.iter().filter_map(|symbol| self.names.code(symbol)).collect();
        let lists = stream::iter(codes).map(|code| async move {
            match self.list(since, |page| call(&code, page), place).await {
                Err(error) if errors::is_no_such_pair(&error) => Ok(Vec::new()),
                answer => answer,
            }
        });
        let lists: Vec<Vec<T>> = lists.buffered(AT_ONCE).try_collect().await?;
        Ok(lists.into_iter().flatten().collect())
    }

    /// A list that the venue numbers: mostly its newest page reaches back far enough. Else it is read by days until the first
    /// item is found, and by its number from there on. Where nothing was found for a month it is read from its start, with what
    /// is older than asked for.
    async fn list<T: DeserializeOwned>(
        &self,
        since: Timestamp,
        call: impl Fn(Page) -> Call,
        place: fn(&T) -> (i64, Option<Timestamp>),
    ) -> Result<Vec<T>, VenueError> {
        let newest: Vec<T> = self.transport.ask(&call(Page::Newest)).await?;
        if newest.len() < PAGE || newest.iter().any(|item| place(item).1.is_some_and(|at| at < since)) {
            return Ok(newest);
        }
        let id = |item: &T| place(item).0;
        let mut from = since;
        for _ in 0..WINDOWS_MAX {
            if from > self.transport.now() {
                return Ok(Vec::new());
            }
            let to = from.plus_micros(WINDOW_US);
            let page: Vec<T> = self.transport.ask(&call(Page::Window { from, to })).await?;
            if let Some(last) = page.iter().map(id).max() {
                return self.rest(page, last.saturating_add(1), |from| call(Page::Id(from)), id).await;
            }
            from = to;
        }
        self.rest(Vec::new(), FIRST_ID, |from| call(Page::Id(from)), id).await
    }

    async fn rest<T: DeserializeOwned>(
        &self,
        mut items: Vec<T>,
        mut from: i64,
        call: impl Fn(i64) -> Call,
        id: impl Fn(&T) -> i64,
    ) -> Result<Vec<T>, VenueError> {
        loop {
            let page: Vec<T> = self.transport.ask(&call(from)).await?;
            let is_last = page.len() < PAGE;
            let last = page.iter().map(&id).max();
            items.extend(page);
            if is_last {
                return Ok(items);
            }
            from = last.filter(|last| *last >= from).and_then(|last| last.checked_add(1)).ok_or_else(VenueError::endless)?;
        }
    }
}
