//! Between the write of an order and its 201 lies an fdatasync, seen by strace.

use std::{collections::HashSet, fs, process::Command, time::Duration};

use serde_json::json;

use crate::{
    client::Client,
    program::{Books, Program},
};

const ORDERS: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledgement_waits_for_the_disk() {
    let books = Books::sqlite();
    let trace = books.folder().join("trace");
    let before: Vec<String> = ["strace", "-f", "-qq", "-y", "-e", "trace=fdatasync,fsync,pwrite64,sendto,write,writev", "-s", "64", "-o"]
        .into_iter()
        .map(ToOwned::to_owned)
        .chain([trace.display().to_string()])
        .collect();
    let mut desk = Program::start_with(&books, &[], &before);
    let mut user = Client::register(desk.address, "ann").await;
    for _ in 0..ORDERS {
        let order = json!({"symbol": "KO", "side": "buy", "type": "limit", "limit_price": "1", "qty": "1"});
        assert_eq!(user.place(&order).await.expect("answers").status, 201);
    }
    // strace ends with its child and has then written everything.
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", desk.pid())).expect("readable");
    let child = children.split_whitespace().next().expect("the desk runs under strace");
    Command::new("kill").args(["-TERM", child]).status().expect("kill runs");
    while !desk.is_dead() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let trace = fs::read_to_string(&trace).expect("a trace");
    let (mut acknowledged, mut journal) = (0, Journal::default());
    for line in trace.lines() {
        journal.see(line);
        if line.contains("HTTP/1.1 201") {
            // The first is the registration, which is no order.
            assert!(acknowledged == 0 || journal.is_safe, "acknowledgement {acknowledged} came before the disk had it: {line}");
            (acknowledged, journal.is_safe) = (acknowledged + 1, false);
        }
    }
    assert_eq!(acknowledged, ORDERS + 1);
}

/// What a trace tells of the journal's files.
#[derive(Default)]
struct Journal {
    has_written: bool,
    /// The last write has reached the disk.
    is_safe: bool,
    /// Threads that are in the middle of such a call.
    waiting: HashSet<String>,
}

impl Journal {
    fn see(&mut self, line: &str) {
        let thread = line.split_whitespace().next().unwrap_or_default().to_owned();
        let is_unfinished = line.contains("<unfinished");
        let is_of_journal = if line.contains("resumed>") { self.waiting.remove(&thread) } else { line.contains(".journal-") };
        if !is_of_journal {
            return;
        }
        if is_unfinished {
            self.waiting.insert(thread);
        }
        if line.contains("pwrite64") {
            (self.has_written, self.is_safe) = (true, false);
        } else if line.contains("fdatasync") && !is_unfinished {
            self.is_safe = self.has_written;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_writes_no_keys_into_a_core_dump() {
    let books = Books::sqlite();
    let desk = Program::start(&books);
    let limits = fs::read_to_string(format!("/proc/{}/limits", desk.pid())).expect("readable");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
