//! The one error of server functions: the same `Problem` that REST answers.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use speedtrade::wire::Problem;

use super::json::PageJson;

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
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Problem::new(400, "malformed", "The request could not be read.")
            }
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

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        #[cfg(feature = "ssr")]
        super::context::answer_with_status(problem.status);
        Self(problem)
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.detail)
    }
}

impl std::error::Error for ApiError {}
