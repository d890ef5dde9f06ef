//! The side of an order that only live accounts have: where it stands at its venue. Cancels are told apart from states, so that
//! a refused cancel can't break a fill.

use std::str::FromStr;

use super::kind::UnknownWord;
use crate::time::Timestamp;

/// Who watches over an order now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// SpeedTrade: it waits for its trigger, or for another order to end.
    Server,
    /// It was sent, or is about to be.
    Venue,
}

/// What became of the wish to cancel an order at its venue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CancelState {
    #[default]
    None,
    Requested,
    /// The venue took it; the order's end is to come.
    Sent,
    /// Nobody knows whether the venue took it.
    Unknown,
    /// The venue said no.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtVenue {
    pub holder: Holder,
    /// The venue's own name of it.
    pub venue_id: Option<String>,
    pub cancel: CancelState,
    /// Placed elsewhere: shown and counted, not ours.
    pub is_external: bool,
    /// When its bytes left for the first time.
    pub sent_at: Option<Timestamp>,
    pub acknowledged_at: Option<Timestamp>,
    pub unknown_since: Option<Timestamp>,
    /// Unknown for so long that its owner has been told to look at the venue.
    pub needs_attention: bool,
}

impl Holder {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Venue => "venue",
        }
    }
}

impl FromStr for Holder {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "server" => Ok(Self::Server),
            "venue" => Ok(Self::Venue),
            _ => Err(UnknownWord { allowed: "server, venue" }),
        }
    }
}

impl CancelState {
    pub const ALL: [CancelState; 5] = [Self::None, Self::Requested, Self::Sent, Self::Unknown, Self::Refused];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Requested => "requested",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }

    /// On its way, or wanted.
    pub const fn is_pending(self) -> bool {
        match self {
            Self::Requested | Self::Sent | Self::Unknown => true,
            Self::None | Self::Refused => false,
        }
    }

    /// Still has to be told to the venue.
    pub const fn is_due(self) -> bool {
        match self {
            Self::Requested | Self::Unknown => true,
            Self::None | Self::Sent | Self::Refused => false,
        }
    }
}

impl FromStr for CancelState {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.into_iter().find(|c| c.as_str() == text);
        known.ok_or(UnknownWord { allowed: "none, requested, sent, unknown, refused" })
    }
}

impl AtVenue {
    pub const fn held_by(holder: Holder) -> Self {
        Self {
            holder,
            venue_id: None,
            cancel: CancelState::None,
            is_external: false,
            sent_at: None,
            acknowledged_at: None,
            unknown_since: None,
            needs_attention: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for state in CancelState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert!(!state.is_due() || state.is_pending());
        }
        for holder in [Holder::Server, Holder::Venue] {
            assert_eq!(holder.as_str().parse(), Ok(holder));
        }
    }

    #[test]
    fn a_cancel_is_due_until_it_was_sent() {
        assert_eq!(CancelState::ALL.map(CancelState::is_due), [false, true, false, true, false]);
    }
}
