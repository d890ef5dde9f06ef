//! The calls: private questions one after another, each with a nonce of its own, sent once. What Kraken pages is read to its
//! end or not at all.

use std::{collections::BTreeMap, time::Duration};

use axum::http::Method;
use serde::de::DeserializeOwned;
use speedtrade::{
    instrument::Symbol,
    order::Amount,
    time::{MINUTE_US, SECOND_US, Timestamp},
};
use tokio::{sync::mpsc, time::timeout};

use super::{
    super::{
        CancelError, Connector, ExecutionReport, FillSource, Frozen, Holding, Identity, InstrumentRules, OrderName, OrderReport, StreamEnd,
        SubmitError, Unsupported, VenueError, VenueEvent, VenueOrder, form,
        http::{HttpError, Outgoing, Urgency},
    },
    Kraken, client_id, convert,
    errors::{self, Refusal},
    freeze, stream, wire,
};

const CANCEL_ORDER: &str = "/0/private/CancelOrder";
/// Items of one page.
const PAGE: usize = 50;
/// Pages of one list; more is no list of an account.
const PAGES_MAX: usize = 400;
/// Executions that can be asked for by name at once.
const NAMES: usize = 20;
/// Clocks differ: an order is looked for from so long before it was sent.
const BEFORE_US: i64 = 5 * MINUTE_US;
/// How long a question waits for those before it.
const TURN: Duration = Duration::from_secs(10);

type Form = Vec<(&'static str, String)>;

/// Why a call has no result: it did not get through, or Kraken refused it.
enum Failure {
    Http(HttpError),
    Refused(Refusal),
}

macro_rules! failure_becomes {
    ($($error:ty),*) => {$(
        impl From<Failure> for $error {
            fn from(failure: Failure) -> Self {
                match failure {
                    Failure::Http(error) => error.into(),
                    Failure::Refused(refusal) => refusal.into(),
                }
            }
        }
    )*};
}
failure_becomes!(SubmitError, CancelError, VenueError);

/// What the counter charges: lists of what is past count twice, what changes orders is counted elsewhere.
fn weight(path: &str) -> u32 {
    match path {
        freeze::ADD_ORDER | freeze::AMEND_ORDER | CANCEL_ORDER => 0,
        "/0/private/TradesHistory" | "/0/private/ClosedOrders" => 2,
        _ => 1,
    }
}

impl Kraken {
    async fn send<T: DeserializeOwned>(&self, path: &str, form: &str, urgency: Urgency, at: Timestamp) -> Result<T, Failure> {
        // Whoever waits for its place lets others have their turn.
        self.http.reserve(urgency, weight(path)).await.map_err(Failure::Http)?;
        let not_sent = |_| Failure::Http(HttpError::NotSent("questions before this one are not answered yet".to_owned()));
        let mut signer = timeout(TURN, self.signer.lock()).await.map_err(not_sent)?;
        let signed = signer.sign(path, form, at);
        let (method, target) = (Method::POST, path.to_owned());
        let question = Outgoing { method, target, headers: signed.headers, body: signed.body, urgency, weight: weight(path) };
        let answer = self.http.dispatch(question).await.map_err(Failure::Http)?;
        drop(signer);
        errors::result(&answer).map_err(|refusal| {
            if let Some(wait) = refusal.pause(self.clock.now()) {
                self.http.pause(wait);
            }
            Failure::Refused(refusal)
        })
    }

    async fn ask<T: DeserializeOwned>(&self, call: &str, form: &Form) -> Result<T, Failure> {
        self.send(&format!("/0/private/{call}"), &form::encode(form), Urgency::Question, self.clock.now()).await
    }

    async fn ask_public<T: DeserializeOwned>(&self, call: &str) -> Result<T, VenueError> {
        let target = format!("/0/public/{call}");
        let question =
            Outgoing { method: Method::GET, target, headers: Vec::new(), body: String::new(), urgency: Urgency::Question, weight: 1 };
        Ok(errors::result(&self.http.send(question).await?)?)
    }

    /// All pages of a list by their offset, newest first: what closes meanwhile moves items to later pages, never past them.
    async fn list<P: DeserializeOwned, T>(
        &self,
        call: &str,
        form: Form,
        take: impl Fn(P) -> BTreeMap<String, T> + Send,
    ) -> Result<BTreeMap<String, T>, VenueError> {
        let mut items = BTreeMap::new();
        for page in 0..PAGES_MAX {
            let mut form = form.clone();
            form.push(("ofs", (page * PAGE).to_string()));
            let told = take(self.ask(call, &form).await?);
            let is_last = told.len() < PAGE;
            items.extend(told);
            if is_last {
                return Ok(items);
            }
        }
        Err(VenueError::endless())
    }

    fn reports(&self, orders: &BTreeMap<String, wire::Order>) -> Result<Vec<OrderReport>, VenueError> {
        let now = self.clock.now();
        let reports: Option<Vec<_>> = orders.iter().map(|(id, order)| convert::order(id, order, &self.tag, now)).collect();
        reports.ok_or_else(|| VenueError::missing("the side of an order"))
    }

    async fn open(&self, form: Form) -> Result<Vec<OrderReport>, VenueError> {
        self.reports(&self.ask::<wire::OpenOrders>("OpenOrders", &form).await?.open)
    }

    async fn closed(&self, form: Form) -> Result<Vec<OrderReport>, VenueError> {
        self.reports(&self.list("ClosedOrders", form, |page: wire::ClosedOrders| page.closed).await?)
    }

    /// The order with its executions' names.
    async fn by_venue_id(&self, id: &str) -> Result<Option<wire::Order>, VenueError> {
        let form = vec![("txid", id.to_owned()), ("trades", "true".to_owned())];
        match self.ask::<BTreeMap<String, wire::Order>>("QueryOrders", &form).await {
            Ok(mut orders) => Ok(orders.remove(id)),
            Err(Failure::Refused(refusal)) if refusal.is_unknown_order() => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Open orders first: one that closes in between is among the closed ones.
    async fn by_client_id(&self, name: &OrderName) -> Result<Option<OrderReport>, VenueError> {
        let Some(told) = client_id::at_kraken(&name.client_id) else { return Ok(None) };
        let is_it = |order: &OrderReport| order.client_id.as_ref().is_some_and(|id| *id == name.client_id || *id == told);
        let mut found = self.open(vec![("cl_ord_id", told.clone())]).await?.into_iter().find(is_it);
        if found.is_none() {
            let since = name.sent_at.plus_micros(-BEFORE_US).seconds().to_string();
            let closed = self.closed(vec![("cl_ord_id", told.clone()), ("start", since)]).await?;
            found = closed.into_iter().find(is_it);
        }
        Ok(found.map(|order| OrderReport { client_id: Some(name.client_id.clone()), ..order }))
    }

    async fn venue_id(&self, name: &OrderName) -> Result<Option<String>, VenueError> {
        match &name.venue_id {
            Some(id) => Ok(Some(id.clone())),
            None => Ok(self.by_client_id(name).await?.map(|order| order.venue_id)),
        }
    }
}

fn executions(trades: &BTreeMap<String, wire::Trade>) -> Result<Vec<ExecutionReport>, VenueError> {
    let executions: Option<Vec<_>> = trades.iter().map(|(id, trade)| convert::trade(id, trade)).collect();
    let mut executions = executions.ok_or_else(|| VenueError::missing("all of an execution"))?;
    executions.sort_by(|a, b| (a.time, &a.exec_id).cmp(&(b.time, &b.exec_id)));
    Ok(executions)
}

impl Connector for Kraken {
    const FILLS: FillSource = FillSource::Executions;
    const CLOCK_STEP_US: i64 = SECOND_US;

    fn budget(&self) -> (u32, u32) {
        self.http.budget_left()
    }

    fn freeze(&self, order: &VenueOrder) -> Result<Frozen, Unsupported> {
        freeze::order(order)
    }

    async fn submit(&self, frozen: &Frozen, at: Timestamp) -> Result<OrderReport, SubmitError> {
        let form = freeze::with_deadline(&frozen.body, at);
        let placed: wire::Placed = self.send(&frozen.path, &form, Urgency::Order, at).await?;
        let report = placed.txid.first().and_then(|id| convert::accepted(frozen, id, &self.tag, at));
        report.ok_or_else(|| SubmitError::unreadable(&VenueError::missing("the name of the order")))
    }

    /// By Kraken's name, or by ours: nothing has to be looked up.
    async fn cancel(&self, order: &OrderName) -> Result<(), CancelError> {
        let form = match (&order.venue_id, client_id::at_kraken(&order.client_id)) {
            (Some(id), _) => form::encode(&[("txid", id)]),
            (None, Some(told)) => form::encode(&[("cl_ord_id", told)]),
            (None, None) => return Err(CancelError::NotOpen),
        };
        let canceled: wire::Canceled = self.send(CANCEL_ORDER, &form, Urgency::Cancel, self.clock.now()).await?;
        if canceled.count == 0 { Err(CancelError::NotOpen) } else { Ok(()) }
    }

    /// In place: the order keeps its names.
    async fn replace(&self, old: &OrderName, new: &VenueOrder, at: Timestamp) -> Result<OrderReport, SubmitError> {
        let not_sent = |error: VenueError| SubmitError::NotSent { detail: error.to_string() };
        let id = self.venue_id(old).await.map_err(not_sent)?;
        let missing =
            || SubmitError::Rejected { code: "EOrder:Unknown order".to_owned(), message: "Kraken knows no such order".to_owned() };
        let id = id.ok_or_else(missing)?;
        let frozen = freeze::amendment(&id, new)?;
        let form = freeze::with_deadline(&frozen.body, at);
        self.send::<serde::de::IgnoredAny>(&frozen.path, &form, Urgency::Order, at).await?;
        let name = OrderName { venue_id: Some(id), ..old.clone() };
        let order = self.find_order(&name).await.map_err(|error| SubmitError::unreadable(&error))?;
        let order = order.ok_or_else(|| SubmitError::unreadable(&VenueError::missing("the order that was changed")))?;
        let qty = match new.amount {
            Amount::Qty(qty) => Some(qty),
            Amount::Notional(_) => order.qty,
        };
        Ok(OrderReport { kind: Some(new.kind), qty, ..order })
    }

    async fn find_order(&self, name: &OrderName) -> Result<Option<OrderReport>, VenueError> {
        let Some(id) = &name.venue_id else { return self.by_client_id(name).await };
        let Some(order) = self.by_venue_id(id).await? else { return Ok(None) };
        Ok(self.reports(&BTreeMap::from([(id.clone(), order)]))?.pop())
    }

    async fn open_orders(&self) -> Result<Vec<OrderReport>, VenueError> {
        self.open(Vec::new()).await
    }

    /// Open orders first: one that closes in between is among the closed ones, and its newer state counts.
    async fn orders_since(&self, since: Timestamp, _: &[Symbol]) -> Result<Vec<OrderReport>, VenueError> {
        let open = self.open(Vec::new()).await?;
        let start = since.plus_micros(-SECOND_US).seconds().to_string();
        let closed = self.closed(vec![("start", start), ("closetime", "open".to_owned())]).await?;
        let all = open.into_iter().chain(closed).filter(|order| order.created_at.is_none_or(|at| at >= since));
        Ok(all.map(|order| (order.venue_id.clone(), order)).collect::<BTreeMap<_, _>>().into_values().collect())
    }

    async fn executions_of(&self, order: &OrderName) -> Result<Vec<ExecutionReport>, VenueError> {
        let Some(id) = self.venue_id(order).await? else { return Ok(Vec::new()) };
        let names = self.by_venue_id(&id).await?.and_then(|order| order.trades).unwrap_or_default();
        let mut trades = BTreeMap::new();
        for some in names.chunks(NAMES) {
            trades.extend(self.ask::<BTreeMap<String, wire::Trade>>("QueryTrades", &vec![("txid", some.join(","))]).await?);
        }
        executions(&trades)
    }

    async fn executions_since(&self, since: Timestamp, _: &[Symbol]) -> Result<Vec<ExecutionReport>, VenueError> {
        let start = since.plus_micros(-SECOND_US).seconds().to_string();
        let trades = self.list("TradesHistory", vec![("start", start)], |page: wire::Trades| page.trades).await?;
        Ok(executions(&trades)?.into_iter().filter(|execution| execution.time >= since).collect())
    }

    async fn holdings(&self) -> Result<Vec<Holding>, VenueError> {
        Ok(convert::holdings(&self.ask::<wire::Balances>("BalanceEx", &Vec::new()).await?))
    }

    async fn rules(&self) -> Result<Vec<InstrumentRules>, VenueError> {
        Ok(self.ask_public::<wire::Pairs>("AssetPairs").await?.values().filter_map(convert::rules).collect())
    }

    async fn identity(&self) -> Result<Identity, VenueError> {
        Ok(convert::identity(&self.ask::<wire::KeyInfo>("GetApiKeyInfo", &Vec::new()).await?, &self.key_name))
    }

    async fn server_time(&self) -> Result<Timestamp, VenueError> {
        let time = convert::seconds(self.ask_public::<wire::ServerTime>("Time").await?.unixtime);
        time.ok_or_else(|| VenueError::missing("its time"))
    }

    async fn listen(&self, events: &mpsc::Sender<VenueEvent>) -> StreamEnd {
        let token = match self.ask::<wire::Token>("GetWebSocketsToken", &Vec::new()).await.map_err(VenueError::from) {
            Ok(token) => token.token,
            Err(VenueError::Unauthorized { detail }) => return StreamEnd::Refused { detail },
            Err(error) => return StreamEnd::Dropped { detail: error.to_string() },
        };
        stream::listen(&self.stream, &token, &self.tag, &self.clock, events).await
    }
}
