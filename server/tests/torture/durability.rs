//! Between the write of an order and its 201 lies an fdatasync, seen by strace.

use std::{fs, process::Command, time::Duration};

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
    let (mut acknowledged, mut has_synced, mut has_written) = (0, false, false);
    for line in trace.lines() {
        let is_finished = !line.contains("<unfinished");
        // The log is what a commit writes; the file itself is brought up to date beside it.
        let is_of_log = line.contains("-wal>") || line.contains("resumed>");
        if line.contains("pwrite64(") && is_of_log {
            (has_written, has_synced) = (true, false);
        } else if line.contains("fdatasync") && is_finished && is_of_log {
            has_synced = has_written;
        } else if line.contains("HTTP/1.1 201") {
            assert!(has_synced, "acknowledgement {acknowledged} came before the disk had it: {line}");
            (acknowledged, has_synced, has_written) = (acknowledged + 1, false, false);
        }
    }
    // One more is the registration.
    assert_eq!(acknowledged, ORDERS + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_writes_no_keys_into_a_core_dump() {
    let books = Books::sqlite();
    let desk = Program::start(&books);
    let limits = fs::read_to_string(format!("/proc/{}/limits", desk.pid())).expect("readable");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
