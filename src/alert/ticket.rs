//! What a person or a program typed about an alert, all text, and the terms it is checked into.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Alert, AlertStatus, AlertTerms, Condition, NOTE_LENGTH_MAX, WINDOW_MINUTES_MAX};
use crate::{
    money::{Percent, Price},
    order::FieldError,
    time::Timestamp,
};

/// The body of `POST /alerts` and the state of the alert form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AlertTicket {
    pub symbol: String,
    /// `above`, `below`, `crosses`, `crosses_up`, `crosses_down`, `pct_move` or `volume_spike`.
    pub condition: String,
    /// Of the first five.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_price: Option<String>,
    /// Of `pct_move`: more than 0, at most 1,000, in either direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    /// Of `pct_move` and `volume_spike`: 1 to 1,440.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_minutes: Option<u32>,
    /// Of `volume_spike`: times the average volume of a minute, more than 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple: Option<String>,
    /// `once` (default) or `every_time`: again after the condition was false, at most once a minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<String>,
    /// RFC 3339, in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// At most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The body of `PATCH /alerts/{id}`: what changes; what is absent stays. New terms arm the alert anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AlertChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_price: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<String>,
    /// RFC 3339; empty for no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// `armed` or `off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// A checked alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    pub terms: AlertTerms,
    pub note: String,
}

#[derive(Default)]
struct Mistakes(Vec<FieldError>);

impl Mistakes {
    fn add(&mut self, field: &str, message: impl ToString) {
        self.0.push(FieldError::new(field, message));
    }

    fn read<T: FromStr<Err: ToString>>(&mut self, field: &str, text: Option<&str>) -> Option<T> {
        text.unwrap_or_default().parse().map_err(|e| self.add(field, e)).ok()
    }
}

impl NewAlert {
    /// Checks every field and reports all that is wrong at once. The symbol is for the caller to find.
    pub fn parse(ticket: &AlertTicket, now: Timestamp) -> Result<Self, Vec<FieldError>> {
        Self::parse_kept(ticket, now, None)
    }

    /// An end that stands already, `kept`, may be over: whoever arms the alert asks for another.
    fn parse_kept(ticket: &AlertTicket, now: Timestamp, kept: Option<Timestamp>) -> Result<Self, Vec<FieldError>> {
        let mut mistakes = Mistakes::default();
        refuse_unused(&mut mistakes, ticket);
        let condition = condition(&mut mistakes, ticket);
        let repeat = mistakes.read("repeat", Some(filled(ticket.repeat.as_deref()).unwrap_or("once")));
        let expires_at = filled(ticket.expires_at.as_deref()).map(|text| match Timestamp::parse_rfc3339(text) {
            // To the millisecond, as it was told.
            Ok(end) if kept.is_some_and(|kept| kept.millis() == end.millis()) => kept,
            Ok(end) if end > now => Some(end),
            Ok(_) => {
                mistakes.add("expires_at", "must be in the future");
                None
            }
            Err(error) => {
                mistakes.add("expires_at", error);
                None
            }
        });
        let note = ticket.note.as_deref().unwrap_or_default().trim();
        if note.chars().count() > NOTE_LENGTH_MAX {
            mistakes.add("note", format!("use at most {NOTE_LENGTH_MAX} characters"));
        }
        if note.chars().any(|c| c.is_control() && c != '\n') {
            mistakes.add("note", "use printable characters");
        }
        match (condition, repeat) {
            (Some(condition), Some(repeat)) if mistakes.0.is_empty() => {
                Ok(Self { terms: AlertTerms { condition, repeat, expires_at: expires_at.flatten() }, note: note.to_owned() })
            }
            _ => Err(mistakes.0),
        }
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A field that the condition does not have is a mistake, not ignored.
fn refuse_unused(mistakes: &mut Mistakes, ticket: &AlertTicket) {
    let (is_move, is_spike) = (ticket.condition == "pct_move", ticket.condition == "volume_spike");
    let given = [
        ("target_price", ticket.target_price.is_some(), !is_move && !is_spike),
        ("percent", ticket.percent.is_some(), is_move),
        ("multiple", ticket.multiple.is_some(), is_spike),
        ("window_minutes", ticket.window_minutes.is_some(), is_move || is_spike),
    ];
    for (field, _, _) in given.into_iter().filter(|(_, given, used)| *given && !used) {
        mistakes.add(field, "this condition has no such term");
    }
}

fn condition(mistakes: &mut Mistakes, ticket: &AlertTicket) -> Option<Condition> {
    let with_target: fn(Price) -> Condition = match ticket.condition.as_str() {
        "above" => Condition::Above,
        "below" => Condition::Below,
        "crosses" => Condition::Crosses,
        "crosses_up" => Condition::CrossesUp,
        "crosses_down" => Condition::CrossesDown,
        "pct_move" => {
            let (percent, minutes) = (percent(mistakes, ticket.percent.as_deref()), minutes(mistakes, ticket.window_minutes));
            return Some(Condition::PctMove { percent: percent?, minutes: minutes? });
        }
        "volume_spike" => {
            let (multiple, minutes) = (mistakes.read("multiple", ticket.multiple.as_deref()), minutes(mistakes, ticket.window_minutes));
            return Some(Condition::VolumeSpike { multiple: multiple?, minutes: minutes? });
        }
        _ => {
            mistakes.add("condition", format!("must be one of: {}", Condition::WORDS));
            return None;
        }
    };
    mistakes.read("target_price", ticket.target_price.as_deref()).map(with_target)
}

fn percent(mistakes: &mut Mistakes, text: Option<&str>) -> Option<Percent> {
    let percent: Percent = mistakes.read("percent", text)?;
    let is_good = percent > Percent::ZERO && percent <= Percent::from_whole(1_000);
    if !is_good {
        mistakes.add("percent", "must be more than 0 and at most 1,000");
    }
    is_good.then_some(percent)
}

fn minutes(mistakes: &mut Mistakes, minutes: Option<u32>) -> Option<u32> {
    let good = minutes.filter(|minutes| Condition::is_window(*minutes));
    if good.is_none() {
        mistakes.add("window_minutes", format!("must be a whole number from 1 to {WINDOW_MINUTES_MAX}"));
    }
    good
}

impl From<&Alert> for AlertTicket {
    fn from(alert: &Alert) -> Self {
        let condition = alert.terms.condition;
        Self {
            symbol: alert.symbol.to_string(),
            condition: condition.word().to_owned(),
            target_price: condition.target().map(|price| price.to_string()),
            percent: condition.percent().map(|percent| percent.to_string()),
            window_minutes: condition.minutes(),
            multiple: condition.multiple().map(|multiple| multiple.to_string()),
            repeat: Some(alert.terms.repeat.as_str().to_owned()),
            expires_at: alert.terms.expires_at.map(|end| end.to_string()),
            note: Some(alert.note.clone()),
        }
    }
}

impl AlertChange {
    /// The whole alert after the change. Terms of the old condition that a new one lacks are dropped.
    fn ticket(&self, alert: &Alert) -> AlertTicket {
        let old = AlertTicket::from(alert);
        let old = match &self.condition {
            Some(word) if *word != old.condition => {
                let is_target = |word: &str| !matches!(word, "pct_move" | "volume_spike");
                AlertTicket {
                    target_price: old.target_price.filter(|_| is_target(word)),
                    percent: None,
                    multiple: None,
                    window_minutes: old.window_minutes.filter(|_| !is_target(word)),
                    ..old
                }
            }
            Some(_) | None => old,
        };
        let or = |new: &Option<String>, old: Option<String>| new.clone().or(old);
        AlertTicket {
            symbol: old.symbol,
            condition: self.condition.clone().unwrap_or(old.condition),
            target_price: or(&self.target_price, old.target_price),
            percent: or(&self.percent, old.percent),
            window_minutes: self.window_minutes.or(old.window_minutes),
            multiple: or(&self.multiple, old.multiple),
            repeat: or(&self.repeat, old.repeat),
            expires_at: or(&self.expires_at, old.expires_at),
            note: or(&self.note, old.note),
        }
    }

    /// The alert after the change. One that begins anew needs an end that is not over, or none.
    pub fn parse(&self, alert: &Alert, now: Timestamp) -> Result<NewAlert, Vec<FieldError>> {
        let new = NewAlert::parse_kept(&self.ticket(alert), now, alert.terms.expires_at)?;
        let begins = new.terms != alert.terms || matches!(self.is_armed(), Ok(Some(true)));
        if begins && !matches!(self.is_armed(), Ok(Some(false))) && new.terms.expires_at.is_some_and(|end| end <= now) {
            return Err(vec![FieldError::new("expires_at", "this alert's end is over: give a new one, or none")]);
        }
        Ok(new)
    }

    /// Whether the alert is wanted armed; `None` when nothing is said of it.
    pub fn is_armed(&self) -> Result<Option<bool>, FieldError> {
        let word = self.status.as_deref().map(str::parse::<AlertStatus>).transpose();
        match word {
            Ok(None) => Ok(None),
            Ok(Some(AlertStatus::Armed)) => Ok(Some(true)),
            Ok(Some(AlertStatus::Off)) => Ok(Some(false)),
            Ok(Some(AlertStatus::Triggered | AlertStatus::Expired)) | Err(_) => {
                Err(FieldError::new("status", "must be one of: armed, off"))
            }
        }
    }
}
