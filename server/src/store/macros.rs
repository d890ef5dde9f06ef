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

/// Multi-row `INSERT`s, `$prefix` rows `$suffix`: one statement on PostgreSQL, chunks of `VALUES` small enough for it on SQLite;
/// `$form` says what becomes of a row that another entry of the journal has, too.
macro_rules! insert_rows {
    ($writes:expr, $form:expr, $prefix:expr, $rows:expr, $suffix:expr, |$b:ident, $row:ident| $body:expr) => {
        match $writes {
            $crate::store::Writes::Entry(entry) => entry.rows($form, ($prefix, $suffix), $rows, |$b, $row| {
                $body;
            }),
            $crate::store::Writes::Tx(tx) => drop(write_rows!(tx, ($prefix, $suffix), $rows, |$b, $row| $body)),
        }
    };
}

/// The same in a transaction; how many rows were written.
macro_rules! write_rows {
    ($tx:expr, ($prefix:expr, $suffix:expr), $rows:expr, |$b:ident, $row:ident| $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let mut written = 0;
                for chunk in $rows.chunks($crate::store::ROWS_PER_STATEMENT) {
                    let mut query = sqlx::QueryBuilder::new($prefix);
                    query.push_values(chunk, |mut $b, $row| {
                        $body;
                    });
                    query.push($suffix);
                    written += query.build().execute(&mut **tx).await?.rows_affected();
                }
                written
            }
            $crate::store::Tx::Postgres(tx) => {
                let mut columns = $crate::store::columns::Columns::default();
                for $row in $rows {
                    let mut $b = columns.row();
                    $body;
                }
                columns.execute(tx, $prefix, $suffix).await?
            }
        }
    };
}

/// `$prefix IN ($1, $2, ...) $suffix` over ids, read as rows.
macro_rules! select_in {
    ($tx:expr, $prefix:expr, $ids:expr) => {
        select_in!($tx, $prefix, $ids, "")
    };
    ($tx:expr, $prefix:expr, $ids:expr, $suffix:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let mut query = sqlx::QueryBuilder::new($prefix);
                query.push(" IN (");
                let mut list = query.separated(", ");
                for id in $ids {
                    list.push_bind(id.to_string());
                }
                query.push(")").push($suffix);
                query.build_query_as().fetch_all(&mut **tx).await?
            }
            // One text for any number of ids.
            $crate::store::Tx::Postgres(tx) => {
                let text = format!("{} = ANY($1){}", $prefix, $suffix);
                let ids: Vec<String> = $ids.iter().map(ToString::to_string).collect();
                sqlx::query_as(sqlx::AssertSqlSafe(text)).bind(ids).fetch_all(&mut **tx).await?
            }
        }
    };
}
