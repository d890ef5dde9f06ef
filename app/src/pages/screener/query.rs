//! The screen in the address: what is typed there and back.

use leptos_router::params::ParamsMap;
use speedtrade::screener::ScreenQuery;

pub(super) fn of_address(address: &ParamsMap) -> ScreenQuery {
    of_fields(|name| address.get(name))
}

/// An empty field is no filter.
pub(super) fn of_fields(field: impl Fn(&str) -> Option<String>) -> ScreenQuery {
    let read = |name: &str| field(name).filter(|value| !value.trim().is_empty());
    ScreenQuery {
        asset_type: read("asset_type"),
        // Left empty it is no bound; not there at all it is the screener's own.
        max_price: field("max_price").map(|value| if value.trim().is_empty() { ScreenQuery::ANY_PRICE.to_owned() } else { value }),
        min_price: read("min_price"),
        sector: read("sector"),
        min_volume: read("min_volume"),
        change_pct_min: read("change_pct_min"),
        change_pct_max: read("change_pct_max"),
        exchange: read("exchange"),
        rel_volume_pct_min: read("rel_volume_pct_min"),
        range_pct_min: read("range_pct_min"),
        range_pct_max: read("range_pct_max"),
        volatility_pct_min: read("volatility_pct_min"),
        volatility_pct_max: read("volatility_pct_max"),
        fractionable: read("fractionable"),
        cash: read("cash"),
        q: read("q"),
        sort: read("sort"),
    }
}

pub(super) fn to_address(query: &ScreenQuery) -> String {
    let fields = [
        ("asset_type", &query.asset_type),
        ("max_price", &query.max_price),
        ("min_price", &query.min_price),
        ("sector", &query.sector),
        ("min_volume", &query.min_volume),
        ("change_pct_min", &query.change_pct_min),
        ("change_pct_max", &query.change_pct_max),
        ("exchange", &query.exchange),
        ("rel_volume_pct_min", &query.rel_volume_pct_min),
        ("range_pct_min", &query.range_pct_min),
        ("range_pct_max", &query.range_pct_max),
        ("volatility_pct_min", &query.volatility_pct_min),
        ("volatility_pct_max", &query.volatility_pct_max),
        ("fractionable", &query.fractionable),
        ("cash", &query.cash),
        ("q", &query.q),
        ("sort", &query.sort),
    ];
    let mut address = ParamsMap::new();
    for (name, value) in fields {
        if let Some(value) = value {
            address.insert(name, value.clone());
        }
    }
    // These need no escape in a query, and unescaped they can be read.
    let words = address.to_query_string().replace("%5F", "_").replace("%2D", "-").replace("%2E", ".");
    format!("/screener{words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_survives_the_address() {
        let query = ScreenQuery { q: Some("a b&c".to_owned()), sort: Some("-price".to_owned()), ..ScreenQuery::default() };
        let address = to_address(&query);
        assert!(address.starts_with("/screener?"), "{address}");
        assert_eq!(to_address(&ScreenQuery::default()), "/screener");
    }

    #[test]
    fn empty_fields_of_the_form_are_no_filters() {
        let mut address = ParamsMap::new();
        address.insert("q", String::new());
        assert_eq!(of_address(&address), ScreenQuery::default());
    }

    #[test]
    fn an_emptied_price_is_any_price_and_the_address_says_so() {
        let mut form = ParamsMap::new();
        form.insert("max_price", " ".to_owned());
        let query = of_address(&form);
        assert_eq!(to_address(&query), "/screener?max_price=any");
        let mut address = ParamsMap::new();
        address.insert("max_price", "any".to_owned());
        assert_eq!(of_address(&address), query);
    }
}
