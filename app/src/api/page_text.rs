//! An answer as JSON inside of JSON: what reads it comes with its page, not with the program that every page loads.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{ApiError, json::read};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageText(String);

impl PageText {
    #[cfg(feature = "ssr")]
    pub(super) fn write(answer: &impl Serialize) -> Result<Self, ApiError> {
        serde_json::to_string(answer).map(Self).map_err(|_| ApiError::unexpected())
    }

    /// As what it was written from.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        read(&self.0).map_err(|_| ApiError::unexpected())
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use speedtrade::wire::AccountView;

    use super::*;

    #[test]
    fn accounts_survive_their_text() {
        let at = r#"{"venue":"kraken","environment":"live","venue_account":"\"A\" <1>","key_hint":"ABCD","told":{"may_trade":true,
            "may_withdraw":null,"notes":["only from 203.0.113.7"],"holdings":[{"asset":"BTC","total":"0.10000000","locked":"0"}]},
            "verified_at":"2026-11-25T12:00:00Z","health":{"state":"down","reason":"no answer","last_heartbeat_at":null,
            "budget":{"left":3,"max":20},"clock_skew_ms":-12,"open_discrepancies":1,
            "discrepancies":[{"asset":"USD","ours":"10","theirs":"9","found_at":"2026-11-25T12:00:00Z"}]}}"#;
        let paper = r#""label":"Mine","created_at":"2026-11-25T12:00:00Z""#;
        let id = "019a9c1e-8f00-7000-8000-000000000001";
        let text = format!(
            r#"[{{"id":"{id}","account_type":"paper","is_paper":true,{paper},"connection":null}},
            {{"id":"{id}","account_type":"kraken","is_paper":false,{paper},"connection":{at}}}]"#
        );
        let accounts: Vec<AccountView> = serde_json::from_str(&text).expect("accounts");
        let written = PageText::write(&accounts).expect("written");
        let carried = serde_json::to_string(&written).expect("serializable");
        assert_eq!(read::<PageText>(&carried).expect("readable").read::<Vec<AccountView>>().expect("readable"), accounts);
    }
}
