//! Recorded answers of providers for tests, kept beside the repository. Absent ones skip a test, and it says so.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder `data/fixtures/<name>`: under `SPEEDTRADE_SHARED`, or `../shared` from the repository.
pub(super) fn fixtures(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("SPEEDTRADE_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("data/fixtures").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no recorded answers in {}", folder.display());
    None
}

/// Every JSON file below, with its name.
pub(super) fn json_files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).expect("readable")));
        }
    }
    found
}

/// The text of the value, which keeps the digits of numbers only up to a double: good enough to see whether it parses.
pub(super) fn text(value: &Value) -> String {
    value.to_string()
}
