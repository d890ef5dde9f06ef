//! Positions, orders and fills as tables that follow the desk.

mod cancel_button;
mod close_button;
mod edit_button;
mod fills_table;
mod order_row;
mod orders_table;
mod position_row;
mod positions_table;
mod tabs;

pub use fills_table::FillsTable;
pub use order_row::{held_words, status_badge, terms_words};
pub use orders_table::OrdersTable;
pub use positions_table::PositionsTable;
pub use tabs::Blotter;
