//! From the journal into the tables: what many entries have for one statement is written by one, and all of it in one
//! transaction with the number of the last entry, so that each is written once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use sqlx::{AssertSqlSafe, Connection as _, Sqlite, SqliteConnection, query::Query, sqlite::SqliteArguments};

use super::{
    super::StoreError,
    entry::{Form, Malformed, Part, Read, values},
};

/// Rows of one statement: powers of two below, so that few statements have to be known to the database.
const ROWS_MAX: usize = 64;

/// Longer texts come once.
const WORD_MAX: usize = 40;

/// Ids and words stand in many rows: each is given to the database as one text that all of them share.
#[derive(Default)]
struct Words<'a>(HashMap<&'a str, Arc<str>>);

impl<'a> Words<'a> {
    fn of(&mut self, text: &'a str) -> Arc<str> {
        if text.len() > WORD_MAX {
            return text.into();
        }
        Arc::clone(self.0.entry(text).or_insert_with(|| text.into()))
    }
}

/// Rows for one statement, from several entries.
struct Group<'a> {
    part: &'a Part,
    rows: Vec<&'a [u8]>,
    by_key: HashMap<&'a [u8], usize>,
}

/// What a transaction writes with.
struct Pen<'c, 'a> {
    connection: &'c mut SqliteConnection,
    words: Words<'a>,
}

/// By the place that each statement has in the entry that first had it, and by its text.
#[derive(Default)]
struct Groups<'a> {
    order: Vec<Group<'a>>,
    by_text: BTreeMap<(&'a str, &'a str), usize>,
}

impl<'a> Groups<'a> {
    fn add(&mut self, part: &'a Part) -> Result<(), StoreError> {
        let place = *self.by_text.entry((&part.prefix, &part.suffix)).or_insert_with(|| {
            self.order.push(Group { part, rows: Vec::new(), by_key: HashMap::new() });
            self.order.len() - 1
        });
        let group = &mut self.order[place];
        let is_newest = matches!(part.form, Form::Newest(_) | Form::Update(_));
        for (key, row) in part.split()? {
            let place = if is_newest { *group.by_key.entry(key).or_insert(group.rows.len()) } else { group.rows.len() };
            match group.rows.get_mut(place) {
                Some(older) => *older = row,
                None => group.rows.push(row),
            }
        }
        Ok(())
    }

    async fn write(&mut self, pen: &mut Pen<'_, 'a>) -> Result<(), StoreError> {
        for group in std::mem::take(&mut self.order) {
            let (mut rest, mut text) = (&group.rows[..], (0, Arc::from("")));
            while !rest.is_empty() {
                let count = ROWS_MAX.min(1 << rest.len().ilog2());
                let (rows, after) = rest.split_at(count);
                if text.0 != count {
                    text = (count, text_of(group.part, count).into());
                }
                pen.write_rows(group.part, &text.1, rows).await?;
                rest = after;
            }
        }
        self.by_text.clear();
        Ok(())
    }
}

/// Writes entries in their order; `number` is that of the last one.
pub(super) async fn apply(connection: &mut SqliteConnection, entries: &[Vec<Part>], number: u64) -> Result<(), StoreError> {
    const NOTE: &str = "UPDATE journal SET applied = $1 WHERE applied < $1";
    let number = i64::try_from(number).map_err(|e| StoreError::corrupt("journal", e))?;
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    // An earlier try may have been committed without saying so.
    if sqlx::query(NOTE).bind(number).execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(());
    }
    let mut groups = Groups::default();
    let mut pen = Pen { connection: &mut tx, words: Words::default() };
    for part in entries.iter().flatten() {
        if part.form == Form::Alone {
            groups.write(&mut pen).await?;
            pen.write_rows(part, &Arc::from(&*part.prefix), &[&part.values]).await?;
        } else {
            groups.add(part)?;
        }
    }
    groups.write(&mut pen).await?;
    tx.commit().await?;
    Ok(())
}

impl<'a> Pen<'_, 'a> {
    async fn write_rows(&mut self, part: &Part, text: &Arc<str>, rows: &[&'a [u8]]) -> Result<(), StoreError> {
        let mut query = sqlx::query(AssertSqlSafe(Arc::clone(text)));
        for value in rows.iter().flat_map(|row| values(row)) {
            query = bind(query, value?, &mut self.words);
        }
        let changed = query.execute(&mut *self.connection).await?.rows_affected();
        let is_update = matches!(part.form, Form::Update(_));
        if is_update && usize::try_from(changed) != Ok(rows.len()) {
            return Err(StoreError::corrupt("journal", format!("{changed} of {} rows were found: {}", rows.len(), part.prefix)));
        }
        Ok(())
    }
}

/// SQLite copies each page before a statement of several rows changes it, for the case that one of them is refused, unless a
/// refusal ends the whole transaction, as it does here. What updates on a conflict can't say so, and is a statement for each row.
fn text_of(part: &Part, rows: usize) -> String {
    let row = format!("({})", vec!["?"; usize::from(part.columns)].join(", "));
    if part.suffix.contains("DO UPDATE") {
        return vec![format!("{}VALUES {row}{}", part.prefix, part.suffix); rows].join("; ");
    }
    let (word, rest) = part.prefix.split_once(' ').unwrap_or((&part.prefix, ""));
    format!("{word} OR ROLLBACK {rest}VALUES {}{}", vec![row; rows].join(", "), part.suffix)
}

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

fn bind<'q, 'a>(query: Bound<'q>, value: Read<'a>, words: &mut Words<'a>) -> Bound<'q> {
    match value {
        Read::Null => query.bind(None::<i64>),
        Read::Int(number) => query.bind(number),
        Read::Text(text) => query.bind(words.of(text)),
    }
}

impl From<Malformed> for StoreError {
    fn from(malformed: Malformed) -> Self {
        Self::corrupt("journal", malformed)
    }
}
