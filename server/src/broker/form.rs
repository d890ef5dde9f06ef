//! Parameters in the encoding of forms: what queries and some venues' bodies are written in.

use reqwest::Url;

pub(crate) fn encode<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> String {
    let mut url = empty();
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}

pub(crate) fn decode(text: &str) -> Vec<(String, String)> {
    let mut url = empty();
    url.set_query(Some(text));
    url.query_pairs().into_owned().collect()
}

/// One segment of a path: what the venue named, whatever it is, never leads elsewhere.
pub(crate) fn segment(text: &str) -> String {
    encode(&[(text, "")]).trim_end_matches('=').to_owned()
}

fn empty() -> Url {
    Url::parse("form:/").expect("a constant address")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_is_encoded_as_browsers_do() {
        assert_eq!(encode(&[("oflags", "fcib,post"), ("price", "+100")]), "oflags=fcib%2Cpost&price=%2B100");
        assert_eq!(encode::<&str, &str>(&[]), "");
        assert_eq!(segment("../a?b"), "..%2Fa%3Fb");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(pairs in prop::collection::vec((".{0,9}", ".{0,9}"), 0..5)) {
            prop_assert_eq!(decode(&encode(&pairs)), pairs);
        }
    }
}
