//! Client ids as Kraken takes them. It has room for a UUID, ours are `st`, a tag, `-` and a ULID: the ULID's 42 bits of time and
//! 80 random ones become the 122 free bits of a version 4 UUID, mixed with the tag, and can be read back by whoever has the tag.
//! Must never take a stranger's UUID for an id of ours: what it hides must be of the time of its order.

use sha2::{Digest as _, Sha256};
use speedtrade::time::{DAY_US, Timestamp};
use uuid::Uuid;

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ULID_LENGTH: usize = 26;
const RANDOM_BITS: u32 = 80;
const FREE_BITS: u32 = 122;
const FREE: u128 = (1 << FREE_BITS) - 1;
/// Longer texts than this are UUIDs to Kraken, or nothing.
const TEXT_MAX: usize = 18;

/// Which desk's ids can be read.
#[derive(Debug, Clone)]
pub(super) struct Tag(String);

impl Tag {
    pub(super) fn new(tag: &str) -> Self {
        Self(tag.to_owned())
    }

    /// An id of ours where it is one, else as Kraken tells it. `made_at` is when the order came to be.
    pub(super) fn ours(&self, told: &str, made_at: Timestamp) -> String {
        let ulid = Uuid::try_parse(told).ok().filter(|id| id.get_version_num() == 4).map(|id| squeeze(id.as_u128()) ^ mask(&self.0));
        let is_ours = |ulid: &u128| {
            let minted = i64::try_from(ulid >> RANDOM_BITS).unwrap_or(i64::MAX).saturating_mul(1_000);
            made_at.micros().abs_diff(minted) <= DAY_US.unsigned_abs()
        };
        ulid.filter(is_ours).map_or_else(|| told.to_owned(), |ulid| format!("st{}-{}", self.0, ulid_text(ulid)))
    }
}

/// `None` for what Kraken has no room for.
pub(super) fn at_kraken(client_id: &str) -> Option<String> {
    if let Some((tag, ulid)) = client_id.strip_prefix("st").and_then(|rest| rest.split_once('-'))
        && let Some(ulid) = ulid_bits(ulid).filter(|ulid| *ulid <= FREE)
    {
        return Some(Uuid::from_u128(spread(ulid ^ mask(tag))).to_string());
    }
    (!client_id.is_empty() && client_id.len() <= TEXT_MAX && client_id.is_ascii()).then(|| client_id.to_owned())
}

fn mask(tag: &str) -> u128 {
    let hash = Sha256::new().chain_update("speedtrade cl_ord_id ").chain_update(tag).finalize();
    hash.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte)) & FREE
}

/// Puts version and variant between the free bits.
const fn spread(bits: u128) -> u128 {
    let (high, middle, low) = (bits >> 74, bits >> 62 & 0xfff, bits & ((1 << 62) - 1));
    high << 80 | 4 << 76 | middle << 64 | 2 << 62 | low
}

const fn squeeze(uuid: u128) -> u128 {
    let (high, middle, low) = (uuid >> 80, uuid >> 64 & 0xfff, uuid & ((1 << 62) - 1));
    high << 74 | middle << 62 | low
}

fn ulid_bits(text: &str) -> Option<u128> {
    if text.len() != ULID_LENGTH || text.as_bytes()[0] > b'7' {
        return None;
    }
    text.bytes().try_fold(0_u128, |bits, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        Some(bits << 5 | u128::try_from(digit).ok()?)
    })
}

fn ulid_text(bits: u128) -> String {
    let digit = |place: usize| usize::try_from(bits >> (5 * place) & 31).map_or('0', |digit| char::from(DIGITS[digit]));
    (0..ULID_LENGTH).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OURS: &str = "stAb3d-01M7GF5ZK0T3NQ2W8XJ5V6YB4C";

    fn minted() -> Timestamp {
        let bits = ulid_bits(&OURS[7..]).expect("a ULID");
        Timestamp::from_micros(i64::try_from(bits >> RANDOM_BITS).expect("a time") * 1_000)
    }

    #[test]
    fn our_ids_travel_as_uuids_and_come_back() {
        let told = at_kraken(OURS).expect("room");
        assert_eq!((told.len(), told.as_bytes()[14], &told), (36, b'4', &at_kraken(OURS).expect("room")));
        assert_eq!(Tag::new("Ab3d").ours(&told, minted()), OURS);
    }

    #[test]
    fn an_id_of_another_desk_or_another_time_stays_what_it_is() {
        let told = at_kraken(OURS).expect("room");
        assert_eq!(Tag::new("Zz9z").ours(&told, minted()), told);
        assert_eq!(Tag::new("Ab3d").ours(&told, minted().plus_micros(2 * DAY_US)), told);
    }

    #[test]
    fn what_kraken_has_no_room_for_is_refused() {
        assert_eq!(at_kraken("short-one").as_deref(), Some("short-one"));
        for long in ["", "stAb3d-not-a-ulid-at-all-I-L-O-U", "stAb3d-81M7GF5ZK0T3NQ2W8XJ5V6YB4C", "äöüäöüäöü"] {
            assert_eq!(at_kraken(long), None, "{long}");
        }
    }

    proptest! {
        #[test]
        fn every_id_of_a_century_survives(millis in 0_i64..(1 << 42), random in 0_u128..(1 << RANDOM_BITS), tag in "[0-9A-Za-z]{4}") {
            let ulid = u128::try_from(millis).expect("positive") << RANDOM_BITS | random;
            let id = format!("st{tag}-{}", ulid_text(ulid));
            let told = at_kraken(&id).expect("room");
            prop_assert_eq!(Uuid::try_parse(&told).expect("a UUID").get_version_num(), 4);
            prop_assert_eq!(Tag::new(&tag).ours(&told, Timestamp::from_micros(millis * 1_000)), id);
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".{0,40}") {
            let _ = (at_kraken(&text), Tag::new("Ab3d").ours(&text, Timestamp::EPOCH));
        }
    }
}
