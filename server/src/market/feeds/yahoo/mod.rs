//! History from a chart service like Yahoo's: unofficial, without a key, without promises. Off unless somebody turns it on:
//! its terms forbid to pass its data on. Has no stream. Must never be the only source of a price that is traded on.

mod client;
mod convert;
mod wire;

pub use client::YahooHistory;

/// Where it is, and as what the desk introduces itself: without a browser's name it answers nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YahooConfig {
    pub rest: String,
    pub user_agent: String,
}

impl Default for YahooConfig {
    fn default() -> Self {
        Self {
            rest: "https://query1.finance.yahoo.com".to_owned(),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64) SpeedTrade/0.1".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
