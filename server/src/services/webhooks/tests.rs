//! Which addresses are called, and how messages are signed.

use std::net::IpAddr;

use reqwest::dns::Resolve;
use rstest::rstest;
use speedtrade::{
    alert::{Condition, Fired},
    time::Timestamp,
};
use uuid::Uuid;

use super::signature::sign;
use crate::services::outbound::{GlobalOnly, QUEUE_LENGTH_MAX, Queue, Reach, check_url, is_global};

#[rstest]
#[case("8.8.8.8", true)]
#[case("172.15.0.1", true)]
#[case("127.0.0.1", false)]
#[case("10.1.2.3", false)]
#[case("172.16.0.1", false)]
#[case("192.168.1.1", false)]
#[case("169.254.169.254", false)]
#[case("100.64.0.1", false)]
#[case("0.0.0.0", false)]
#[case("192.0.2.1", false)]
#[case("198.19.0.1", false)]
#[case("224.0.0.1", false)]
#[case("255.255.255.255", false)]
#[case("2606:4700::1111", true)]
#[case("::1", false)]
#[case("::", false)]
#[case("::ffff:127.0.0.1", false)]
#[case("::ffff:8.8.8.8", true)]
#[case("::127.0.0.1", false)]
#[case("64:ff9b::7f00:1", false)]
#[case("2002:7f00:1::", false)]
#[case("2001:db8::1", false)]
#[case("2001::1", false)]
#[case("fe80::1", false)]
#[case("fc00::1", false)]
#[case("ff02::1", false)]
fn only_global_addresses_are_called(#[case] address: IpAddr, #[case] expected: bool) {
    assert_eq!(is_global(address), expected);
}

#[rstest]
#[case("https://example.com/hook?x=1", true)]
#[case("https://example.com:8443/", true)]
#[case("http://example.com/", false)]
#[case("ftp://example.com/", false)]
#[case("https://user:pass@example.com/", false)]
#[case("https://127.0.0.1/", false)]
#[case("https://2130706433/", false)]
#[case("https://0x7f.1/", false)]
#[case("https://[::ffff:10.0.0.1]/", false)]
#[case("https://[::1]/", false)]
#[case("https://localhost/", false)]
#[case("https://desk.localhost/", false)]
#[case("example.com", false)]
#[case("", false)]
fn addresses_are_checked_before_they_are_kept(#[case] url: &str, #[case] expected: bool) {
    assert_eq!(check_url(url, Reach::Internet).is_ok(), expected, "{url}");
}

#[tokio::test]
async fn names_that_lead_home_are_not_called() {
    let resolved = GlobalOnly(Reach::Internet).resolve("localhost".parse().expect("a name")).await;
    assert!(resolved.is_err());
    assert!(GlobalOnly(Reach::Anywhere).resolve("localhost".parse().expect("a name")).await.is_ok());
}

/// Computed with `printf '1700000001.{}' | openssl dgst -sha256 -hmac secret`.
#[test]
fn signatures_are_those_of_other_programs() {
    let expected = "t=1700000001,v1=d8852b947962e1140a9c783987325ad24c45fe0cb635b74b12638edf56ef795f";
    assert_eq!(sign("secret", 1_700_000_001, "{}"), expected);
}

#[test]
fn a_full_queue_drops_the_oldest_and_says_how_many() {
    let queue = Queue::default();
    let price = "1".parse().expect("valid");
    let fired = |n: usize| Fired {
        id: speedtrade::ids::FiringId::new(Uuid::from_u128(n as u128)),
        alert_id: speedtrade::ids::AlertId::new(Uuid::nil()),
        user_id: speedtrade::ids::UserId::new(Uuid::nil()),
        number: 1,
        symbol: "KO".parse().expect("valid"),
        condition: Condition::Above(price),
        note: String::new(),
        price,
        quote_time: Timestamp::EPOCH,
        fired_at: Timestamp::EPOCH,
    };
    queue.push((0..QUEUE_LENGTH_MAX + 7).map(fired).collect());
    assert_eq!(queue.dropped(), 7);
}
