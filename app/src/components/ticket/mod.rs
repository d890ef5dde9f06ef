//! The order ticket: what to trade, what it comes to, and one button that says all of it.

mod amount;
mod buy_bar;
mod fields;
mod form;
mod funds;
mod order_form;
mod quick;
mod review;
mod send;
mod submit;
mod tif;

pub use buy_bar::BuyBar;
pub use form::{TicketForm, provide_ticket};
pub use funds::Funds;
pub use order_form::Ticket;
