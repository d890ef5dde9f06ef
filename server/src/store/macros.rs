//! `on_db!` runs one body on whichever database is open; `row!` declares a struct that is read from either.

/// `$c` is the pool, connection or transaction of the open database; the body's text and binds exist once.
macro_rules! on_db {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::store::Db::Sqlite(embedded) => {
                let $c = embedded.pool();
                $body
            }
            $crate::store::Db::Postgres($c) => $body,
        }
    };
}

/// The same inside a transaction.
macro_rules! on_tx {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}

/// A struct of primitives whose fields are the columns of a row, readable from both databases.
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($fvis:vis $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($fvis $field: $type),+ }

        impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for $name
        where
            &'r str: sqlx::ColumnIndex<R>,
            String: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
            i64: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
            bool: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
            Option<String>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
            Option<i64>: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
        {
            fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
                Ok(Self { $($field: row.try_get(stringify!($field))?),+ })
            }
        }
    };
}

/// The same for the tables that the journal writes: what was acknowledged is in them.
macro_rules! on_books {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::store::Db::Sqlite(embedded) => match embedded.settled().await {
                Ok($c) => $body,
                Err(error) => Err(error),
            },
            $crate::store::Db::Postgres($c) => $body,
        }
    };
}

/// Multi-row `INSERT`s, `$prefix VALUES (...), (...) $suffix`, in chunks small enough for both databases; `$form` says what
/// becomes of a row that another entry of the journal has, too.
macro_rules! insert_rows {
    ($writes:expr, $form:expr, $prefix:expr, $rows:expr, $suffix:expr, |$b:ident, $row:ident| $body:expr) => {
        match $writes {
            $crate::store::Writes::Entry(entry) => entry.rows($form, ($prefix, $suffix), $rows, |$b, $row| {
                $body;
            }),
            $crate::store::Writes::Tx(tx) => {
                for chunk in $rows.chunks($crate::store::ROWS_PER_STATEMENT) {
                    on_tx!(tx, c => {
                        let mut query = sqlx::QueryBuilder::new($prefix);
                        query.push_values(chunk, |mut $b, $row| { $body; });
                        query.push($suffix);
                        query.build().execute(c).await.map(|_| ())
                    })?;
                }
            }
        }
    };
}

/// `$prefix $1, $2, ... $suffix` over ids, read as rows.
macro_rules! select_in {
    ($tx:expr, $prefix:expr, $ids:expr, $suffix:expr) => {
        on_tx!($tx, c => {
            let mut query = sqlx::QueryBuilder::new($prefix);
            let mut list = query.separated(", ");
            for id in $ids {
                list.push_bind(id.to_string());
            }
            query.push($suffix);
            query.build_query_as().fetch_all(c).await
        })?
    };
}
