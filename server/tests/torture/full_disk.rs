//! A disk that is full: orders are refused with 503, nothing is half done, and it works again when there is room.

use std::{fs, process::Command};

use serde_json::json;
use tempfile::TempDir;

use crate::{
    client::Client,
    program::{Books, Program, assert_verified},
};

/// A small disk in memory that is gone with it.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new() -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder.path()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_orders_and_loses_none() {
    // Where nobody may mount, the test says so and is no proof.
    let Some(disk) = SmallDisk::new() else {
        assert!(!is_root(), "root can mount a disk in memory");
        println!("skipped: only root can mount a disk");
        return;
    };
    let books = Books::Sqlite(TempDir::new_in(disk.0.path()).expect("a folder"));
    let desk = Program::start(&books);
    let mut user = Client::register(desk.address, "ann").await;
    let order = |n: usize| json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "0.001", "client_order_id": format!("o{n}")});
    let mut acknowledged = 0;
    for n in 0..20 {
        assert_eq!(user.place(&order(n)).await.expect("answers").status, 201);
        acknowledged += 1;
    }
    let ballast = disk.0.path().join("ballast");
    fill(&ballast);
    let mut refused = 0;
    for n in 20..400 {
        let answer = user.place(&order(n)).await.expect("answers");
        match answer.status {
            201 => acknowledged += 1,
            503 => refused += 1,
            other => panic!("{other} {}", answer.text),
        }
        if refused >= 20 {
            break;
        }
    }
    assert!(refused >= 20, "the disk was never full");
    fs::remove_file(&ballast).expect("removed");
    let mut missing = Vec::new();
    for n in 400..420 {
        let answer = user.place(&order(n)).await.expect("answers");
        if answer.status == 201 { acknowledged += 1 } else { missing.push(answer.text) }
    }
    assert!(missing.is_empty(), "it works again: {missing:?}\n{}", desk.log());
    let held = user.get("/api/v1/positions/KO").await.expect("answers").json();
    let expected = rust_decimal::Decimal::new(acknowledged, 3).normalize().to_string();
    assert_eq!(held["qty"], expected.as_str());
    drop(desk);
    assert_verified(&books);
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    String::from_utf8_lossy(&id.stdout).trim() == "0"
}

/// Writes until there is no room.
fn fill(path: &std::path::Path) {
    use std::io::Write as _;
    let mut file = fs::File::create(path).expect("made");
    let block = [0_u8; 4_096];
    while file.write_all(&block).is_ok() {}
}
