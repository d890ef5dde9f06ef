//! From the journal into the tables: what many entries have for one statement is written after each other, and all of it in one
//! transaction with the number of the last entry, so that each is written once.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    time::Duration,
};

use rusqlite::{
    CachedStatement, Connection, OpenFlags, TransactionBehavior,
    types::{Null, ToSqlOutput, ValueRef},
};

use super::{
    super::StoreError,
    entry::{Form, Malformed, Part, Read, values},
};

const STATEMENTS_MAX: usize = 256;

/// Rows for one statement, from several entries.
struct Group<'a> {
    part: &'a Part,
    /// One row each where a newer one takes an older one's place, and otherwise all of an entry.
    rows: Vec<&'a [u8]>,
    by_key: HashMap<&'a [u8], usize>,
}

/// By the place that each statement has in the entry that first had it, and by its text.
#[derive(Default)]
struct Groups<'a> {
    order: Vec<Group<'a>>,
    by_text: BTreeMap<(&'a str, &'a str), usize>,
}

/// What is in the tables need not be on the disk: the journal is. What rows belong to was looked at when they were made, and
/// the statements of a transaction are not in their order.
pub(super) fn open(database: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    let pragmas = [("synchronous", "NORMAL"), ("foreign_keys", "OFF"), ("cache_size", "-65536"), ("wal_autocheckpoint", "65536")];
    for (name, value) in pragmas {
        connection.pragma_update(None, name, value)?;
    }
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

impl<'a> Groups<'a> {
    fn add(&mut self, part: &'a Part) -> Result<(), StoreError> {
        let place = *self.by_text.entry((&part.prefix, &part.suffix)).or_insert_with(|| {
            self.order.push(Group { part, rows: Vec::new(), by_key: HashMap::new() });
            self.order.len() - 1
        });
        let group = &mut self.order[place];
        if !matches!(part.form, Form::Newest(_) | Form::Update(_)) {
            group.rows.push(&part.values);
            return Ok(());
        }
        for (key, row) in part.split()? {
            let place = *group.by_key.entry(key).or_insert(group.rows.len());
            match group.rows.get_mut(place) {
                Some(older) => *older = row,
                None => group.rows.push(row),
            }
        }
        Ok(())
    }

    fn write(&mut self, connection: &Connection) -> Result<(), StoreError> {
        for Group { part, rows, .. } in std::mem::take(&mut self.order) {
            let mut statement = connection.prepare_cached(&text_of(part))?;
            for row in rows {
                write_rows(&mut statement, part, row)?;
            }
        }
        self.by_text.clear();
        Ok(())
    }
}

/// Writes entries in their order; `number` is that of the last one. Blocks its thread.
pub(super) fn apply(connection: &mut Connection, entries: &[Vec<Part>], number: u64) -> Result<(), StoreError> {
    const NOTE: &str = "UPDATE journal SET applied = $1 WHERE applied < $1";
    let number = i64::try_from(number).map_err(|e| StoreError::corrupt("journal", e))?;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // An earlier try may have been committed without saying so.
    if tx.prepare_cached(NOTE)?.execute([number])? == 0 {
        return Ok(());
    }
    let mut groups = Groups::default();
    for part in entries.iter().flatten() {
        if part.form == Form::Alone {
            groups.write(&tx)?;
            write_rows(&mut tx.prepare_cached(&part.prefix)?, part, &part.values)?;
        } else {
            groups.add(part)?;
        }
    }
    groups.write(&tx)?;
    Ok(tx.commit()?)
}

fn write_rows(statement: &mut CachedStatement<'_>, part: &Part, rows: &[u8]) -> Result<(), StoreError> {
    let mut values = values(rows).peekable();
    loop {
        for column in 1..=usize::from(part.columns) {
            match values.next().ok_or(Malformed)?? {
                Read::Null => statement.raw_bind_parameter(column, Null)?,
                Read::Int(number) => statement.raw_bind_parameter(column, number)?,
                Read::Text(text) => statement.raw_bind_parameter(column, ToSqlOutput::Borrowed(ValueRef::Text(text)))?,
            }
        }
        let changed = statement.raw_execute()?;
        if matches!(part.form, Form::Update(_)) && changed != 1 {
            return Err(StoreError::corrupt("journal", format!("{changed} rows instead of one: {}", part.prefix)));
        }
        if values.peek().is_none() {
            return Ok(());
        }
    }
}

fn text_of(part: &Part) -> String {
    let row = vec!["?"; usize::from(part.columns)].join(", ");
    format!("{}VALUES ({row}){}", part.prefix, part.suffix)
}

impl From<Malformed> for StoreError {
    fn from(malformed: Malformed) -> Self {
        Self::corrupt("journal", malformed)
    }
}
