//! The one error of server functions: the same `Problem` that REST answers.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use speedtrade::wire::Problem;

use super::json::{PageJson, read};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub Problem);

impl ApiError {
    /// An answer to something else than was asked.
    pub fn unexpected() -> Self {
        Self(Problem::new(500, "internal", "Something went wrong on our side. Nothing was lost; try again."))
    }
}

impl FromServerFnError for ApiError {
    type Encoder = PageJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        // The cause may quote input or internals: only its kind reaches the trader.
        let problem = match error {
            ServerFnErrorErr::Request(_) => {
                Problem::new(503, "offline", "The server could not be reached. Check your connection and try again.")
            }
            // What was answered instead of what was asked for, see `Other`.
            ServerFnErrorErr::Deserialization(text) => read(&text).unwrap_or_else(|_| malformed()),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => malformed(),
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => return Self::unexpected(),
        };
        Self(problem)
    }
}

fn malformed() -> Problem {
    Problem::new(400, "malformed", "The request could not be read.")
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        #[cfg(feature = "ssr")]
        super::context::answer_page_with_problem();
        Self(problem)
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.errors.is_empty() {
            return f.write_str(&self.0.detail);
        }
        // Names of fields are a program's words.
        let words: Vec<String> = self.0.errors.iter().map(|error| sentence(&error.message)).collect();
        f.write_str(&words.join(" "))
    }
}

pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    first.to_uppercase().chain(letters.as_str().chars()).collect::<String>() + end
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> ApiError {
        ApiError::from_server_fn_error(ServerFnErrorErr::Deserialization(text.to_owned()))
    }

    #[test]
    fn a_problem_in_place_of_an_answer_is_that_problem() {
        let problem = Problem::new(401, "wrong_credentials", "Email or \"password\" is wrong.");
        assert_eq!(of(&serde_json::to_string(&problem).expect("serializable")), ApiError(problem));
    }

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("use at least 8 characters"), "Use at least 8 characters.");
        assert_eq!(sentence("Done."), "Done.");
        let mut problem = Problem::new(422, "validation_failed", "symbol: there is no such symbol");
        problem.errors.push(speedtrade::order::FieldError::new("symbol", "there is no such symbol"));
        assert_eq!(ApiError(problem).to_string(), "There is no such symbol.");
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in ["", "{}", "<html>", "null"] {
            assert_eq!(of(text).0.code, "malformed", "{text}");
        }
    }
}
