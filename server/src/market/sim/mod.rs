//! The simulated market: prices as a pure function of (seed, instrument, second), made when asked.
//!
//! Live prices and history are the same path, so they join without a step. Floats stay in here: what leaves is whole
//! ticks and whole units. A simulated price is a statistic, never an amount of somebody's money.

pub(super) mod depth;
mod extremes;
mod grid;
mod model;
mod noise;
mod path;
mod profile;
mod tape;
mod volume;

pub(super) use extremes::Detail;
pub(super) use model::{Day, Minute, Model, TickBar};
pub(super) use path::ANCHOR_DAY;
pub(super) use tape::Touch;
