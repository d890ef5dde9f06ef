//! The name under which an order goes to its venue: `st`, the installation's four characters, a dash, and the order's id as a
//! ULID. 33 characters that every venue takes, and from which the order is known again, also after an old backup came back.

use uuid::Uuid;

use crate::ids::OrderId;

/// Crockford's base 32, as ULIDs use it.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 26;
pub const TAG_LENGTH: usize = 4;

pub fn venue_name(tag: &str, id: OrderId) -> String {
    let number = id.uuid().as_u128();
    let digit = |at: usize| {
        let shift = 5 * (LENGTH - 1 - at);
        char::from(DIGITS[usize::try_from((number >> shift) & 31).expect("five bits")])
    };
    format!("st{tag}-{}", (0..LENGTH).map(digit).collect::<String>())
}

/// The order that was sent under this name; `None` for names of others.
pub fn order_of_name(tag: &str, name: &str) -> Option<OrderId> {
    let digits = name.strip_prefix("st")?.strip_prefix(tag)?.strip_prefix('-')?;
    if digits.len() != LENGTH {
        return None;
    }
    let number = digits.bytes().try_fold(0_u128, |number, byte| {
        let digit = DIGITS.iter().position(|known| *known == byte)?;
        number.checked_mul(32)?.checked_add(u128::try_from(digit).ok()?)
    })?;
    Some(OrderId::new(Uuid::from_u128(number)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_order_is_known_again_by_its_name(number in any::<u128>()) {
            let id = OrderId::new(Uuid::from_u128(number));
            let name = venue_name("ab3X", id);
            prop_assert_eq!(name.len(), 33);
            prop_assert_eq!(order_of_name("ab3X", &name), Some(id));
            prop_assert_eq!(order_of_name("ab3Y", &name), None);
        }

        #[test]
        fn any_text_is_a_name_or_not_without_panic(text in "\\PC{0,60}") {
            let _ = order_of_name("ab3X", &text);
        }
    }

    #[test]
    fn names_of_others_are_not_ours() {
        for name in ["", "st", "stab3X-", "stab3X-0000", "ccxt-1", "stab3X-ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "stab3X-0000000000000000000000000l"]
        {
            assert_eq!(order_of_name("ab3X", name), None, "{name}");
        }
    }
}
