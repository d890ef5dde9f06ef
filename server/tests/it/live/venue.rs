//! A venue in a process of its own, steered line by line. It ends with its handle.

use std::{
    io::{BufRead as _, BufReader, Lines, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use server::config::VenueArgs;
use speedtrade::venue::Venue;

pub struct FakeVenue {
    pub venue: Venue,
    pub port: u64,
    pub key: String,
    pub secret: String,
    child: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl FakeVenue {
    pub fn start(venue: Venue) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fake-venue"))
            .arg(venue.as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the fake starts");
        let commands = child.stdin.take().expect("piped");
        let mut answers = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = answers.next().expect("a line").expect("text");
        let told: Value = serde_json::from_str(&line).expect("JSON");
        let text = |name: &str| told[name].as_str().expect("text").to_owned();
        let (port, key, secret) = (told["port"].as_u64().expect("a port"), text("key"), text("secret"));
        Self { venue, port, key, secret, child, commands, answers }
    }

    pub fn tell(&mut self, command: &Value) -> Value {
        writeln!(self.commands, "{command}").expect("the fake listens");
        let line = self.answers.next().expect("an answer").expect("text");
        let answer: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(answer["event"], "done", "{command}: {answer}");
        answer
    }

    pub fn report(&mut self) -> Value {
        self.tell(&json!({"do": "report"}))
    }

    /// Orders that stand or stood there, by client id.
    pub fn orders(&mut self) -> Vec<Value> {
        self.report()["orders"].as_array().expect("orders").clone()
    }

    pub fn fault(&mut self, call: &str, kind: &str, times: u32) {
        self.tell(&json!({"do": "fault", "call": call, "kind": kind, "times": times}));
    }

    /// Where a desk finds it.
    pub fn urls(&self) -> VenueArgs {
        let (rest, ws) = (Some(format!("http://127.0.0.1:{}", self.port)), format!("ws://127.0.0.1:{}", self.port));
        match self.venue {
            Venue::Alpaca => VenueArgs {
                alpaca_trading_url: rest.clone(),
                alpaca_paper_url: rest,
                alpaca_trading_stream_url: Some(format!("{ws}/stream")),
                ..VenueArgs::default()
            },
            Venue::Binance => {
                VenueArgs { binance_api_url: rest, binance_ws_api_url: Some(format!("{ws}/ws-api/v3")), ..VenueArgs::default() }
            }
            Venue::Coinbase => {
                VenueArgs { coinbase_api_url: rest, coinbase_user_url: Some(format!("{ws}/ws-user")), ..VenueArgs::default() }
            }
            Venue::Kraken => VenueArgs { kraken_api_url: rest, kraken_ws_url: Some(format!("{ws}/v2")), ..VenueArgs::default() },
        }
    }
}

impl Drop for FakeVenue {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
