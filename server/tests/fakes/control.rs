//! The commands every fake knows, and what it tells about itself.
//!
//! `{"do":"send","text":…}` to the newest connection · `send_binary` (`text`) · `drop` (hangs up without a word) ·
//! `close` (`code`, `reason`) · `ping` · `freeze` (reads and says nothing any more, the socket stays open) ·
//! `refuse` (`status`: of the next handshakes, 0 ends it) · `answer` (`path`, `status`, `headers`, `body`: once, for REST).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    Send { text: String },
    SendBinary { text: String },
    Drop,
    Close { code: u16, reason: String },
    Ping,
    Freeze,
    Refuse { status: u16 },
    Answer(Canned),
}

#[derive(Debug, Clone, Deserialize)]
pub struct Canned {
    pub path: String,
    pub status: u16,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: String,
}

/// One line for the test that started us.
pub fn say(event: &Value) {
    println!("{event}");
}
