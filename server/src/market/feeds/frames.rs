//! Frames that hold several messages at once. One that can't be read must never cost the others.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Heard, Undecodable};

/// Reads each element of `[…]`, or a lone message, and says the gravest of what was heard.
pub(super) fn each(frame: &str, mut read: impl FnMut(&RawValue) -> Result<Heard, Undecodable>) -> Result<Heard, Undecodable> {
    let elements: Vec<&RawValue> =
        if frame.trim_start().starts_with('[') { serde_json::from_str(frame)? } else { vec![serde_json::from_str(frame)?] };
    let (mut gravest, mut unreadable) = (Heard::Fine, None);
    for element in elements {
        match read(element) {
            Ok(heard) if weight(&heard) > weight(&gravest) => gravest = heard,
            Ok(_) => {}
            Err(error) => unreadable = unreadable.or(Some(error)),
        }
    }
    match unreadable {
        Some(error) if weight(&gravest) <= weight(&Heard::Unknown) => Err(error),
        Some(_) | None => Ok(gravest),
    }
}

/// One element as a payload of the provider.
pub(super) fn parse<'a, T: Deserialize<'a>>(element: &'a RawValue) -> Result<T, Undecodable> {
    Ok(serde_json::from_str(element.get())?)
}

fn weight(heard: &Heard) -> u8 {
    match heard {
        Heard::Fine => 0,
        Heard::Unknown => 1,
        Heard::Ready => 2,
        Heard::Reconnect { .. } => 3,
        Heard::Refused { .. } => 4,
    }
}

/// Words for the person who runs the desk, after what the provider itself said. `said` is cut: it may be anything.
pub(super) fn refused(code: &str, words: &str, said: &str) -> Heard {
    Heard::Refused { code: code.to_owned(), detail: in_words(words, said) }
}

pub(super) fn reconnect(words: &str, said: &str) -> Heard {
    Heard::Reconnect { detail: in_words(words, said) }
}

fn in_words(words: &str, said: &str) -> String {
    let said: String = said.chars().filter(|c| !c.is_control()).take(160).collect();
    if said.is_empty() { words.to_owned() } else { format!("{words} (it says: {said})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(frame: &str) -> Result<Heard, Undecodable> {
        each(frame, |element| match element.get() {
            "1" => Ok(Heard::Ready),
            "2" => Ok(reconnect("again", "x\u{7}y")),
            "3" => Ok(Heard::Unknown),
            "4" => Err(Undecodable { reason: "bad".to_owned() }),
            _ => Ok(Heard::Fine),
        })
    }

    #[test]
    fn the_gravest_counts_and_garbage_costs_nothing_else() {
        assert_eq!(heard("[0, 1]"), Ok(Heard::Ready));
        assert_eq!(heard("[2, 1]"), Ok(Heard::Reconnect { detail: "again (it says: xy)".to_owned() }));
        assert_eq!(heard("[4, 1]"), Ok(Heard::Ready));
        assert_eq!(heard("3"), Ok(Heard::Unknown));
        assert!(heard("[0, 4, 3]").is_err());
        assert!(heard("[0,").is_err() && heard("").is_err() && heard("nonsense").is_err());
    }
}
