//! JSON between the host and its pages. The browser reads it with a reader made for small machines, which has no words
//! for its errors and no fractions: a tenth of the program less. The host, whom anybody may send anything, keeps the
//! strict one.
//!
//! `read` must only be given what our own host has written.

use std::fmt;

use leptos::{
    server::codee::{Decoder, Encoder},
    server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post},
};
use serde::{
    Serialize,
    de::{Deserialize, DeserializeOwned},
};

/// Arguments and answers of a server function as JSON in a `POST`.
pub type Json = Post<PageJson>;

/// The JSON of server functions and of what a page carries with it.
pub struct PageJson;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not the JSON that was expected")
    }
}

pub(crate) fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Unreadable> {
    // Only a text with escapes needs a place where they are undone.
    let mut scratch = if text.contains('\\') { vec![0; text.len()] } else { Vec::new() };
    serde_json_core::from_str_escaped(text, &mut scratch).map(|(value, _)| value).map_err(|_| Unreadable)
}

impl ContentType for PageJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for PageJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for PageJson {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

/// What came instead of what was expected. From the host it may be a `Problem`, so its words are the text itself;
/// what is sent to the host has no words: it is never repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other(String);

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<T: DeserializeOwned> Decodes<T> for PageJson {
    type Error = Other;

    fn decode(bytes: Bytes) -> Result<T, Other> {
        #[cfg(feature = "ssr")]
        return serde_json::from_slice(&bytes).map_err(|_| Other(String::new()));
        #[cfg(not(feature = "ssr"))]
        {
            let text = std::str::from_utf8(&bytes).unwrap_or_default();
            read(text).map_err(|_| Other(text.to_owned()))
        }
    }
}

impl<T: Serialize> Encoder<T> for PageJson {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for PageJson {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Unreadable> {
        read(text)
    }
}

#[cfg(test)]
mod tests {
    use speedtrade::wire::Problem;

    use super::*;
    use crate::api::{ApiError, page::PageData};

    fn same<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(value: &T) {
        let text = serde_json::to_string(value).expect("serializable");
        assert_eq!(read::<T>(&text).as_ref(), Ok(value), "{text}");
        // As leptos puts it into a page.
        assert_eq!(read::<T>(&text.replace('<', "\\u003c")).as_ref(), Ok(value), "{text}");
    }

    #[test]
    fn every_text_is_read_as_it_was_written() {
        for text in
            ["", "plain", "\"quoted\"", "back\\slash\\", "line\nbreak\ttab\r\u{8}\u{c}\u{1}", "</script>", "naïve 中文 🦀", "\\u003c"]
        {
            same(&text.to_owned());
            same(&vec![Some(text.to_owned()), None]);
        }
    }

    #[test]
    fn numbers_are_whole_and_exact() {
        for number in [0, 1, -1, i64::MAX, i64::MIN] {
            same(&number);
        }
        assert_eq!(read::<i64>("1.5"), Err(Unreadable));
    }

    #[test]
    fn answers_and_refusals_are_told_apart() {
        same(&Ok::<PageData, ApiError>(PageData::Ticker(Vec::new())));
        same(&Err::<PageData, ApiError>(ApiError(Problem::new(404, "unknown_symbol", "There is no \"X\"."))));
        same(&Ok::<(), ApiError>(()));
    }

    #[test]
    fn fields_of_a_newer_host_are_passed_over() {
        let text = r#"{"extra":{"deep":[1,{"x":"}"}]},"type":"about:blank","status":409,"title":"t","detail":"d","code":"c","errors":[],"more":null}"#;
        assert_eq!(read::<Problem>(text).map(|problem| problem.status), Ok(409));
    }

    #[test]
    fn broken_text_is_refused() {
        for text in ["", "{", "[1,]", "nul", "\"open", "{\"status\":\"x\"}", "1 2"] {
            assert!(read::<Vec<i64>>(text).is_err() && read::<Problem>(text).is_err(), "{text}");
        }
    }
}
