//! Accounts at venues: who speaks for each, what is sent, what is heard, and how it is. One host owns an account at a time.
//!
//! Must never let a new order pass before an account has been read whole, and never decide in place of the venue.

mod account;
mod books;
mod desk;
mod estimates;
mod health;
mod holdings;
mod obscure;
mod pace;
mod reconcile;
mod reports;
mod roster;
mod rules;
mod sending;
mod sweep;
mod telling;
mod unknown;

pub use desk::Timing;
pub use health::{HealthView, LiveState};
pub use roster::{Live, Opener};
