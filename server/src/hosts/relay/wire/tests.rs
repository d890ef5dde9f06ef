//! What is written is read again, and nothing else is.

use proptest::prelude::*;

use super::*;

fn number() -> impl Strategy<Value = String> {
    (1_u64..1_000_000_000, 0_u32..8)
        .prop_map(|(units, scale)| format!("{}.{:0width$}", units, units % 10_u64.pow(scale.max(1)), width = scale.max(1) as usize))
}

fn event() -> impl Strategy<Value = MarketEvent> {
    let numbers = prop::collection::vec(number(), 6);
    (0..7_u8, numbers, 0_i64..4_000_000_000_000_000, any::<bool>()).prop_map(|(kind, numbers, micros, is_told)| {
        let (price, qty) = (|n: usize| numbers[n].parse().expect("a price"), |n: usize| numbers[n].parse().expect("units"));
        let level = |n: usize| Level { price: price(n), qty: qty(n + 1) };
        let time = Timestamp::from_micros(micros);
        match kind {
            0 => MarketEvent::Trade(Trade { price: price(0), qty: qty(1), time, taker: is_told.then_some(Side::Sell) }),
            1 => MarketEvent::Touch(Touch { bid: price(0), ask: price(1), bid_size: qty(2), ask_size: qty(3), time }),
            2 => {
                let prev_close = is_told.then(|| price(4));
                let (last, open, high, low, volume) = (price(0), price(1), price(2), price(3), qty(5));
                MarketEvent::Day(DayStats { last, prev_close, open, high, low, volume, time })
            }
            3 => MarketEvent::Minute(Bar { t: time, o: price(0), h: price(1), l: price(2), c: price(3), v: qty(4) }),
            4 => MarketEvent::Book(BookChange::Snapshot { bids: vec![level(0), level(2)], asks: vec![level(4)] }),
            5 => MarketEvent::Book(BookChange::Levels { bids: Vec::new(), asks: vec![level(0)] }),
            _ => MarketEvent::Book(BookChange::Lost),
        }
    })
}

fn head(status: FeedStatus) -> Head {
    let [sent_at, heard_at] = [5, 3].map(Timestamp::from_micros);
    Head { feed: FeedKind::Binance, fence: 1_764_100_000_000, number: 7, sent_at, heard_at, status }
}

proptest! {
    #[test]
    fn what_is_written_is_read(events in prop::collection::vec(event(), 0..40)) {
        let news: News = events.into_iter().map(|event| ("BTC/USD".parse().expect("a symbol"), event)).collect();
        let head = head(FeedStatus::Live);
        let messages = write(&head, &news);
        prop_assert_eq!(messages.len(), 1);
        prop_assert_eq!(read_head(&messages[0]), Some(head));
        prop_assert_eq!(read_news(&messages[0]), Some(news));
    }

    #[test]
    fn garbage_is_void_and_harms_nobody(text in "(binance|t|b|q)?( |\n|-|[0-9]{1,30}|[a-z+]|\\PC){0,60}") {
        let _ = (read_head(&text), read_news(&text), read_looking(&text), read_event(&text));
    }
}

#[test]
fn a_long_message_is_cut_between_lines() {
    let symbol: Symbol = "ETH/USD".parse().expect("a symbol");
    let news: News = (0..5_000).map(|_| (symbol.clone(), MarketEvent::Book(BookChange::Lost))).collect();
    let messages = write(&head(FeedStatus::Idle), &news);
    assert!(messages.len() == 1 && messages[0].len() < MESSAGE_BYTES + 1_000, "{}", messages.len());
    let news: News = news.iter().cycle().take(20_000).cloned().collect();
    let messages = write(&head(FeedStatus::Idle), &news);
    assert!(messages.len() > 2 && messages.iter().all(|message| message.len() < MESSAGE_BYTES + 1_000));
    assert_eq!(messages.iter().map(|message| read_news(message).expect("read").len()).sum::<usize>(), news.len());
    let numbers: Vec<_> = messages.iter().map(|message| read_head(message).expect("read").number).collect();
    assert_eq!(numbers, (7..7 + messages.len() as u64).collect::<Vec<_>>());
}

#[test]
fn how_a_connection_is_comes_through_on_one_line() {
    let down = FeedStatus::Down { detail: "no\nline  breaks".to_owned() };
    let refused = FeedStatus::Refused { code: "auth".to_owned(), detail: "wrong key".to_owned() };
    for (status, read) in [
        (FeedStatus::Silent, FeedStatus::Silent),
        (FeedStatus::Connecting, FeedStatus::Connecting),
        (down, FeedStatus::Down { detail: "no line  breaks".to_owned() }),
        (refused.clone(), refused),
    ] {
        let messages = write(&head(status), &[]);
        assert_eq!(read_head(&messages[0]).expect("read").status, read);
    }
}

#[test]
fn what_is_looked_at_is_told_with_and_without_depth() {
    let symbols = |text: &[&str]| text.iter().map(|text| text.parse().expect("a symbol")).collect();
    let wanted = Wanted { quotes: symbols(&["AAPL", "BTC/USD"]), books: symbols(&["BTC/USD"]) };
    for looking in [
        Looking { feed: FeedKind::Alpaca, is_anew: true, wanted },
        Looking { feed: FeedKind::Binance, is_anew: false, wanted: Wanted::default() },
    ] {
        assert_eq!(read_looking(&write_looking(&looking)), Some(looking));
    }
    for garbage in ["", "alpaca", "nobody still AAPL", "alpaca perhaps AAPL", "alpaca still ++++"] {
        assert_eq!(read_looking(garbage), None, "{garbage}");
    }
}
