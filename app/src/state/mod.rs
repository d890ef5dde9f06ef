//! State that outlives a page: who is signed in, how it looks, what is being said.

pub mod account;
pub mod desk;
pub mod effect;
pub mod prices;
pub mod session;
pub mod theme;
pub mod toasts;
