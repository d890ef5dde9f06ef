//! A fake provider as a test holds it: commands go in, what it saw comes out. It dies with the test.

use std::{process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin, Command},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

/// Longer than it may take.
const SOON: Duration = Duration::from_secs(20);

pub struct Fake {
    stdin: ChildStdin,
    lines: UnboundedReceiver<String>,
    /// What it said when it was ready.
    pub listening: Value,
    _child: Child,
}

impl Fake {
    pub async fn start(protocol: &str) -> Fake {
        Self::run(env!("CARGO_BIN_EXE_fake-feed"), protocol).await
    }

    pub async fn run(program: &str, protocol: &str) -> Fake {
        let mut child = Command::new(program)
            .arg(protocol)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the fake starts");
        let (stdin, stdout) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (seen, lines) = unbounded_channel();
        // Read on while nobody asks, or the fake would wait for us.
        tokio::spawn(async move {
            let mut lines = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                if seen.send(line).is_err() {
                    break;
                }
            }
        });
        let mut fake = Fake { stdin, lines, listening: Value::Null, _child: child };
        fake.listening = fake.event("listening").await;
        fake
    }

    pub fn ws(&self) -> String {
        format!("ws://127.0.0.1:{}", self.listening["port"])
    }

    pub fn http(&self) -> String {
        format!("http://127.0.0.1:{}", self.listening["port"])
    }

    /// Commands are carried out in order; the `done` of each is an event like the others.
    pub async fn tell(&mut self, command: Value) {
        self.stdin.write_all(format!("{command}\n").as_bytes()).await.expect("the fake listens");
        self.stdin.flush().await.expect("the fake listens");
    }

    /// The next thing it saw that fits; what comes before is passed over.
    pub async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        let mut seen = Vec::new();
        let search = async {
            loop {
                let line = self.lines.recv().await;
                let line = line.unwrap_or_else(|| panic!("the fake ended; it saw {seen:#?}"));
                let event: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
                if fits(&event) {
                    return event;
                }
                seen.push(event);
            }
        };
        let found = tokio::time::timeout(SOON, search).await;
        found.unwrap_or_else(|_| panic!("the fake did not see it in time; it saw {seen:#?}"))
    }

    pub async fn event(&mut self, name: &str) -> Value {
        self.until(|event| event["event"] == name).await
    }

    /// The next message of the client that holds these words.
    pub async fn received(&mut self, words: &str) -> String {
        let holds = |event: &Value| event["event"] == "received" && event["text"].as_str().is_some_and(|text| text.contains(words));
        self.until(holds).await["text"].as_str().expect("a text").to_owned()
    }

    /// One canned answer over REST.
    pub async fn answer(&mut self, path: &str, status: u16, headers: Value, body: &str) {
        self.tell(json!({"do": "answer", "path": path, "status": status, "headers": headers, "body": body})).await;
        self.until(|event| event["event"] == "done" && event["do"] == "answer").await;
    }
}
