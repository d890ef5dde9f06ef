//! One entry of the journal: the rows that a batch writes, with the statements that write them. An entry explains itself, so
//! that a later program can write what an earlier one acknowledged.
//!
//! Numbers are little-endian; a text is its length (4 bytes) and UTF-8.

use std::borrow::Cow;

use speedtrade::ids::AccountId;

/// What becomes of rows that several entries have for one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All are inserted.
    Append,
    /// The newest of each key counts; the key is so many columns, from the first.
    Newest(u8),
    /// The same, and each must find its row.
    Update(u8),
    /// A statement of its own, with the values of its one row, between what came before and what comes after.
    Alone,
}

/// Rows for one statement: `prefix VALUES (..), (..) suffix`, or the statement itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) form: Form,
    pub(super) prefix: Cow<'static, str>,
    pub(super) suffix: Cow<'static, str>,
    pub(super) columns: u16,
    pub(super) rows: u32,
    /// Values after each other, row by row.
    pub(super) values: Vec<u8>,
}

/// What one batch writes.
#[derive(Debug, Default)]
pub struct Entry {
    parts: Vec<Part>,
    names: Vec<Name>,
}

/// A name that an order takes.
pub(super) type Name = (AccountId, String);

/// Takes the values of one row, in the manner of sqlx.
pub struct RowPen<'a> {
    values: &'a mut Vec<u8>,
    count: u16,
}

/// What a column may have.
pub trait Value {
    fn write(self, out: &mut Vec<u8>);
}

/// A value as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read<'a> {
    Null,
    Int(i64),
    /// UTF-8, as it was put there.
    Text(&'a [u8]),
}

/// A row's key, and all of it.
pub(super) type Row<'a> = (&'a [u8], &'a [u8]);

/// Bytes that are no entry of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry of the journal is not understood")]
pub(super) struct Malformed;

/// Its kind, the counts of keys, columns and rows, and three lengths.
const PART_HEAD: usize = 20;

/// Most rows are shorter, so that what is made for them need not grow.
const ROW_LENGTH: usize = 320;

const NULL: u8 = 0;
const INT: u8 = 1;
const TEXT: u8 = 2;

impl Value for i64 {
    fn write(self, out: &mut Vec<u8>) {
        out.push(INT);
        out.extend(self.to_le_bytes());
    }
}

impl Value for bool {
    fn write(self, out: &mut Vec<u8>) {
        i64::from(self).write(out);
    }
}

impl Value for &str {
    fn write(self, out: &mut Vec<u8>) {
        out.push(TEXT);
        put_text(out, self);
    }
}

impl Value for String {
    fn write(self, out: &mut Vec<u8>) {
        self.as_str().write(out);
    }
}

impl<T: Value> Value for Option<T> {
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.push(NULL),
        }
    }
}

impl RowPen<'_> {
    pub fn push_bind(&mut self, value: impl Value) -> &mut Self {
        value.write(self.values);
        self.count += 1;
        self
    }
}

impl Entry {
    pub fn rows<T>(&mut self, form: Form, (prefix, suffix): (&'static str, &'static str), rows: &[T], write: impl Fn(&mut RowPen<'_>, &T)) {
        if rows.is_empty() {
            return;
        }
        let (mut values, mut columns) = (Vec::with_capacity(rows.len() * ROW_LENGTH), 0);
        for row in rows {
            let mut pen = RowPen { values: &mut values, count: 0 };
            write(&mut pen, row);
            columns = pen.count;
        }
        let count = u32::try_from(rows.len()).expect("a batch is small");
        self.parts.push(Part { form, prefix: prefix.into(), suffix: suffix.into(), columns, rows: count, values });
    }

    /// One statement with its values.
    pub fn statement(&mut self, text: &'static str, write: impl Fn(&mut RowPen<'_>)) {
        self.rows(Form::Alone, (text, ""), &[()], |pen, ()| write(pen));
    }

    /// Names of its new orders. They are for those who ask meanwhile, and not written down.
    pub fn take_names(&mut self, names: impl IntoIterator<Item = (AccountId, String)>) {
        self.names.extend(names);
    }

    pub(super) fn into_parts(self) -> (Vec<Part>, Vec<Name>) {
        (self.parts, self.names)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.reserve_exact(self.parts.iter().map(|part| PART_HEAD + part.prefix.len() + part.suffix.len() + part.values.len()).sum());
        for part in &self.parts {
            let (kind, keys) = match part.form {
                Form::Append => (0, 0),
                Form::Newest(keys) => (1, keys),
                Form::Update(keys) => (2, keys),
                Form::Alone => (3, 0),
            };
            out.extend([kind, keys]);
            out.extend(part.columns.to_le_bytes());
            out.extend(part.rows.to_le_bytes());
            put_text(out, &part.prefix);
            put_text(out, &part.suffix);
            put_bytes(out, &part.values);
        }
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Part>, Malformed> {
        let (mut parts, mut at) = (Vec::new(), Cursor(bytes));
        while !at.0.is_empty() {
            let [kind, keys] = at.array()?;
            let form = match kind {
                0 => Form::Append,
                1 => Form::Newest(keys),
                2 => Form::Update(keys),
                3 => Form::Alone,
                _ => return Err(Malformed),
            };
            let (columns, rows) = (u16::from_le_bytes(at.array()?), u32::from_le_bytes(at.array()?));
            let (prefix, suffix) = (at.text()?.to_owned().into(), at.text()?.to_owned().into());
            let values = at.bytes()?.to_vec();
            parts.push(Part { form, prefix, suffix, columns, rows, values });
        }
        Ok(parts)
    }
}

impl Part {
    /// Each row as the bytes of its key and all of its bytes.
    pub(super) fn split(&self) -> Result<Vec<Row<'_>>, Malformed> {
        let keys = match self.form {
            Form::Append | Form::Alone => 0,
            Form::Newest(keys) | Form::Update(keys) => u16::from(keys),
        };
        let (mut rows, mut at) = (Vec::with_capacity(usize::try_from(self.rows).map_err(|_| Malformed)?), Cursor(&self.values));
        for _ in 0..self.rows {
            let (row, mut key) = (at.0, 0);
            for column in 0..self.columns {
                at.value()?;
                if column + 1 == keys {
                    key = row.len() - at.0.len();
                }
            }
            rows.push((&row[..key], &row[..row.len() - at.0.len()]));
        }
        Ok(rows)
    }
}

/// The values of rows, one after the other.
pub(super) fn values(rows: &[u8]) -> impl Iterator<Item = Result<Read<'_>, Malformed>> {
    let mut at = Cursor(rows);
    std::iter::from_fn(move || (!at.0.is_empty()).then(|| at.value()))
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend(u32::try_from(bytes.len()).expect("below 4 GiB").to_le_bytes());
    out.extend(bytes);
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.0.split_first_chunk().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*head)
    }

    fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(u32::from_le_bytes(self.array()?)).map_err(|_| Malformed)?;
        let (head, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(head)
    }

    fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }

    fn value(&mut self) -> Result<Read<'a>, Malformed> {
        match self.array()? {
            [NULL] => Ok(Read::Null),
            [INT] => Ok(Read::Int(i64::from_le_bytes(self.array()?))),
            [TEXT] => Ok(Read::Text(self.bytes()?)),
            _ => Err(Malformed),
        }
    }
}
