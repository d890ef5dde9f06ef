//! What a book begins with, for who compares it with what others ask and read.

use speedtrade::{instrument::Symbol, market::BookChange};

use super::{BinanceConfig, book::DepthBook, client};
use crate::market::feeds::FeedError;

pub(crate) async fn first_depth(config: &BinanceConfig, symbol: &Symbol) -> Result<Vec<BookChange>, FeedError> {
    let code = config.names.code(symbol).expect("a pair");
    let body = client::depth(&client::rest(config)?, &code).await?;
    let snapshot = client::read_depth(&body)?;
    Ok(DepthBook::new().snapshot(snapshot.last_id, snapshot.bids, snapshot.asks).expect("no change waits for it"))
}
