//! What the hosts of one desk share through Redis: who owns a provider's connection, what it hears, news of users, counts.
//!
//! Must never be needed: the store is the truth, what is told here may be lost, and without Redis each host works for itself.

mod lease;
mod link;
mod relay;
mod windows;

use std::fmt;

use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use link::Link;

pub use link::InvalidRedisUrl;
pub use relay::{Relay, StartFeed};
pub use windows::{Counted, Window};

/// What is told. Each host that listens hears what the others say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Users of whom something was committed.
    Users,
    /// Sessions that ended.
    Sessions,
    /// What a host's clients look at.
    Wanted,
    /// What the owner of a provider's connection hears.
    Feeds,
}

impl Channel {
    const ALL: [Channel; 4] = [Self::Users, Self::Sessions, Self::Wanted, Self::Feeds];

    const fn name(self) -> &'static str {
        match self {
            Self::Users => "speedtrade:users",
            Self::Sessions => "speedtrade:sessions",
            Self::Wanted => "speedtrade:wanted",
            Self::Feeds => "speedtrade:feeds",
        }
    }
}

/// Something another host said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub host: Uuid,
    pub body: std::sync::Arc<str>,
}

/// Cheap to clone; all clones are the same connection.
#[derive(Debug, Clone, Default)]
pub enum Hosts {
    /// This process is the whole desk, or its hosts share the store only.
    #[default]
    Alone,
    Redis(Link),
}

/// How it is with Redis, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedisState {
    NotUsed,
    There,
    Away,
}

impl fmt::Display for RedisState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUsed => "not used",
            Self::There => "there",
            Self::Away => "away",
        })
    }
}

impl Hosts {
    /// Connects to nothing yet: that is `run`'s. `host` is this process among the hosts.
    pub fn open(url: Option<&str>, host: Uuid) -> Result<Self, InvalidRedisUrl> {
        match url.map(str::trim).filter(|url| !url.is_empty()) {
            Some(url) => Ok(Self::Redis(Link::open(url, host)?)),
            None => Ok(Self::Alone),
        }
    }

    /// Keeps the connection until `stop`, however often Redis goes and comes.
    pub async fn run(self, stop: CancellationToken) {
        match self {
            Self::Alone => {}
            Self::Redis(link) => link.run(stop).await,
        }
    }

    pub fn state(&self) -> RedisState {
        match self {
            Self::Alone => RedisState::NotUsed,
            Self::Redis(link) if link.is_up() => RedisState::There,
            Self::Redis(_) => RedisState::Away,
        }
    }

    /// Tells the other hosts, without waiting. What can't be sent is not kept.
    pub fn tell(&self, channel: Channel, body: String) {
        match self {
            Self::Alone => {}
            Self::Redis(link) => link.tell(channel, body),
        }
    }

    /// What other hosts say from now on. Who falls 1,024 messages behind misses some.
    pub fn listen(&self, channel: Channel) -> Option<broadcast::Receiver<Message>> {
        match self {
            Self::Alone => None,
            Self::Redis(link) => Some(link.listen(channel)),
        }
    }
}
