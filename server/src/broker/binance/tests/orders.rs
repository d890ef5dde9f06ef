//! What is sent for an order: parameters for every kind and time in force, and their signatures.

use std::collections::BTreeMap;

use rstest::rstest;
use speedtrade::order::{Amount, OrderClass, OrderKind, Side, TimeInForce, Trail};

use super::{limit, order, stop_limit};
use crate::{
    broker::{
        OrderName, VenueOrder,
        binance::{
            freeze,
            sign::{Params, Signer},
        },
    },
    net::{Key, Names},
};

/// The secret in the vendor's documents.
const SECRET: &str = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
/// The first key of RFC 8032.
const ED25519: &str =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----";

#[rstest]
#[case::documents(
    "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
    "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
)]
#[case::cancel(
    "timestamp=1499827319559&symbol=LTCUSDT&origClientOrderId=my-id-1&recvWindow=10000",
    "b3a3a00d32c5160951bbb6b11e653c55d810d33737f0a43a4f54db7f61d82999"
)]
#[case::order(
    "timestamp=1499827319559&symbol=LTCUSDT&orderId=12345&recvWindow=10000",
    "b13da98d0f9966d7a51e0a1ce00f7dcb8d822a6846aee9eeee4f9ba42b2f4211"
)]
#[case::trades(
    "timestamp=1499827319559&symbol=LTCUSDT&startTime=1499827300000&limit=10&recvWindow=10000",
    "6cf08d16a46feab45de32b5fde995e4804db7adb21584f2518487ddeed006277"
)]
fn hmac_signs_as_the_documents_and_ccxt_do(#[case] payload: &str, #[case] signature: &str) {
    assert_eq!(Signer::new(&Key::new(SECRET)).expect("a secret").sign(payload), signature);
}

#[test]
fn what_is_signed_is_percent_encoded() {
    let params = Params::default().with("symbol", "１２３４５６").with("side", "BUY").with("type", "LIMIT").with("timeInForce", "GTC");
    let params = params.with("quantity", "1").with("price", "0.1").with("recvWindow", "5000").with("timestamp", "1499827319559");
    assert!(params.as_str().starts_with("symbol=%EF%BC%91%EF%BC%92"), "{}", params.as_str());
    let signature = Signer::new(&Key::new(SECRET)).expect("a secret").sign(params.as_str());
    assert_eq!(signature, "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3");
}

#[rstest]
#[case::lines(ED25519.to_owned())]
#[case::one_line(ED25519.replace('\n', "\\n"))]
fn ed25519_signs_as_rfc_8032_does(#[case] pem: String) {
    let signer = Signer::new(&Key::new(&pem)).expect("a key");
    let payload = "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2&timestamp=1668481559918&recvWindow=5000";
    let signature = "XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg==";
    assert_eq!(signer.sign(payload), signature);
    let sent = Params::of_encoded(payload).with("signature", signature);
    assert!(
        sent.as_str()
            .ends_with("&signature=XtZirsmmi0noRzUfkqktvkVfxpkq%2FWtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg%3D%3D")
    );
}

#[test]
fn a_key_of_another_kind_is_refused_without_being_shown() {
    for body in ["MHcCAQEE", "not base64!", ""] {
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
        let error = Signer::new(&Key::new(&pem)).err().expect("no key").to_string();
        assert!(body.is_empty() || !error.contains(body), "{error}");
    }
}

fn parameters(body: &str) -> BTreeMap<&str, &str> {
    body.split('&').map(|pair| pair.split_once('=').expect("a pair")).collect()
}

/// CCXT's parameters for the same wish, but for its receive window of 10 s and its own name.
#[rstest]
#[case::market_buy_by_quantity(order(Side::Buy, OrderKind::Market, TimeInForce::Gtc), "side=BUY&type=MARKET&quantity=0.1")]
#[case::limit(order(Side::Buy, limit("50"), TimeInForce::Gtc), "side=BUY&type=LIMIT&quantity=0.1&price=50&timeInForce=GTC")]
#[case::limit_fok(order(Side::Buy, limit("50"), TimeInForce::Fok), "side=BUY&type=LIMIT&quantity=0.1&price=50&timeInForce=FOK")]
#[case::stop_loss_limit(
    order(Side::Sell, stop_limit("55", "54"), TimeInForce::Gtc),
    "side=SELL&type=STOP_LOSS_LIMIT&quantity=0.1&price=54&stopPrice=55&timeInForce=GTC"
)]
#[case::trigger_limit(
    order(Side::Buy, stop_limit("49", "50"), TimeInForce::Gtc),
    "side=BUY&type=STOP_LOSS_LIMIT&quantity=0.1&price=50&stopPrice=49&timeInForce=GTC"
)]
#[case::market_buy_by_cost(
    VenueOrder { amount: Amount::Notional("20".parse().expect("dollars")), ..order(Side::Buy, OrderKind::Market, TimeInForce::Gtc) },
    "side=BUY&type=MARKET&quoteOrderQty=20"
)]
fn an_order_is_sent_with_what_ccxt_sends(#[case] order: VenueOrder, #[case] terms: &str) {
    let frozen = freeze::new_order(&order, &Names::default()).expect("supported");
    let expected = format!("symbol=LTCUSDT&{terms}&newClientOrderId=st0001-01J&newOrderRespType=FULL&recvWindow=5000");
    assert_eq!((frozen.path.as_str(), parameters(&frozen.body)), ("/api/v3/order", parameters(&expected)));
}

/// Day, GTC, IOC, FOK, OPG, CLS: the word that is sent, `-` for none, `x` for what is unsupported.
#[rstest]
#[case(OrderKind::Market, "- - - x x x")]
#[case(limit("50"), "GTC GTC IOC FOK x x")]
#[case(OrderKind::Stop { stop_price: "49".parse().expect("a price") }, "- - x x x x")]
#[case(stop_limit("49", "50"), "GTC GTC IOC FOK x x")]
#[case(OrderKind::TrailingStop { trail: Trail::amount("1".parse().expect("dollars")).expect("more than zero") }, "x x x x x x")]
fn every_kind_and_time_in_force_is_sent_or_refused(#[case] kind: OrderKind, #[case] words: &str) {
    let word = |time_in_force| match freeze::new_order(&order(Side::Buy, kind, time_in_force), &Names::default()) {
        Ok(frozen) => parameters(&frozen.body).get("timeInForce").copied().unwrap_or("-").to_owned(),
        Err(_) => "x".to_owned(),
    };
    assert_eq!(TimeInForce::ALL.map(word).join(" "), words);
}

#[test]
fn what_binance_has_no_word_for_is_unsupported() {
    let simple = || order(Side::Buy, limit("50"), TimeInForce::Gtc);
    let dollars = Amount::Notional("20".parse().expect("dollars"));
    let stock = VenueOrder { asset_type: speedtrade::instrument::AssetType::Stock, symbol: "AAPL".parse().expect("a symbol"), ..simple() };
    let orders = [
        VenueOrder { amount: dollars, ..simple() },
        VenueOrder { extended_hours: true, ..simple() },
        VenueOrder { class: OrderClass::Bracket, ..simple() },
        VenueOrder { symbol: "BTC/EUR".parse().expect("a symbol"), ..simple() },
        stock,
    ];
    for order in orders {
        assert!(freeze::new_order(&order, &Names::default()).is_err(), "{order:?}");
    }
}

#[test]
fn the_quote_asset_is_the_configured_one_and_no_digit_is_lost() {
    let order = VenueOrder {
        amount: Amount::Qty("0.00000001".parse().expect("a quantity")),
        ..order(Side::Sell, limit("0.0000000123"), TimeInForce::Gtc)
    };
    let frozen = freeze::new_order(&order, &"USDC".parse().expect("an asset")).expect("supported");
    assert!(frozen.body.starts_with("symbol=LTCUSDC&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.00000001&price=0.0000000123&"));
}

#[rstest]
#[case::by_the_venues_number(Some("77"), "cancelOrderId=77")]
#[case::by_our_name(None, "cancelOrigClientOrderId=st0001-old")]
fn a_replacement_cancels_first_and_stops_if_that_fails(#[case] venue_id: Option<&str>, #[case] named: &str) {
    let new = order(Side::Buy, limit("51"), TimeInForce::Day);
    let old = OrderName {
        client_id: "st0001-old".to_owned(),
        venue_id: venue_id.map(str::to_owned),
        symbol: new.symbol.clone(),
        sent_at: speedtrade::time::Timestamp::EPOCH,
    };
    let frozen = freeze::replacement(&old, &new, &Names::default()).expect("supported");
    let terms =
        "side=BUY&type=LIMIT&quantity=0.1&price=51&timeInForce=GTC&newClientOrderId=st0001-01J&newOrderRespType=FULL&recvWindow=5000";
    let expected = format!("symbol=LTCUSDT&cancelReplaceMode=STOP_ON_FAILURE&{named}&{terms}");
    assert_eq!((frozen.path.as_str(), parameters(&frozen.body)), ("/api/v3/order/cancelReplace", parameters(&expected)));
}
