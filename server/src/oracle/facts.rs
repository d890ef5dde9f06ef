//! Anything as a flat list of words and values, and how two of them differ. Must never call a number equal to a text in what
//! is sent.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;

pub(super) type Facts = BTreeMap<String, String>;

/// Words inside others are dotted; a list tells its length, too. Nothing is told of `null`.
pub(super) fn flatten(value: &Value, word: &str, leaf: fn(&Value) -> String, facts: &mut Facts) {
    let inside = |name: &str| if word.is_empty() { name.to_owned() } else { format!("{word}.{name}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| flatten(value, &inside(name), leaf, facts)),
        Value::Array(items) => {
            facts.insert(inside("count"), items.len().to_string());
            items.iter().enumerate().for_each(|(at, value)| flatten(value, &inside(&at.to_string()), leaf, facts));
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            facts.insert(word.to_owned(), leaf(value));
        }
    }
}

/// What is sent: a number is marked, for it is another thing than its text.
pub(super) fn as_sent(value: &Value) -> String {
    value.as_str().map_or_else(|| format!("#{value}"), str::to_owned)
}

/// What is read: numbers by their value, however they are written.
pub(super) fn as_read(value: &Value) -> String {
    let text = text(value);
    decimal(&text).map_or(text, |number| number.normalize().to_string())
}

/// A text, or a number's own digits.
pub(super) fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) fn decimal(text: &str) -> Option<Decimal> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

/// Empty where they are equal. `-` is theirs alone, `+` is ours alone.
pub(super) fn difference(theirs: &Facts, ours: &Facts) -> String {
    let gone = theirs.iter().filter(|(word, _)| !ours.contains_key(*word)).map(|(word, value)| format!("-{word}={value}"));
    let other = theirs.iter().filter_map(|(word, value)| {
        let our = ours.get(word).filter(|our| *our != value)?;
        Some(format!("{word}={value}→{our}"))
    });
    let more = ours.iter().filter(|(word, _)| !theirs.contains_key(*word)).map(|(word, value)| format!("+{word}={value}"));
    gone.chain(other).chain(more).collect::<Vec<_>>().join(" ")
}
