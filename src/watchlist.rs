//! Watchlists: named, ordered symbols of a person, each at most once; and their text form.
//!
//! Knows no price and not whether a symbol is listed: whoever imports says that.

use std::{fmt, str::FromStr};

use crate::instrument::Symbol;

pub const LISTS_MAX: i64 = 50;
pub const ITEMS_MAX: usize = 500;
const NAME_LENGTH_MAX: usize = 64;

/// 1 to 64 characters without control characters; spaces around are dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListName(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WatchlistError {
    #[error("use 1 to {NAME_LENGTH_MAX} characters")]
    Name,
    #[error("a list holds at most {ITEMS_MAX} symbols")]
    Full,
    #[error("name every symbol of the list exactly once")]
    NotTheSame,
}

impl ListName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ListName {
    type Err = WatchlistError;
    fn from_str(text: &str) -> Result<Self, WatchlistError> {
        let text = text.trim();
        let is_good = !text.is_empty() && text.chars().count() <= NAME_LENGTH_MAX && !text.chars().any(char::is_control);
        if is_good { Ok(Self(text.to_owned())) } else { Err(WatchlistError::Name) }
    }
}

impl fmt::Display for ListName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The symbols of one list in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Items(Vec<Symbol>);

impl Items {
    /// As they were stored; a symbol that comes again is left out.
    pub fn new(symbols: impl IntoIterator<Item = Symbol>) -> Self {
        let mut items = Self::default();
        for symbol in symbols {
            // What is over the limit was never stored.
            let _ = items.add(symbol);
        }
        items
    }

    pub fn as_slice(&self) -> &[Symbol] {
        &self.0
    }

    /// At the end. False when it was there already.
    pub fn add(&mut self, symbol: Symbol) -> Result<bool, WatchlistError> {
        if self.0.contains(&symbol) {
            return Ok(false);
        }
        if self.0.len() >= ITEMS_MAX {
            return Err(WatchlistError::Full);
        }
        self.0.push(symbol);
        Ok(true)
    }

    /// False when it was not there.
    pub fn remove(&mut self, symbol: &Symbol) -> bool {
        let before = self.0.len();
        self.0.retain(|item| item != symbol);
        self.0.len() < before
    }

    /// Puts an item at a place, 0 the first; a place behind the end is the end. False when it is not in the list.
    pub fn move_to(&mut self, symbol: &Symbol, place: usize) -> bool {
        let Some(at) = self.0.iter().position(|item| item == symbol) else { return false };
        let item = self.0.remove(at);
        self.0.insert(place.min(self.0.len()), item);
        true
    }

    /// The same symbols in another order.
    pub fn reorder(&mut self, order: Vec<Symbol>) -> Result<(), WatchlistError> {
        let (mut old, mut new) = (self.0.clone(), order.clone());
        old.sort();
        new.sort();
        if old != new {
            return Err(WatchlistError::NotTheSame);
        }
        self.0 = order;
        Ok(())
    }

    /// One symbol a line; as CSV with a heading.
    pub fn export(&self, is_csv: bool) -> String {
        let heading = if is_csv { "symbol\n" } else { "" };
        self.0.iter().fold(heading.to_owned(), |text, symbol| text + symbol.as_str() + "\n")
    }
}

/// The words that stand for symbols in a text: the column `symbol` of a CSV with a heading, or else every word between spaces,
/// commas, semicolons and lines. `NASDAQ:AAPL` is `AAPL`; words that begin with `#` are headings.
pub fn import(text: &str) -> Vec<&str> {
    let text = text.trim_start_matches('\u{feff}');
    let heading = text.lines().next().unwrap_or_default();
    let column = cells(heading).iter().position(|cell| cell.eq_ignore_ascii_case("symbol"));
    let words: Vec<&str> = match column {
        Some(column) => text.lines().skip(1).filter_map(|line| cells(line).get(column).copied()).collect(),
        None => text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"')).collect(),
    };
    let known = words.into_iter().filter(|word| !word.is_empty() && !word.starts_with('#'));
    known.map(|word| word.rsplit(':').next().unwrap_or(word)).filter(|word| !word.is_empty()).collect()
}

/// The cells of one line, without quotes and spaces around them. A comma between quotes does not end a cell.
fn cells(line: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let ends = |c: char| {
        is_quoted ^= c == '"';
        !is_quoted && matches!(c, ',' | ';' | '\t')
    };
    line.split(ends).map(|cell| cell.trim().trim_matches('"').trim()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn symbol(text: &str) -> Symbol {
        text.parse().expect("valid")
    }

    fn items(symbols: &[&str]) -> Items {
        Items::new(symbols.iter().map(|s| symbol(s)))
    }

    #[rstest]
    #[case("  Growth ", Some("Growth"))]
    #[case("", None)]
    #[case("   ", None)]
    #[case("a\nb", None)]
    fn names_are_short_and_printable(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(text.parse::<ListName>().ok().as_ref().map(ListName::as_str), expected);
        assert!("ä".repeat(64).parse::<ListName>().is_ok() && "a".repeat(65).parse::<ListName>().is_err());
    }

    #[test]
    fn a_symbol_is_in_a_list_once_and_a_list_has_an_end() {
        let mut list = items(&["AAPL", "KO", "AAPL"]);
        assert_eq!(list, items(&["AAPL", "KO"]));
        assert_eq!(list.add(symbol("ko")), Ok(false));
        for n in 2..ITEMS_MAX {
            assert_eq!(list.add(symbol(&format!("X{n}"))), Ok(true));
        }
        assert_eq!(list.add(symbol("ONE.MORE")), Err(WatchlistError::Full));
        assert!(list.remove(&symbol("KO")) && !list.remove(&symbol("KO")));
    }

    #[test]
    fn an_order_must_name_the_same_symbols() {
        let mut list = items(&["A", "B", "C"]);
        for wrong in [vec!["A", "B"], vec!["A", "B", "D"], vec!["A", "B", "C", "C"], vec!["A", "A", "B"]] {
            assert_eq!(list.reorder(wrong.into_iter().map(symbol).collect()), Err(WatchlistError::NotTheSame));
        }
        list.reorder(["C", "A", "B"].map(symbol).to_vec()).expect("the same");
        assert_eq!(list, items(&["C", "A", "B"]));
    }

    #[rstest]
    #[case("AAPL, KO;BTC/USD\nMSFT", &["AAPL", "KO", "BTC/USD", "MSFT"])]
    #[case("###Tech\nNASDAQ:AAPL,NYSE:KO", &["AAPL", "KO"])]
    #[case("\u{feff}Name,Symbol\n\"Apple, Inc.\",AAPL\nCoca-Cola,\"KO\"\nshort\n", &["AAPL", "KO"])]
    #[case("symbol\nAAPL\n", &["AAPL"])]
    #[case("", &[])]
    #[case(",,;\n", &[])]
    fn texts_of_other_programs_are_read(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(import(text), expected);
    }

    proptest! {
        #[test]
        fn moving_keeps_every_item(n in 1_usize..30, from in 0_usize..30, to in 0_usize..40) {
            let mut list = Items::new((0..n).map(|i| symbol(&format!("S{i}"))));
            let moved = symbol(&format!("S{from}"));
            let mut sorted = list.clone();
            prop_assert_eq!(list.move_to(&moved, to), from < n);
            if from < n {
                prop_assert_eq!(&list.as_slice()[to.min(n - 1)], &moved);
            }
            sorted.reorder(list.as_slice().to_vec()).expect("the same symbols");
        }

        #[test]
        fn what_is_exported_is_what_is_imported(names in prop::collection::vec("[A-Z]{1,5}", 0..20), is_csv: bool) {
            let list = Items::new(names.iter().map(|name| symbol(name)).filter(|s| s.as_str() != "SYMBOL"));
            let text = list.export(is_csv);
            let read = Items::new(import(&text).into_iter().map(symbol));
            prop_assert_eq!(read, list);
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,200}") {
            let _ = import(&text);
        }
    }
}
