//! Points in time as microseconds since 1970 UTC. The domain never asks what time it is: it is told.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Microseconds UTC. On REST it is RFC 3339 with milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, example = "2026-11-22T14:30:00.000Z"))]
pub struct Timestamp(i64);

pub const SECOND_US: i64 = 1_000_000;
pub const MINUTE_US: i64 = 60 * SECOND_US;
pub const DAY_US: i64 = 86_400 * SECOND_US;

/// The text is not an RFC 3339 time within the years the product handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time in RFC 3339")]
pub struct InvalidTime;

impl Timestamp {
    pub const EPOCH: Timestamp = Timestamp(0);

    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Unix milliseconds; what is too far away is the farthest there is.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND_US)
    }

    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// The start of the `step_us` long interval that holds this time, counted from 1970.
    #[must_use]
    pub const fn floor_to(self, step_us: i64) -> Self {
        Self(self.0.div_euclid(step_us) * step_us)
    }

    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    pub fn parse_rfc3339(text: &str) -> Result<Self, InvalidTime> {
        DateTime::parse_from_rfc3339(text).map(|t| Self(t.timestamp_micros())).map_err(|_| InvalidTime)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse_rfc3339(&String::deserialize(d)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_with_milliseconds_and_read_back() {
        let time = Timestamp::from_micros(1_763_802_000_123_000);
        assert_eq!(time.to_string(), "2025-11-22T09:00:00.123Z");
        assert_eq!(Timestamp::parse_rfc3339(&time.to_string()), Ok(time));
        assert_eq!(Timestamp::parse_rfc3339("yesterday"), Err(InvalidTime));
    }

    #[test]
    fn floors_before_1970_go_down() {
        assert_eq!(Timestamp::from_micros(-1).floor_to(MINUTE_US).micros(), -MINUTE_US);
    }
}
