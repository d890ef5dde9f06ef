//! The content-hashed names of the built files, read once from `hash.txt` beside the executable.

use std::sync::OnceLock;

use leptos::config::LeptosOptions;

/// URLs of the files that every page loads.
pub(crate) struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
}

impl Assets {
    pub(crate) fn of(options: &LeptosOptions) -> &'static Assets {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        ASSETS.get_or_init(|| Self::named(options, &hashes(options)))
    }

    fn named(options: &LeptosOptions, hashes: &str) -> Self {
        let base = format!("/{}/{}", options.site_pkg_dir, options.output_name);
        let unhashed_wasm = if options.hash_files { "" } else { "_bg" };
        let file = |kind: &str, extra: &str| match hash_of(hashes, kind) {
            Some(hash) => format!("{base}.{hash}.{kind}"),
            None => format!("{base}{extra}.{kind}"),
        };
        Self { css: file("css", ""), js: file("js", ""), wasm: file("wasm", unhashed_wasm) }
    }
}

fn hashes(options: &LeptosOptions) -> String {
    if !options.hash_files {
        return String::new();
    }
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(|dir| dir.join(options.hash_file.as_ref())));
    beside.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_else(|| {
        leptos::logging::error!("{} is missing beside the executable: pages will name files that do not exist", options.hash_file);
        String::new()
    })
}

/// `kind: hash` lines, as cargo-leptos writes them.
fn hash_of<'a>(hashes: &'a str, kind: &str) -> Option<&'a str> {
    hashes.lines().filter_map(|line| line.split_once(':')).find(|(k, _)| k.trim() == kind).map(|(_, hash)| hash.trim())
}

#[cfg(test)]
mod tests {
    use super::hash_of;

    #[test]
    fn hashes_are_found_by_kind() {
        let text = "js: abc\nwasm: def\ncss:xyz\n";
        assert_eq!(hash_of(text, "wasm"), Some("def"));
        assert_eq!(hash_of(text, "css"), Some("xyz"));
        assert_eq!(hash_of(text, "split"), None);
    }
}
