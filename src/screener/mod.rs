//! Screens: filters and an order over everything that is listed. The same code in browser and host.

mod query;
mod select;
mod table;

pub use query::{Screen, ScreenQuery, Sort, SortKey};
pub use table::{Listed, Table};
