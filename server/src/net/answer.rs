//! The body of an answer, read to its end. Must never grow without a bound.

/// Bytes; the longest known (all instruments of Binance) has 14 MB.
const ANSWER_MAX: usize = 32 << 20;

#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRead {
    #[error("the answer is longer than {ANSWER_MAX} bytes")]
    TooLong,
    /// Without the address.
    #[error("{}", super::with_causes(.0))]
    Broken(reqwest::Error),
}

pub(crate) async fn bounded(mut answer: reqwest::Response) -> Result<Vec<u8>, NotRead> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| NotRead::Broken(error.without_url()))? {
        if body.len() + chunk.len() > ANSWER_MAX {
            return Err(NotRead::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
