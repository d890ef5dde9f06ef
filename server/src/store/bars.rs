//! Bars of live feeds and of the operator, and which stretches of them are complete. Written again, a bar is the newer one;
//! what the operator imported is replaced by another import alone, and never forgotten.

use speedtrade::{
    instrument::Symbol,
    market::{Bar, Timeframe},
    money::Qty,
    time::Timestamp,
};

use super::{Db, StoreError, Writes, journal::Form};

row! {
    struct BarRow { t: i64, o: String, h: String, l: String, c: String, v: i64 }
}

/// The source of bars that the operator imported.
const IMPORT: &str = "import";

/// Without a gap: bars that start at `from` or later and before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Span {
    /// Both as one, where nothing lies between them.
    pub fn joined(self, other: Self) -> Option<Self> {
        let touches = self.from <= other.to && other.from <= self.to;
        touches.then(|| Self { from: self.from.min(other.from), to: self.to.max(other.to) })
    }
}

impl BarRow {
    fn bar(self) -> Option<Bar> {
        Some(Bar {
            t: Timestamp::from_micros(self.t),
            o: self.o.parse().ok()?,
            h: self.h.parse().ok()?,
            l: self.l.parse().ok()?,
            c: self.c.parse().ok()?,
            v: Qty::from_atoms(self.v)?,
        })
    }
}

/// The bars that start in `from..=to`, oldest first; the newest `limit` of them.
pub async fn list_bars(
    db: &Db,
    symbol: &Symbol,
    timeframe: Timeframe,
    (from, to): (Timestamp, Timestamp),
    limit: usize,
) -> Result<Vec<Bar>, StoreError> {
    const LIST: &str = "SELECT t, o, h, l, c, v FROM bars WHERE symbol = $1 AND timeframe = $2 AND t >= $3 AND t <= $4 \
        ORDER BY t DESC LIMIT $5";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<BarRow> = on_db!(db, c => {
        let query = sqlx::query_as(LIST).bind(symbol.as_str()).bind(timeframe.as_str());
        query.bind(from.micros()).bind(to.micros()).bind(limit).fetch_all(c).await
    })?;
    let corrupt = || StoreError::corrupt("bars", format!("a bar of {symbol}"));
    let bars: Option<Vec<Bar>> = rows.into_iter().rev().map(BarRow::bar).collect();
    bars.ok_or_else(corrupt)
}

pub async fn insert_bars(
    writes: &mut Writes<'_>,
    symbol: &Symbol,
    timeframe: Timeframe,
    source: &str,
    bars: &[Bar],
) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO bars (symbol, timeframe, t, o, h, l, c, v, source) ";
    const NEWER: &str = " ON CONFLICT (symbol, timeframe, t) DO UPDATE SET o = excluded.o, h = excluded.h, l = excluded.l, \
        c = excluded.c, v = excluded.v, source = excluded.source WHERE bars.source <> 'import' OR excluded.source = 'import'";
    insert_rows!(writes, Form::Append, INSERT, bars, NEWER, |b, bar| {
        b.push_bind(symbol.to_string())
            .push_bind(timeframe.as_str())
            .push_bind(bar.t.micros())
            .push_bind(bar.o.to_string())
            .push_bind(bar.h.to_string())
            .push_bind(bar.l.to_string())
            .push_bind(bar.c.to_string())
            .push_bind(bar.v.to_atoms())
            .push_bind(source.to_owned())
    });
    Ok(())
}

/// The complete stretch, as far as `source` told it: another's is not continued.
pub async fn find_span(db: &Db, symbol: &Symbol, timeframe: Timeframe, source: &str) -> Result<Option<Span>, StoreError> {
    const FIND: &str = "SELECT from_t, to_t FROM bar_spans WHERE symbol = $1 AND timeframe = $2 AND source = $3";
    let row: Option<(i64, i64)> = on_db!(db, c => {
        sqlx::query_as(FIND).bind(symbol.as_str()).bind(timeframe.as_str()).bind(source).fetch_optional(c).await
    })?;
    Ok(row.map(|(from, to)| Span { from: Timestamp::from_micros(from), to: Timestamp::from_micros(to) }))
}

pub async fn set_span(writes: &mut Writes<'_>, symbol: &Symbol, timeframe: Timeframe, source: &str, span: Span) -> Result<(), StoreError> {
    const SET: &str = "INSERT INTO bar_spans (symbol, timeframe, source, from_t, to_t) ";
    const NEWER: &str = " ON CONFLICT (symbol, timeframe) DO UPDATE SET source = excluded.source, from_t = excluded.from_t, \
        to_t = excluded.to_t";
    insert_rows!(writes, Form::Append, SET, &[span], NEWER, |b, span| {
        b.push_bind(symbol.to_string())
            .push_bind(timeframe.as_str())
            .push_bind(source.to_owned())
            .push_bind(span.from.micros())
            .push_bind(span.to.micros())
    });
    Ok(())
}

/// Bars of the operator, which are complete from the first to the last.
pub async fn import_bars(writes: &mut Writes<'_>, symbol: &Symbol, timeframe: Timeframe, bars: &[Bar]) -> Result<(), StoreError> {
    const SET: &str = "INSERT INTO bar_imports (symbol, timeframe, from_t, to_t) ";
    const LONGER: &str =
        " ON CONFLICT (symbol, timeframe, from_t) DO UPDATE SET to_t = excluded.to_t WHERE bar_imports.to_t < excluded.to_t";
    let Some((first, last)) = bars.first().zip(bars.last()) else { return Ok(()) };
    let span = Span { from: first.t, to: last.t.plus_micros(timeframe.step_us()) };
    insert_bars(writes, symbol, timeframe, IMPORT, bars).await?;
    insert_rows!(writes, Form::Append, SET, &[span], LONGER, |b, span| {
        b.push_bind(symbol.to_string()).push_bind(timeframe.as_str()).push_bind(span.from.micros()).push_bind(span.to.micros())
    });
    Ok(())
}

/// The stretches that were imported, by when they begin; they may overlap.
pub async fn list_imports(db: &Db, symbol: &Symbol, timeframe: Timeframe) -> Result<Vec<Span>, StoreError> {
    const LIST: &str = "SELECT from_t, to_t FROM bar_imports WHERE symbol = $1 AND timeframe = $2 ORDER BY from_t";
    let rows: Vec<(i64, i64)> = on_db!(db, c => {
        sqlx::query_as(LIST).bind(symbol.as_str()).bind(timeframe.as_str()).fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(from, to)| Span { from: Timestamp::from_micros(from), to: Timestamp::from_micros(to) }).collect())
}

/// Forgets the bars of a timeframe that start before `before` and were not imported; spans begin no earlier then. How many
/// bars went.
pub async fn trim_bars(db: &Db, timeframe: Timeframe, before: Timestamp) -> Result<u64, StoreError> {
    const TRIM: &str = "DELETE FROM bars WHERE timeframe = $1 AND t < $2 AND source <> 'import'";
    const SPANS: &str = "UPDATE bar_spans SET from_t = $2 WHERE timeframe = $1 AND from_t < $2 AND to_t >= $2";
    const GONE: &str = "DELETE FROM bar_spans WHERE timeframe = $1 AND to_t < $2";
    let mut tx = db.begin().await?;
    let mut trimmed = 0;
    for sql in [SPANS, GONE, TRIM] {
        let (timeframe, before) = (timeframe.as_str(), before.micros());
        trimmed = on_tx!(&mut tx, c => sqlx::query(sql).bind(timeframe).bind(before).execute(c).await.map(|done| done.rows_affected()))?;
    }
    tx.commit().await?;
    Ok(trimmed)
}
