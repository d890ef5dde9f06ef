//! What the disk and PostgreSQL can do here, without us.

use std::{
    fs::File,
    io::Write as _,
    process::Command,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tempfile::TempDir;

use crate::databases::{Postgres, programs};

/// Microseconds of writing and syncing 4 KiB, over and over with a pause between, in a file on the disk of the benches. A
/// processor that has slept is slower, so who rests between its writes has to be measured against one that does.
pub fn fdatasync_loop(span: Duration, pause: Duration) -> Histogram<u64> {
    let folder = TempDir::new().expect("a folder");
    let mut file = File::create(folder.path().join("loop")).expect("made");
    let mut histogram = Histogram::<u64>::new(3).expect("three digits");
    let (begun, block) = (Instant::now(), [7_u8; 4_096]);
    while begun.elapsed() < span {
        std::thread::sleep(pause);
        let before = Instant::now();
        file.write_all(&block).expect("written");
        file.sync_data().expect("synced");
        let micros = u64::try_from(before.elapsed().as_micros()).unwrap_or(u64::MAX);
        histogram.record(micros.max(1)).expect("in range");
    }
    histogram
}

/// Commits a second of pgbench's own transaction.
pub fn pgbench(server: &Postgres, clients: usize, span: Duration) -> f64 {
    let run = |arguments: &[String]| {
        let output = Command::new(programs().join("pgbench")).args(arguments).output().expect("pgbench runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let at = ["-h".to_owned(), server.folder.display().to_string(), "-U".to_owned(), "postgres".to_owned(), "postgres".to_owned()];
    let words = |own: &[&str]| own.iter().map(|word| (*word).to_owned()).chain(at.clone()).collect::<Vec<_>>();
    run(&words(&["-i", "-q", "-s", "10"]));
    let (clients, seconds) = (clients.to_string(), span.as_secs().to_string());
    let said = run(&words(&["-c", &clients, "-j", "2", "-T", &seconds]));
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok());
    tps.unwrap_or_else(|| panic!("pgbench said no tps:\n{said}"))
}
