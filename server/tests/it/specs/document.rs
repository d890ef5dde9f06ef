//! What a vendor's document declares, as `scripts/lib/specs/main.js` tells it, and where it is known to differ from the vendor.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use serde::Deserialize;

/// Where a document is behind its vendor, or tells one way of two. Each is used, or the check fails.
pub struct Exception {
    pub document: &'static str,
    pub requests: &'static [&'static str],
    pub departure: Departure,
    pub reason: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// We send the parameters as a form; they are judged in the query, where the document has them.
    FormForQuery,
    /// We send the key as a bearer's; it is judged as this parameter of the query.
    BearerForQuery(&'static str),
    /// A word of the query that the document does not have; nothing but its name is forgiven.
    Word(&'static str),
}

pub const EXCEPTIONS: [Exception; 5] = [
    Exception {
        document: "binance",
        requests: &["POST /api/v3/order", "POST /api/v3/order/cancelReplace"],
        departure: Departure::FormForQuery,
        reason: "Binance takes the parameters of a POST in the query or as a form; the document has the query alone",
    },
    Exception {
        document: "binance",
        requests: &["GET /api/v3/account"],
        departure: Departure::Word("omitZeroBalances"),
        reason: "in Binance's REST documentation and its own clients; the document, which ends in 2024, never had it",
    },
    Exception {
        document: "binance",
        requests: &["GET /api/v3/exchangeInfo"],
        departure: Departure::Word("showPermissionSets"),
        reason: "added by Binance on 2024-10-17; the document is of 2024-10-08",
    },
    Exception {
        document: "massive",
        requests: &[
            "GET /v2/aggs/ticker/{}/range/{}/{}/{}/{}",
            "GET /v2/snapshot/locale/us/markets/stocks/tickers",
            "GET /v2/snapshot/locale/global/markets/crypto/tickers",
        ],
        departure: Departure::BearerForQuery("apiKey"),
        reason: "Massive takes the key as a bearer's, too, as its own Python client sends it; in an address it would end in logs",
    },
    Exception {
        document: "massive",
        requests: &["GET /v2/aggs/ticker/{}/range/{}/{}/{}/{}"],
        departure: Departure::Word("cursor"),
        reason: "of the vendor's own next_url, which is followed as it was told",
    },
];

#[derive(Deserialize)]
pub struct Document {
    /// Of its mock.
    pub url: String,
    /// By request, like `GET /v2/orders/{}`: the words that its query and its body may have.
    requests: BTreeMap<String, BTreeSet<String>>,
}

impl Document {
    pub fn of(name: &str) -> Document {
        let path = std::env::var_os("SPEEDTRADE_SPECS").expect("scripts/check-specs DIR runs this");
        let text = std::fs::read_to_string(path).expect("written by scripts/lib/specs/main.js");
        let mut all: BTreeMap<String, Document> = serde_json::from_str(&text).expect("its form");
        all.remove(name).expect("one of its documents")
    }

    /// The request that it is and its words. Of several that fit, the one with the fewest blanks is meant.
    pub fn declared(&self, method: &Method, path: &str) -> Option<(&str, &BTreeSet<String>)> {
        let fits =
            |request: &&String| request.split_once(' ').is_some_and(|(verb, template)| verb == method.as_str() && is_of(path, template));
        let blanks = |request: &&String| request.matches("{}").count();
        let request = self.requests.keys().filter(fits).min_by_key(blanks)?;
        Some((request, &self.requests[request]))
    }
}

fn is_of(path: &str, template: &str) -> bool {
    let (segments, blanks): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
    let fits = |(segment, blank): (&&str, &&str)| segment == blank || (*blank == "{}" && !segment.is_empty());
    segments.len() == blanks.len() && segments.iter().zip(&blanks).all(fits)
}
