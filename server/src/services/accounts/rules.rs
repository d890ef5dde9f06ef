//! What an email, a username and a password must look like, one message for each field.

use speedtrade::order::FieldError;

use super::Registration;

const EMAIL_LENGTH_MAX: usize = 254;
pub(super) const PASSWORD_LENGTH_MAX: usize = 128;
const PASSWORD_LENGTH_MIN: usize = 8;

/// Names as they are stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) email: String,
    pub(super) username: String,
}

pub(super) fn check(registration: &Registration) -> Result<Checked, Vec<FieldError>> {
    let email = registration.email.trim().to_lowercase();
    let username = registration.username.trim().to_owned();
    let faults = [
        ("email", email_fault(&email).map(str::to_owned)),
        ("username", username_fault(&username).map(str::to_owned)),
        ("password", password_fault(&registration.password)),
    ];
    let errors: Vec<_> = faults.into_iter().filter_map(|(field, fault)| Some(FieldError::new(field, fault?))).collect();
    if errors.is_empty() { Ok(Checked { email, username }) } else { Err(errors) }
}

fn email_fault(email: &str) -> Option<&'static str> {
    let is_address = email.len() <= EMAIL_LENGTH_MAX
        && email.chars().all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"' | ',' | ';'))
        && email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && name.len() <= 64 && is_host(host));
    (!is_address).then_some("enter an email address, like name@example.com")
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    host.contains('.') && host.split('.').all(is_label)
}

fn username_fault(username: &str) -> Option<&'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let is_name = (3..=32).contains(&username.len()) && username.bytes().all(allowed);
    (!is_name).then_some("use 3 to 32 letters, digits, _ or -")
}

fn password_fault(password: &str) -> Option<String> {
    let length = password.chars().count();
    if length < PASSWORD_LENGTH_MIN {
        return Some("use at least 8 characters".to_owned());
    }
    if length > PASSWORD_LENGTH_MAX {
        return Some("use at most 128 characters".to_owned());
    }
    let wanted = [
        (password.chars().any(char::is_uppercase), "an upper-case letter"),
        (password.chars().any(char::is_lowercase), "a lower-case letter"),
        (password.chars().any(|c| c.is_ascii_digit()), "a digit"),
        (password.chars().any(|c| !c.is_alphanumeric()), "a special character like ! or #"),
    ];
    let missing: Vec<_> = wanted.into_iter().filter(|(has, _)| !has).map(|(_, what)| what).collect();
    (!missing.is_empty()).then(|| format!("add {}", missing.join(", ")))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn fields(email: &str, username: &str, password: &str) -> Vec<String> {
        let registration = Registration { email: email.to_owned(), username: username.to_owned(), password: password.to_owned() };
        check(&registration).err().unwrap_or_default().into_iter().map(|e| e.field).collect()
    }

    #[test]
    fn a_good_registration_is_lower_cased_and_trimmed() {
        let registration =
            Registration { email: " Ann@Example.COM ".to_owned(), username: "Ann_1".to_owned(), password: "Passw0rd!".to_owned() };
        let expected = Checked { email: "ann@example.com".to_owned(), username: "Ann_1".to_owned() };
        assert_eq!(check(&registration), Ok(expected));
    }

    #[rstest]
    #[case("", &["email"])]
    #[case("ann", &["email"])]
    #[case("ann@", &["email"])]
    #[case("@example.com", &["email"])]
    #[case("ann@example", &["email"])]
    #[case("ann@ex ample.com", &["email"])]
    #[case("ann@@example.com", &["email"])]
    #[case("ann@example..com", &["email"])]
    #[case("<ann@example.com>", &["email"])]
    fn emails_that_are_none(#[case] email: &str, #[case] expected: &[&str]) {
        assert_eq!(fields(email, "ann", "Passw0rd!"), expected);
        assert_eq!(fields(&format!("{}@example.com", "a".repeat(250)), "ann", "Passw0rd!"), ["email"]);
    }

    #[rstest]
    #[case("Short1!", "use at least 8 characters")]
    #[case("passw0rd!", "add an upper-case letter")]
    #[case("PASSW0RD!", "add a lower-case letter")]
    #[case("Password!", "add a digit")]
    #[case("Passw0rdd", "add a special character like ! or #")]
    #[case("password", "add an upper-case letter, a digit, a special character like ! or #")]
    fn weak_passwords_are_told_what_they_lack(#[case] password: &str, #[case] expected: &str) {
        assert_eq!(password_fault(password).as_deref(), Some(expected));
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        assert_eq!(fields("", "a b", ""), ["email", "username", "password"]);
        assert_eq!(fields("a@b.co", &"n".repeat(33), &format!("Aa1!{}", "x".repeat(125))), ["username", "password"]);
    }
}
