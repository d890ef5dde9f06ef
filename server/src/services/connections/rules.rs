//! What may be typed to connect an account, one message for each field.

use speedtrade::{
    order::FieldError,
    venue::{Environment, Venue},
};

use super::{NewConnection, ServiceError, TypedKey};
use crate::net::{Key, KeyPair};

const LABEL_LENGTH_MAX: usize = 40;
const KEY_BYTES_MAX: usize = 256;
const SECRET_BYTES_MAX: usize = 4_096;
const HINT_LENGTH: usize = 4;
/// A shorter key would be shown by more than a third.
const KEY_BYTES_MIN: usize = 8;

pub(super) struct Checked {
    pub(super) venue: Venue,
    pub(super) environment: Environment,
    pub(super) label: String,
    pub(super) keys: KeyPair,
    pub(super) key_hint: String,
}

pub(super) fn check(new: &NewConnection) -> Result<Checked, ServiceError> {
    let mut errors = key_faults(&new.key);
    let place = place(&new.account_type, new.is_paper).map_err(|(field, words)| errors.push(FieldError::new(field, words))).ok();
    let label = label(&new.label).map_err(|words| errors.push(FieldError::new("label", words))).ok();
    let (Some((venue, environment)), Some(label), []) = (place, label, errors.as_slice()) else {
        return Err(ServiceError::Invalid(errors));
    };
    Ok(Checked { venue, environment, label, keys: pair(&new.key), key_hint: hint(&new.key.api_key) })
}

pub(super) fn keys(key: &TypedKey) -> Result<KeyPair, ServiceError> {
    let errors = key_faults(key);
    if errors.is_empty() { Ok(pair(key)) } else { Err(ServiceError::Invalid(errors)) }
}

/// 1 to 40 characters, without spaces around them.
pub(super) fn label(text: &str) -> Result<String, &'static str> {
    let label = text.trim();
    let is_good = (1..=LABEL_LENGTH_MAX).contains(&label.chars().count()) && !label.chars().any(char::is_control);
    if is_good { Ok(label.to_owned()) } else { Err("use 1 to 40 characters") }
}

/// The end of a key's id.
pub(super) fn hint(api_key: &str) -> String {
    let key = api_key.trim();
    key.get(key.len().saturating_sub(HINT_LENGTH)..).unwrap_or_default().to_owned()
}

fn place(account_type: &str, is_paper: bool) -> Result<(Venue, Environment), (&'static str, String)> {
    if account_type == "paper" {
        return Err(("account_type", "you have the desk's paper account already: choose a venue".to_owned()));
    }
    let venue: Venue = account_type.parse().map_err(|unknown| ("account_type", format!("{unknown}")))?;
    let environment = if is_paper { Environment::Practice } else { Environment::Live };
    if environment == Environment::Practice && !venue.has_practice() {
        return Err(("is_paper", format!("{venue} has no practice accounts: trade on paper here, or connect a live account")));
    }
    Ok((venue, environment))
}

fn key_faults(key: &TypedKey) -> Vec<FieldError> {
    let (id, secret) = (key.api_key.trim(), key.api_secret.trim());
    let id_fault = match id.len() {
        0 => Some("enter the key"),
        length if !(KEY_BYTES_MIN..=KEY_BYTES_MAX).contains(&length) => Some("a key has 8 to 256 characters"),
        _ if !id.bytes().all(|b| b.is_ascii_graphic()) => Some("a key has letters, digits and signs only, without spaces"),
        _ => None,
    };
    let secret_fault = match secret.len() {
        0 => Some("enter the secret"),
        length if length > SECRET_BYTES_MAX => Some("a secret has at most 4,096 characters"),
        _ if !secret.bytes().all(|b| b.is_ascii_graphic() || matches!(b, b' ' | b'\n' | b'\r')) => {
            Some("a secret has letters, digits and signs only: copy it as the venue shows it")
        }
        _ => None,
    };
    let faults = [("api_key", id_fault), ("api_secret", secret_fault)];
    faults.into_iter().filter_map(|(field, fault)| Some(FieldError::new(field, fault?))).collect()
}

fn pair(key: &TypedKey) -> KeyPair {
    KeyPair { id: Key::new(&key.api_key), secret: Key::new(&key.api_secret) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn typed(account_type: &str, is_paper: bool, label: &str, key: &str, secret: &str) -> NewConnection {
        NewConnection {
            account_type: account_type.to_owned(),
            is_paper,
            label: label.to_owned(),
            key: TypedKey { api_key: key.to_owned(), api_secret: secret.to_owned() },
            password: String::new(),
        }
    }

    fn faults(new: &NewConnection) -> Vec<String> {
        match check(new) {
            Ok(_) => Vec::new(),
            Err(ServiceError::Invalid(errors)) => errors.into_iter().map(|e| e.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[rstest]
    #[case("alpaca", true, Environment::Practice)]
    #[case("alpaca", false, Environment::Live)]
    #[case("binance", true, Environment::Practice)]
    #[case("coinbase", false, Environment::Live)]
    #[case("kraken", false, Environment::Live)]
    fn a_good_form_names_venue_and_environment(#[case] venue: &str, #[case] is_paper: bool, #[case] expected: Environment) {
        let pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ==\n-----END EC PRIVATE KEY-----\n";
        let checked = check(&typed(venue, is_paper, " Mine ", " PKAB1234 ", pem)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((checked.venue.as_str(), checked.environment), (venue, expected));
        assert_eq!((checked.label.as_str(), checked.key_hint.as_str()), ("Mine", "1234"));
    }

    #[rstest]
    #[case(typed("paper", true, "a", "PKAB1234", "s"), &["account_type"])]
    #[case(typed("nasdaq", true, "a", "PKAB1234", "s"), &["account_type"])]
    #[case(typed("coinbase", true, "a", "PKAB1234", "s"), &["is_paper"])]
    #[case(typed("kraken", true, "a", "PKAB1234", "s"), &["is_paper"])]
    #[case(typed("alpaca", true, " ", "PKAB1234", "s"), &["label"])]
    #[case(typed("alpaca", true, &"ü".repeat(41), "PKAB1234", "s"), &["label"])]
    #[case(typed("alpaca", true, "a\tb", "PKAB1234", "s"), &["label"])]
    #[case(typed("alpaca", true, "a", "", ""), &["api_key", "api_secret"])]
    #[case(typed("alpaca", true, "a", "short", "s"), &["api_key"])]
    #[case(typed("alpaca", true, "a", "with space", "s"), &["api_key"])]
    #[case(typed("alpaca", true, "a", "line\r\nbreak", "s"), &["api_key"])]
    #[case(typed("alpaca", true, "a", "schlüssel", "s"), &["api_key"])]
    #[case(typed("alpaca", true, "a", &"k".repeat(257), "s"), &["api_key"])]
    #[case(typed("alpaca", true, "a", "PKAB1234", &"s".repeat(4_097)), &["api_secret"])]
    #[case(typed("alpaca", true, "a", "PKAB1234", "nul\0"), &["api_secret"])]
    #[case(typed("", true, "", "", ""), &["api_key", "api_secret", "account_type", "label"])]
    fn everything_wrong_is_said_at_once(#[case] new: NewConnection, #[case] expected: &[&str]) {
        assert_eq!(faults(&new), expected);
    }

    #[test]
    fn the_longest_allowed_is_allowed() {
        assert!(faults(&typed("alpaca", true, &"ü".repeat(40), &"k".repeat(256), &"s".repeat(4_096))).is_empty());
    }
}
