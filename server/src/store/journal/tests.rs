use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};
use tempfile::TempDir;

use super::{entry::Value, *};
use crate::store::Embedded;

const PUT: (&str, &str) = ("INSERT INTO things (id, n) ", " ON CONFLICT (id) DO UPDATE SET n = excluded.n");
const MOVE: (&str, &str) = ("UPDATE things SET n = v.column2 FROM (", ") AS v WHERE things.id = v.column1");
const NOTE: (&str, &str) = ("INSERT INTO notes (text) ", "");

struct Place {
    folder: TempDir,
}

impl Place {
    async fn new() -> Self {
        let place = Self { folder: TempDir::new().expect("a folder") };
        let tables = "CREATE TABLE journal (one BIGINT PRIMARY KEY, tag BIGINT NOT NULL, applied BIGINT NOT NULL); \
            CREATE TABLE things (id TEXT PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0)); CREATE TABLE notes (text TEXT)";
        let pool = place.pool().await;
        sqlx::raw_sql(tables).execute(&pool).await.expect("made");
        pool.close().await;
        place
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("desk.db")
    }

    fn options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new().filename(self.file()).create_if_missing(true).journal_mode(SqliteJournalMode::Wal)
    }

    async fn pool(&self) -> SqlitePool {
        SqlitePoolOptions::new().connect_with(self.options()).await.expect("opens")
    }

    async fn embedded(&self) -> Embedded {
        Embedded::new(self.pool().await, &self.file())
    }

    async fn journal(&self, embedded: &Embedded) -> Result<Journal, StoreError> {
        Journal::open(&self.file(), Arc::clone(embedded.progress())).await
    }

    /// What an earlier process acknowledged before it was killed.
    fn acknowledge(&self, tag: u64, entries: Vec<(u64, Entry)>) {
        let mut slots = Slots::open(&self.file(), tag).expect("opens");
        for (number, entry) in entries {
            let mut record = vec![0; HEAD];
            entry.encode(&mut record);
            slots.append(number, &mut record, 0).expect("written");
        }
    }
}

/// A journal on tables of its own.
async fn begun() -> (Place, Embedded, Journal) {
    let place = Place::new().await;
    let embedded = place.embedded().await;
    let journal = place.journal(&embedded).await.expect("opens");
    (place, embedded, journal)
}

async fn things(pool: &SqlitePool) -> Vec<(String, i64)> {
    sqlx::query_as("SELECT id, n FROM things ORDER BY id").fetch_all(pool).await.expect("read")
}

async fn notes(pool: &SqlitePool) -> Vec<Option<String>> {
    let rows: Vec<(Option<String>,)> = sqlx::query_as("SELECT text FROM notes ORDER BY rowid").fetch_all(pool).await.expect("read");
    rows.into_iter().map(|(text,)| text).collect()
}

fn put(entry: &mut Entry, form: Form, what: (&'static str, &'static str), rows: &[(&str, i64)]) {
    entry.rows(form, what, rows, |pen, (id, n)| {
        pen.push_bind(*id).push_bind(*n);
    });
}

fn note(entry: &mut Entry, text: impl Value + Clone) {
    entry.rows(Form::Append, NOTE, &[text], |pen, text| {
        pen.push_bind(text.clone());
    });
}

fn noted(text: &str) -> Entry {
    let mut entry = Entry::default();
    note(&mut entry, text.to_owned());
    entry
}

async fn tag_of(pool: &SqlitePool) -> u64 {
    let (tag,): (i64,) = sqlx::query_as("SELECT tag FROM journal").fetch_one(pool).await.expect("a journal");
    tag.cast_unsigned()
}

#[tokio::test]
async fn what_was_acknowledged_is_read_at_once() {
    let (_place, embedded, mut journal) = begun().await;
    for n in 0..200_i64 {
        let mut entry = Entry::default();
        put(&mut entry, Form::Newest(1), PUT, &[("a", n), ("b", n + 1)]);
        note(&mut entry, (n % 2 == 0).then(|| format!("note {n}")));
        journal.append(entry).await.expect("acknowledged");
        if n % 50 == 7 {
            assert_eq!(things(embedded.settled().await.expect("settles")).await, [("a".to_owned(), n), ("b".to_owned(), n + 1)]);
        }
    }
    journal.close().await;
    let noted = notes(embedded.pool()).await;
    assert_eq!((noted.len(), noted[1].clone(), noted[198].as_deref()), (200, None, Some("note 198")));
}

#[tokio::test]
async fn entries_are_written_in_their_order_around_a_statement_of_its_own() {
    let (_place, embedded, mut journal) = begun().await;
    let mut first = Entry::default();
    put(&mut first, Form::Newest(1), PUT, &[("a", 1), ("b", 1), ("c", 1)]);
    let mut second = Entry::default();
    put(&mut second, Form::Update(1), MOVE, &[("a", 5), ("b", 6)]);
    second.statement("DELETE FROM things WHERE id = $1", |pen| {
        pen.push_bind("c");
    });
    let mut third = Entry::default();
    put(&mut third, Form::Update(1), MOVE, &[("a", 7)]);
    put(&mut third, Form::Newest(1), PUT, &[("c", 9)]);
    for entry in [first, second, third] {
        journal.append(entry).await.expect("acknowledged");
    }
    let all = things(embedded.settled().await.expect("settles")).await;
    assert_eq!(all, [("a".to_owned(), 7), ("b".to_owned(), 6), ("c".to_owned(), 9)]);
    journal.close().await;
}

#[tokio::test]
async fn the_next_start_writes_what_the_last_one_could_not_and_nothing_twice() {
    let (place, embedded, mut journal) = begun().await;
    journal.append(noted("1")).await.expect("acknowledged");
    journal.close().await;
    let tag = tag_of(embedded.pool()).await;
    let entries = || vec![(1, noted("1")), (2, noted("2")), (3, noted("3"))];
    place.acknowledge(tag, entries());
    recover(&place.file()).await.expect("recovered");
    recover(&place.file()).await.expect("nothing to do");
    let texts = || async { notes(embedded.pool()).await.into_iter().flatten().collect::<Vec<_>>() };
    assert_eq!(texts().await, ["1", "2", "3"]);
    place.acknowledge(tag.wrapping_add(1), vec![(4, noted("of another database"))]);
    let mut journal = place.journal(&embedded).await.expect("opens");
    journal.append(noted("4")).await.expect("acknowledged");
    journal.close().await;
    assert_eq!(texts().await, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn an_old_copy_of_the_database_goes_on_with_a_journal_of_its_own() {
    let (place, embedded, journal) = begun().await;
    journal.close().await;
    place.acknowledge(tag_of(embedded.pool()).await, vec![(5, noted("5")), (6, noted("6"))]);
    recover(&place.file()).await.expect("1 to 4 are missing: left to the desk");
    assert!(notes(embedded.pool()).await.is_empty());
    let mut journal = place.journal(&embedded).await.expect("opens");
    journal.append(noted("another 1")).await.expect("acknowledged");
    journal.close().await;
    let aside = std::fs::read(place.folder.path().join("desk.db.journal-0.aside-5")).expect("kept");
    assert!(aside.windows(4).any(|bytes| bytes == b"STJ1"));
    place.acknowledge(tag_of(embedded.pool()).await, vec![(2, noted("another 2"))]);
    recover(&place.file()).await.expect("recovered");
    assert_eq!(notes(embedded.pool()).await, [Some("another 1".to_owned()), Some("another 2".to_owned())]);
}

#[tokio::test]
async fn one_desk_at_a_time_writes_a_database() {
    let (place, embedded, journal) = begun().await;
    assert!(matches!(place.journal(&place.embedded().await).await, Err(StoreError::InUse)));
    recover(&place.file()).await.expect("leaves it to who has it");
    journal.close().await;
    place.journal(&embedded).await.expect("it is free again").close().await;
}

#[tokio::test]
async fn tables_that_refuse_what_was_acknowledged_stop_everything() {
    let (_place, embedded, mut journal) = begun().await;
    let mut nobody = Entry::default();
    put(&mut nobody, Form::Update(1), MOVE, &[("nobody", 1)]);
    journal.append(nobody).await.expect("nobody has looked yet");
    assert!(embedded.settled().await.is_err(), "no answer that lacks it");
    assert!(matches!(journal.append(noted("more")).await, Err(StoreError::Unavailable(_))));
    journal.close().await;
    assert!(notes(embedded.pool()).await.is_empty());
}

#[tokio::test]
async fn names_are_known_until_their_orders_are_in_the_tables() {
    let (_place, embedded, mut journal) = begun().await;
    let name = |text: &str| (speedtrade::ids::AccountId::new(uuid::Uuid::from_u128(1)), text.to_owned());
    let mut entry = noted("an order");
    entry.take_names([name("mine")]);
    journal.append(entry).await.expect("acknowledged");
    assert!(journal.is_behind(&[name("other"), name("mine")]) && !journal.is_behind(&[name("other")]));
    embedded.settled().await.expect("settles");
    assert!(!journal.is_behind(&[name("mine")]));
    journal.close().await;
}

#[tokio::test]
async fn a_journal_far_ahead_waits_for_its_tables() {
    let (place, embedded, mut journal) = begun().await;
    let (long, count) = ("x".repeat(1 << 20), (3 * BEHIND_MAX) >> 20);
    for n in 0..count {
        journal.append(noted(&format!("{n}{long}"))).await.expect("acknowledged");
        assert!(journal.behind_bytes <= BEHIND_MAX + (2 << 20));
    }
    journal.close().await;
    assert_eq!(notes(embedded.pool()).await.len(), count);
    let sizes = slots::paths(&place.file()).map(|path| std::fs::metadata(path).expect("there").len());
    assert!(sizes.iter().sum::<u64>() < u64::try_from(count << 20).expect("small"), "written over: {sizes:?}");
}
