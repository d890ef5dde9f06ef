//! The order state machine: which status may follow which, on one screen.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    PendingNew,
    New,
    PartiallyFilled,
    Filled,
    PendingCancel,
    Canceled,
    PendingReplace,
    Replaced,
    Rejected,
    Expired,
    Held,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order can't go from {from:?} to {to:?}")]
pub struct IllegalTransition {
    pub from: OrderStatus,
    pub to: OrderStatus,
}

use OrderStatus::{
    Canceled, Expired, Filled, Held, New, PartiallyFilled, PendingCancel, PendingNew, PendingReplace, Rejected, Replaced, Unknown,
};

impl OrderStatus {
    pub const ALL: [OrderStatus; 12] =
        [PendingNew, New, PartiallyFilled, Filled, PendingCancel, Canceled, PendingReplace, Replaced, Rejected, Expired, Held, Unknown];

    /// The transition table. What waited at the desk (`New`, `Held`) goes to its venue as `PendingNew`. A complete fill after a terminal status is legal: executions beat status. A late fill of a part
    /// is a fact of the order (`filled_qty`), not a way back to an open one.
    pub const fn may_become(self, next: OrderStatus) -> bool {
        match self {
            PendingNew => matches!(next, New | PartiallyFilled | Filled | Rejected | Canceled | Expired | Held | Unknown),
            New | Held => matches!(
                next,
                New | PendingNew
                    | PartiallyFilled
                    | Filled
                    | PendingCancel
                    | Canceled
                    | PendingReplace
                    | Replaced
                    | Rejected
                    | Expired
                    | Held
                    | Unknown
            ),
            PartiallyFilled => matches!(
                next,
                PartiallyFilled | Filled | PendingCancel | Canceled | PendingReplace | Replaced | Rejected | Expired | Unknown
            ),
            PendingCancel | PendingReplace | Unknown => {
                matches!(next, New | PartiallyFilled | Filled | Canceled | Replaced | Rejected | Expired | Unknown)
            }
            Canceled | Replaced | Rejected | Expired => matches!(next, Filled),
            Filled => false,
        }
    }

    /// Over before all of it was filled.
    pub const fn is_ended_unfilled(self) -> bool {
        match self {
            Canceled | Replaced | Rejected | Expired => true,
            PendingNew | New | PartiallyFilled | Filled | PendingCancel | PendingReplace | Held | Unknown => false,
        }
    }

    pub const fn is_open(self) -> bool {
        match self {
            PendingNew | New | PartiallyFilled | PendingCancel | PendingReplace | Held | Unknown => true,
            Filled | Canceled | Replaced | Rejected | Expired => false,
        }
    }

    pub const fn check_transition(self, next: OrderStatus) -> Result<OrderStatus, IllegalTransition> {
        if self.may_become(next) { Ok(next) } else { Err(IllegalTransition { from: self, to: next }) }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            PendingNew => "pending_new",
            New => "new",
            PartiallyFilled => "partially_filled",
            Filled => "filled",
            PendingCancel => "pending_cancel",
            Canceled => "canceled",
            PendingReplace => "pending_replace",
            Replaced => "replaced",
            Rejected => "rejected",
            Expired => "expired",
            Held => "held",
            Unknown => "unknown",
        }
    }
}

impl FromStr for OrderStatus {
    type Err = super::kind::UnknownWord;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|s| s.as_str() == text);
        known.ok_or(super::kind::UnknownWord { allowed: "the statuses of an order" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_fill_after_cancel_is_legal_and_nothing_follows_filled() {
        assert!(Canceled.may_become(Filled));
        for next in OrderStatus::ALL {
            assert!(!Filled.may_become(next), "{next:?}");
        }
    }

    #[test]
    fn a_closed_order_never_opens_again() {
        for from in OrderStatus::ALL.into_iter().filter(|s| !s.is_open()) {
            assert_eq!(from.is_ended_unfilled(), from != Filled);
            for to in OrderStatus::ALL.into_iter().filter(|s| s.is_open()) {
                assert!(!from.may_become(to), "{from:?} -> {to:?}");
            }
        }
    }

    /// The whole table, row by row: what each status may become, in the order of `ALL`.
    #[rstest::rstest]
    #[case(PendingNew, &[New, PartiallyFilled, Filled, Canceled, Rejected, Expired, Held, Unknown])]
    #[case(New, &[PendingNew, New, PartiallyFilled, Filled, PendingCancel, Canceled, PendingReplace, Replaced, Rejected, Expired, Held, Unknown])]
    #[case(Held, &[PendingNew, New, PartiallyFilled, Filled, PendingCancel, Canceled, PendingReplace, Replaced, Rejected, Expired, Held, Unknown])]
    #[case(PartiallyFilled, &[PartiallyFilled, Filled, PendingCancel, Canceled, PendingReplace, Replaced, Rejected, Expired, Unknown])]
    #[case(PendingCancel, &[New, PartiallyFilled, Filled, Canceled, Replaced, Rejected, Expired, Unknown])]
    #[case(PendingReplace, &[New, PartiallyFilled, Filled, Canceled, Replaced, Rejected, Expired, Unknown])]
    #[case(Unknown, &[New, PartiallyFilled, Filled, Canceled, Replaced, Rejected, Expired, Unknown])]
    #[case(Canceled, &[Filled])]
    #[case(Replaced, &[Filled])]
    #[case(Rejected, &[Filled])]
    #[case(Expired, &[Filled])]
    #[case(Filled, &[])]
    fn the_table_is_what_the_house_decided(#[case] from: OrderStatus, #[case] allowed: &[OrderStatus]) {
        let may: Vec<_> = OrderStatus::ALL.into_iter().filter(|to| from.may_become(*to)).collect();
        assert_eq!(may, allowed);
        for to in OrderStatus::ALL {
            assert_eq!(from.check_transition(to).is_ok(), allowed.contains(&to));
        }
    }

    #[test]
    fn names_round_trip() {
        for status in OrderStatus::ALL {
            assert_eq!(status.as_str().parse::<OrderStatus>(), Ok(status));
        }
    }
}
