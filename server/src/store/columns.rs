//! Rows for PostgreSQL as one array a column: however many rows there are, the statement has one text, which is planned once
//! and not for each number of rows anew (measured: 0.57 to 0.63 of pgbench's commits in orders instead of 0.46).

use sqlx::{AssertSqlSafe, Postgres, Transaction};

/// What a column may have.
pub(super) trait Cell: Sized {
    fn column() -> Column;
    fn put(value: Option<Self>, column: &mut Column);
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Ints(Vec<Option<i64>>),
    Bools(Vec<Option<bool>>),
    Texts(Vec<Option<String>>),
}

#[derive(Debug, Default)]
pub(super) struct Columns(Vec<Column>);

/// Takes the values of one row, in the manner of sqlx.
pub(super) struct ColumnPen<'a> {
    columns: &'a mut Vec<Column>,
    next: usize,
}

macro_rules! cell {
    ($($type:ty => $kind:ident),+) => {
        $(impl Cell for $type {
            fn column() -> Column {
                Column::$kind(Vec::new())
            }

            fn put(value: Option<Self>, column: &mut Column) {
                if let Column::$kind(all) = column {
                    all.push(value);
                }
            }
        })+
    };
}

cell!(i64 => Ints, bool => Bools, String => Texts);

impl Cell for &str {
    fn column() -> Column {
        String::column()
    }

    fn put(value: Option<Self>, column: &mut Column) {
        String::put(value.map(ToOwned::to_owned), column);
    }
}

impl<T: Cell> Cell for Option<T> {
    fn column() -> Column {
        T::column()
    }

    fn put(value: Option<Self>, column: &mut Column) {
        T::put(value.flatten(), column);
    }
}

impl ColumnPen<'_> {
    pub(super) fn push_bind<T: Cell>(&mut self, value: T) -> &mut Self {
        if self.next == self.columns.len() {
            self.columns.push(T::column());
        }
        T::put(Some(value), &mut self.columns[self.next]);
        self.next += 1;
        self
    }
}

impl Columns {
    pub(super) fn row(&mut self) -> ColumnPen<'_> {
        ColumnPen { columns: &mut self.0, next: 0 }
    }

    /// `prefix` the rows `suffix`; the rows' columns are `column1`, `column2` and so on, as those of `VALUES` are. Nothing
    /// where there is no row. How many rows were written.
    pub(super) async fn execute(self, tx: &mut Transaction<'static, Postgres>, prefix: &str, suffix: &str) -> Result<u64, sqlx::Error> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let list = |name: &str| (1..=self.0.len()).map(|n| format!("{name}{n}")).collect::<Vec<_>>().join(", ");
        let text = format!("{prefix}SELECT * FROM UNNEST({}) AS r({}){suffix}", list("$"), list("column"));
        let mut query = sqlx::query(AssertSqlSafe(text));
        for column in self.0 {
            query = match column {
                Column::Ints(all) => query.bind(all),
                Column::Bools(all) => query.bind(all),
                Column::Texts(all) => query.bind(all),
            };
        }
        Ok(query.execute(&mut **tx).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_keeps_its_kind_and_its_nothings() {
        let mut columns = Columns::default();
        columns.row().push_bind("a").push_bind(None::<i64>).push_bind(true).push_bind(None::<String>);
        columns.row().push_bind("b").push_bind(Some(7_i64)).push_bind(false).push_bind(Some("c".to_owned()));
        let texts = |all: [Option<&str>; 2]| Column::Texts(all.map(|text| text.map(ToOwned::to_owned)).to_vec());
        let expected = [
            texts([Some("a"), Some("b")]),
            Column::Ints(vec![None, Some(7)]),
            Column::Bools(vec![Some(true), Some(false)]),
            texts([None, Some("c")]),
        ];
        assert_eq!(columns.0, expected);
    }
}
