//! Identities. Each kind is a type of its own; a new id is made only from a UUID that is passed in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not an id we could have issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, example = "019a9c1e-8f00-7000-8000-000000000001"))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    };
}

id! {
    /// A person.
    UserId
}
id! {
    /// A trading account of a person at a venue.
    AccountId
}
id! {
    /// An order.
    OrderId
}
id! {
    /// One execution of an order.
    FillId
}
id! {
    /// A signed-in session: the family of its refresh tokens.
    SessionId
}
id! {
    /// An alert of a person.
    AlertId
}
id! {
    /// One firing of an alert.
    FiringId
}
id! {
    /// A watchlist of a person.
    WatchlistId
}
id! {
    /// An address that is told of firings.
    WebhookId
}
id! {
    /// A browser that is told of firings.
    PushSubscriptionId
}
