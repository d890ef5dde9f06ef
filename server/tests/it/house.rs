//! The rules of the house that a compiler does not check: who may import whom, how long a file may be, where SQL lives.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const FILE_LINES_MAX: usize = 300;
const COMPONENT_LINES_MAX: usize = 80;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the server lies in the workspace").to_owned()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The first path segments a module reaches by `crate::`.
fn crate_imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for (at, _) in code.match_indices("crate::") {
        let rest = code[at + "crate::".len()..].trim_start();
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => top_level_names(group),
            None => vec![rest],
        };
        found.extend(names.iter().map(|n| n.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()));
    }
    found.retain(|name| !name.is_empty());
    found
}

fn top_level_names(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(group[start..i].trim());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(group[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    names
}

#[test]
fn modules_of_the_host_import_only_what_they_may() {
    let everything =
        ["broker", "bus", "clock", "config", "hosts", "http", "market", "net", "pages", "secrets", "services", "startup", "store", "vault"];
    let allowed: [(&str, &[&str]); 11] = [
        ("store", &["store"]),
        ("bus.rs", &["hosts"]),
        ("clock.rs", &[]),
        ("net", &["net"]),
        ("broker", &["broker", "clock", "net"]),
        ("vault", &["vault", "secrets"]),
        ("hosts", &["hosts", "market", "clock"]),
        ("market", &["market", "clock", "net"]),
        ("services", &["services", "market", "store", "bus", "clock", "hosts", "secrets", "broker", "net", "vault"]),
        ("pages.rs", &["services", "market", "clock"]),
        ("http", &["http", "services", "hosts", "market", "clock", "bus", "pages"]),
    ];
    let src = root().join("server/src");
    let mut checked = 0;
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).expect("inside src").to_string_lossy().into_owned();
        let Some((_, may)) = allowed
            .iter()
            .find(|(module, _)| relative == *module || relative.starts_with(&format!("{module}/")) || relative == format!("{module}.rs"))
        else {
            continue;
        };
        for name in crate_imports(&read(&file)).into_iter().filter(|n| everything.contains(&n.as_str())) {
            assert!(may.contains(&name.as_str()), "{relative} imports crate::{name}; it may import {may:?}");
            checked += 1;
        }
    }
    assert!(checked > 20, "the scan saw too little: {checked}");
}

#[test]
fn the_domain_knows_no_runtime_and_no_web() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "-p", "speedtrade", "-e", "normal", "--prefix", "none", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
    assert!(tree.contains("rust_decimal"), "cargo tree answered: {tree}");
    for forbidden in ["tokio", "futures", "axum", "hyper", "tower", "leptos", "reqwest", "sqlx", "web-sys", "utoipa", "wasm-bindgen"] {
        let is_there = tree.lines().any(|line| line.split_whitespace().next() == Some(forbidden));
        assert!(!is_there, "the domain depends on {forbidden}");
    }
}

#[test]
fn packages_depend_in_one_direction() {
    let manifest = |package: &str| read(&root().join(package).join("Cargo.toml"));
    let has = |text: &str, name: &str| text.lines().any(|l| l.starts_with(&format!("{name} ")) || l.starts_with(&format!("{name}.")));
    assert!(!has(&manifest("app"), "server"), "app must not know the server");
    let domain = manifest(".");
    let own = domain.split("[package]").nth(1).expect("a package section");
    assert!(!has(own, "app") && !has(own, "server"), "the domain must know nobody");
}

#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    for folder in ["src", "app/src", "server/src", "server/tests"] {
        for file in rust_files(&root().join(folder)) {
            let lines = read(&file).lines().count();
            if lines > FILE_LINES_MAX {
                long.push(format!("{}: {lines}", file.display()));
            }
        }
    }
    assert!(long.is_empty(), "longer than {FILE_LINES_MAX} lines: {long:#?}");
}

#[test]
fn components_stay_short() {
    let mut long = Vec::new();
    for file in rust_files(&root().join("app/src")) {
        let text = read(&file);
        let lines: Vec<&str> = text.lines().collect();
        for start in (0..lines.len()).filter(|i| lines[*i].starts_with("#[component]")) {
            let length = lines[start..].iter().position(|l| *l == "}").map_or(lines.len() - start, |end| end + 1);
            if length > COMPONENT_LINES_MAX {
                long.push(format!("{}:{}: {length}", file.display(), start + 1));
            }
        }
    }
    assert!(long.is_empty(), "components over {COMPONENT_LINES_MAX} lines: {long:#?}");
}

#[test]
fn sql_lives_in_the_store_alone() {
    let src = root().join("server/src");
    for file in rust_files(&src).into_iter().filter(|f| !f.starts_with(src.join("store"))) {
        let text = read(&file);
        let sql = ["SELECT ", "INSERT INTO", "UPDATE accounts", "DELETE FROM", "sqlx::query"];
        let found = sql.iter().find(|word| text.contains(**word));
        assert!(found.is_none(), "{} holds SQL: {found:?}", file.display());
    }
}

/// What the journal writes is read by `on_books!` or in a transaction: both wait for what was acknowledged.
#[test]
fn no_reader_of_the_books_forgets_to_wait_for_the_journal() {
    let books = [
        "accounts",
        "orders",
        "order_names",
        "positions",
        "fills",
        "busts",
        "lots",
        "lot_closes",
        "postings",
        "intents",
        "attempts",
        "events",
        "alerts",
        "alert_firings",
    ];
    let words = ["FROM ", "JOIN ", "UPDATE ", "INTO "];
    let mut seen = 0;
    for file in rust_files(&root().join("server/src/store")) {
        let text = read(&file);
        let names = words.iter().flat_map(|word| text.match_indices(word).map(|(at, word)| &text[at + word.len()..]));
        let mut tables = names.filter_map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next());
        let reads_books = tables.any(|table| books.contains(&table));
        seen += usize::from(reads_books);
        assert!(!reads_books || !text.contains("on_db!("), "{} reads books that may lack what was acknowledged", file.display());
    }
    assert!(seen > 8, "the scan saw too little: {seen}");
}

#[test]
fn money_is_never_a_float() {
    let exempt = ["src/indicators", "server/src/market", "server/src/http/rate_limit.rs"];
    for folder in ["src", "server/src/store", "server/src/services"] {
        for file in rust_files(&root().join(folder)) {
            let text = read(&file);
            let is_exempt = exempt.iter().any(|e| file.starts_with(root().join(e)));
            let has_float = text.lines().filter(|l| !l.trim_start().starts_with("//")).any(|l| l.contains("f64") || l.contains("f32"));
            assert!(is_exempt || !has_float, "{} uses a float", file.display());
        }
    }
}

/// A program can look up every code it may meet.
#[test]
fn every_code_of_a_refusal_is_in_the_openapi_document() {
    let document = server::http::openapi_json();
    let mut found = 0;
    for file in rust_files(&root().join("server/src")) {
        let text = read(&file);
        for before in
            ["code: \"", "Problem::new(4", "Problem::new(5", "unavailable(\"", "::new(StatusCode::", "new(axum::http::StatusCode::"]
        {
            for (at, _) in text.match_indices(before) {
                let line = text[at..].lines().next().unwrap_or_default();
                let code = line.split('"').nth(1).unwrap_or_default();
                let is_code = code.contains('_') || ["malformed", "internal", "busy", "stopping"].contains(&code);
                if is_code && code.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
                    found += 1;
                    assert!(document.contains(&format!("\"code\": \"{code}\"")), "{code} of {} is not documented", file.display());
                }
            }
        }
    }
    assert!(found > 25, "the scan saw too little: {found}");
}

#[test]
fn styles_are_never_inline() {
    for file in rust_files(&root().join("app/src")) {
        let text = read(&file);
        let inline = [" style=\"", " style=move", " style={", "style:"].iter().find(|s| text.contains(**s));
        assert!(inline.is_none(), "{} sets an inline style: {inline:?}", file.display());
    }
}

/// Parts of a page that come alive later must create none: they are numbered in the order of one single pass.
#[test]
fn a_page_has_one_resource() {
    let allowed = ["app/src/pages/opening.rs", "app/src/state/session.rs"];
    for file in rust_files(&root().join("app/src")) {
        let text = read(&file);
        let makes = ["Resource::", "Resource<", "SharedValue"].iter().any(|word| text.contains(word));
        assert!(!makes || allowed.iter().any(|path| file == root().join(path)), "{} makes a resource", file.display());
    }
}
