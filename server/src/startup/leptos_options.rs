//! Where the built site is: beside the executable, wherever the desk is started from.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use leptos::config::LeptosOptions;

const HASH_FILE: &str = "hash.txt";

pub(super) fn build(address: SocketAddr) -> LeptosOptions {
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf)).unwrap_or_default();
    let root = site_root(&beside);
    LeptosOptions::builder()
        .output_name("app")
        .site_root(root.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .site_addr(address)
        .hash_file(HASH_FILE.into())
        .hash_files(beside.join(HASH_FILE).is_file())
        .server_fn_prefix("/fn".to_owned())
        .build()
}

/// The first of these that is a folder: `LEPTOS_SITE_ROOT`, `site` beside the executable, `../site`.
fn site_root(beside: &Path) -> PathBuf {
    let named = std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from);
    let places = named.into_iter().chain([beside.join("site"), beside.join("../site")]);
    let found = places.filter_map(|place| place.canonicalize().ok()).find(|place| place.is_dir());
    found.unwrap_or_else(|| {
        tracing::warn!("no built site was found: pages come without styles and scripts (set LEPTOS_SITE_ROOT)");
        beside.join("site")
    })
}
