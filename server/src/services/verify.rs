//! `speedtrade verify`: are the books true? Reads everything at one moment and changes nothing.

use std::fmt;

use speedtrade::{
    audit::{self, Books, INVARIANTS, Report},
    ids::AccountId,
    instrument::{Instrument, Symbol},
    market::Calendar,
};

use super::ServiceError;
use crate::{
    market::Catalog,
    store::{self, Db, Discrepancy, StoreError},
};

const PAGE: i64 = 500;

/// What was checked.
#[derive(Debug, Default)]
pub struct Verified {
    pub accounts: u64,
    pub orders: u64,
    pub fills: u64,
    pub transactions: u64,
    /// Where the venue's numbers are not ours, as the desk noted it when it asked: named, so no finding.
    pub differences: Vec<String>,
    /// The same for databases with the same books.
    pub fingerprint: u64,
    pub report: Report,
}

/// `stock_calendar` is that of the desk that wrote the books. Orders of what `catalog` does not list are checked but for the
/// grid of their prices.
pub async fn verify(db: &Db, catalog: &Catalog, stock_calendar: Calendar) -> Result<Verified, ServiceError> {
    let mut verified = Verified::default();
    check_store(db, &mut verified.report).await?;
    let mut after: Option<AccountId> = None;
    loop {
        let ids = store::list_account_ids(db, after, PAGE).await?;
        let Some(last) = ids.last() else { return Ok(verified) };
        after = Some(*last);
        for id in ids {
            match check_account(db, id, catalog, stock_calendar, &mut verified).await {
                Err(ServiceError::Store(error @ StoreError::Corrupt { .. })) => {
                    verified.report.check(14, false, || format!("account {id}: {error}"));
                }
                checked => checked?,
            }
        }
    }
}

async fn check_store(db: &Db, report: &mut Report) -> Result<(), ServiceError> {
    let crossings = store::count_crossings(db).await?;
    report.check(19, crossings == 0, || format!("{crossings} rows point at another account's"));
    let orphans = store::count_orphans(db).await?;
    report.check(14, orphans == 0, || format!("{orphans} rows belong to an account or an order that is not there"));
    let lost = store::count_lost_names(db).await?;
    report.check(14, lost == 0, || format!("{lost} orders and names do not find each other"));
    report.check(17, store::is_append_only(db).await?, || "the database would let postings or fills be changed".to_owned());
    let unintended = store::count_unintended(db).await?;
    report.check(13, unintended == 0, || format!("{unintended} attempts have no intent"));
    let unconnected = store::count_unconnected_accounts(db).await?;
    report.check(13, unconnected == 0, || format!("{unconnected} accounts are neither paper nor at a venue"));
    Ok(())
}

async fn check_account(
    db: &Db,
    id: AccountId,
    catalog: &Catalog,
    stock_calendar: Calendar,
    verified: &mut Verified,
) -> Result<(), ServiceError> {
    let state = store::find_whole_account(db, id).await?.ok_or(ServiceError::Internal("an account vanished"))?;
    let orders = store::list_account_orders(db, state.user_id, id).await?;
    let fills = store::list_fills_since(db, id, speedtrade::time::Timestamp::EPOCH).await?;
    let busted = store::list_busts(db, id).await?;
    let transactions = store::list_booked(db, id).await?;
    let closes = store::list_closes(db, id, None).await?;
    let differences = store::list_discrepancies(db, id).await?;
    let instrument = |symbol: &Symbol| -> Option<Instrument> { catalog.find(symbol.as_str()).map(|id| catalog.get(id).clone()) };
    let books = Books {
        state: &state,
        orders: &orders,
        fills: &fills,
        busted: &busted,
        transactions: &transactions,
        closes: &closes,
        instrument: &instrument,
        is_paper: state.venue.is_none(),
        stock_calendar,
    };
    let before = verified.report.findings.len();
    audit::audit(&books, &mut verified.report);
    for finding in verified.report.findings.iter_mut().skip(before) {
        finding.words = format!("account {id}: {}", finding.words);
    }
    let named = |d: Discrepancy| format!("account {id}: {} is {} here, {} at the venue, since {}", d.asset, d.ours, d.theirs, d.found_at);
    verified.differences.extend(differences.into_iter().map(named));
    verified.accounts += 1;
    verified.orders += orders.len() as u64;
    verified.fills += fills.len() as u64;
    verified.transactions += transactions.len() as u64;
    verified.fingerprint = verified.fingerprint.rotate_left(1) ^ audit::fingerprint(&state);
    Ok(())
}

/// What was checked and every discrepancy, for a person.
impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accounts, orders, fills, transactions, differences, fingerprint, report } = self;
        writeln!(
            f,
            "{accounts} accounts, {orders} orders, {fills} executions, {transactions} transactions; fingerprint {fingerprint:016x}\n"
        )?;
        for (number, words) in INVARIANTS {
            let found = report.findings.iter().filter(|finding| finding.invariant == number).count();
            match (report.checked(number), found) {
                _ if number == 18 => {
                    writeln!(f, "{number:>3}  {words}: the desk asks it while it runs; {} named differences", differences.len())?;
                }
                (0, _) => writeln!(f, "{number:>3}  {words}: nothing to check")?,
                (checked, 0) => writeln!(f, "{number:>3}  {words}: ok, {checked} checks")?,
                (checked, found) => writeln!(f, "{number:>3}  {words}: {found} of {checked} checks failed")?,
            }
        }
        for difference in differences {
            write!(f, "\nnamed: {difference}")?;
        }
        for finding in &report.findings {
            write!(f, "\n{finding}")?;
        }
        writeln!(f, "\n{}", if report.is_clean() { "The books are true." } else { "The books are not true." })
    }
}
