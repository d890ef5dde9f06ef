//! The engine: a pure fold of commands over an account. Time, prices and ids are passed in.
//!
//! Must never do I/O or publish: what it returns is committed first. A refusal (`EngineError::Denied` and the like) leaves
//! the account as it was; after `Broken` the account must be thrown away and read again.

mod close;
mod close_amount;
mod command;
mod execute;
mod fold;
mod group;
mod live;
mod live_dispatch;
mod live_replace;
mod place;
mod preview;
mod replace;
mod resting;
mod trade;

pub use close_amount::CloseAmount;
pub use command::{Applied, Command, EngineError, Env, Execution, FilledSoFar, Standing, VenueReport};
pub use fold::{apply, unit_pots};
pub use preview::{Preview, Warning, preview};
pub use resting::RestingOrders;

#[cfg(test)]
mod tests;
