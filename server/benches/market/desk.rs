//! The desk in a process of its own: what it costs in time and memory, as the kernel counts it.

use std::{
    future::Future,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// Of `/proc/<pid>/stat`, on every Linux we run on.
const TICKS_A_SECOND: f64 = 100.0;

pub struct Desk {
    child: Child,
    pub address: SocketAddr,
    _folder: TempDir,
}

impl Desk {
    pub fn start() -> Desk {
        let folder = TempDir::new().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_speedtrade"))
            .args(["serve", "--port", "0", "--rate-limit", "0", "--data-dir"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the desk starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| line.split("http://localhost:").nth(1)?.trim().parse::<u16>().ok());
        let address = SocketAddr::from(([127, 0, 0, 1], port.expect("it says where it is")));
        Desk { child, address, _folder: folder }
    }

    /// Seconds of processor time so far.
    fn processor_time(&self) -> f64 {
        processor_time(self.child.id())
    }

    pub async fn processor_time_of(&self, span: Duration) -> f64 {
        self.busy_while(tokio::time::sleep(span)).await.0
    }

    pub async fn busy_while<T>(&self, work: impl Future<Output = T>) -> (f64, T) {
        let before = self.processor_time();
        let done = work.await;
        (self.processor_time() - before, done)
    }

    pub fn memory_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
        line.trim().trim_end_matches("kB").trim().parse().expect("a number")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn processor_time(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    let ticks = |nth: usize| fields[nth].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / TICKS_A_SECOND
}
