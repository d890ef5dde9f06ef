//! The account this page shows and trades with. Chosen on the accounts page, where a fresh page is loaded, so it never changes
//! in between: a page sends its own account along, whatever another tab has chosen since.

use speedtrade::ids::AccountId;
pub use speedtrade::wire::Money;

use crate::components::BadgeKind;

/// As the host wrote it into the page: `id kind words`; nothing for a visitor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    pub id: Option<AccountId>,
    pub money: Money,
    /// `Paper`, `Practice · Alpaca`, `LIVE · Binance`.
    pub words: String,
}

pub const fn badge(money: Money) -> BadgeKind {
    match money {
        Money::Paper => BadgeKind::Paper,
        Money::Practice => BadgeKind::Simulated,
        Money::Live => BadgeKind::Live,
    }
}

pub fn account() -> Account {
    parse(&text())
}

pub fn id() -> Option<AccountId> {
    account().id
}

fn parse(text: &str) -> Account {
    let mut parts = text.splitn(3, ' ');
    let (id, kind, words) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or("Paper"));
    let money = match kind {
        "live" => Money::Live,
        "practice" => Money::Practice,
        _ => Money::Paper,
    };
    Account { id: id.parse().ok(), money, words: words.to_owned() }
}

#[cfg(feature = "ssr")]
pub(crate) fn text() -> String {
    leptos::prelude::use_context::<crate::backend::CurrentAccount>().map(|account| account.0).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn text() -> String {
    let root = leptos::prelude::document().document_element();
    root.and_then(|root| root.get_attribute("data-account")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_back_as_it_was_written() {
        let id = "019a9c1e-8f00-7000-8000-000000000001";
        let account = parse(&format!("{id} live LIVE · Alpaca"));
        assert_eq!(
            (account.id.map(|id| id.to_string()), account.money, account.words.as_str()),
            (Some(id.to_owned()), Money::Live, "LIVE · Alpaca")
        );
        assert_eq!(parse(""), Account { words: "Paper".to_owned(), ..Account::default() });
    }
}
