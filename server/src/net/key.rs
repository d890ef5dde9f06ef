//! A provider's key as the desk holds it. Must never be shown, compared, logged or quoted in an error; its memory is wiped.

use std::fmt;

use zeroize::Zeroizing;

#[derive(Clone)]
pub struct Key(Zeroizing<String>);

impl Key {
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    /// For what is sent to the provider or sealed, and for nothing else.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

/// Where a key comes in two parts.
#[derive(Debug, Clone)]
pub struct KeyPair {
    pub id: Key,
    pub secret: Key,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_shows_nothing_of_itself() {
        let pair = KeyPair { id: Key::new(" PKAB12 "), secret: Key::new("s3cr3t\n") };
        let shown = format!("{pair:?}");
        assert!(!shown.contains("PKAB12") && !shown.contains("s3cr3t"), "{shown}");
        assert_eq!((pair.id.expose(), pair.secret.expose()), ("PKAB12", "s3cr3t"));
    }
}
