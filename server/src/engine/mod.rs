//! The engine: a pure fold of commands over an account. Time, prices and ids are passed in.
//!
//! Must never import the store, await or publish: what it returns is committed by `committer` first.

mod fold;
mod resting;

pub use fold::{Command, EngineError, Env, PlaceCommand, apply};
pub use resting::{RestingOrder, RestingOrders};
