//! Desks to measure: the whole one on either store, the one that forgets, and plain bytes from memory.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

use axum::{
    Router,
    http::header,
    routing::{any, get},
    serve::ListenerExt as _,
};
use leptos::config::LeptosOptions;
use server::{
    clock::Clock,
    hosts::Hosts,
    http::{AppState, EdgeSettings, router},
    market::SimConfig,
    services::{accounts::Accounts, trading::PaperVenue},
    startup::{Desk as Running, DeskPlan, Keys},
    store::Db,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{client::Client, new_user::insert_new_user};

/// An order's answer has about so many bytes.
const ANSWER_LENGTH: usize = 700;

pub enum Kind {
    Sqlite,
    Forgetful,
    /// No desk at all: the same bytes for whatever is asked.
    Bytes,
    Postgres(String),
}

/// A desk in a process of its own, which ends with this value.
pub struct Desk {
    child: Child,
    pub address: SocketAddr,
    _folder: TempDir,
}

impl Desk {
    pub async fn start(kind: Kind) -> Desk {
        let folder = TempDir::new().expect("a folder");
        let (word, url) = match kind {
            Kind::Sqlite => ("sqlite", String::new()),
            Kind::Forgetful => ("forgetful", String::new()),
            Kind::Bytes => ("bytes", String::new()),
            Kind::Postgres(url) => ("postgres", url),
        };
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["serve", word, &folder.path().display().to_string(), &url])
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        Desk { child, address: line.trim().parse().expect("an address"), _folder: folder }
    }

    /// Tokens of new users.
    pub async fn new_users(&self, count: usize) -> Vec<String> {
        let mut maker = Client::new(self.address, "");
        let answer = maker.get(&format!("/bench/users/{count}")).await.expect("answers");
        answer.text.lines().map(ToOwned::to_owned).collect()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until killed; prints its address.
pub async fn serve(arguments: &[String]) {
    let [kind, folder, url] = arguments else { panic!("serve <kind> <folder> <url>") };
    if kind == "bytes" {
        let memory = Memory::start("x".repeat(ANSWER_LENGTH)).await;
        println!("{}", memory.address);
        return std::future::pending().await;
    }
    let folder = std::path::Path::new(folder);
    let db = if kind == "postgres" { Db::open_postgres(url).await } else { Db::open_sqlite(&folder.join("bench.db")).await };
    let db = db.expect("opens");
    db.migrate().await.expect("migrates");
    let keys = Keys::load(folder, None).unwrap_or_else(|e| panic!("{e}"));
    let venue = PaperVenue { latency_us: 0, is_forgetful: kind == "forgetful" };
    let stop = CancellationToken::new();
    let plan = DeskPlan { venue, ..SimConfig::default().into() };
    let desk = Running::open(db.clone(), &keys, plan, Clock::System, Hosts::Alone, stop).await.expect("opens");
    let leptos = LeptosOptions::builder().output_name("app").site_root(folder.to_string_lossy().into_owned()).build();
    let services = desk.services();
    let accounts = services.accounts.clone();
    let users = get(move |axum::extract::Path(count): axum::extract::Path<usize>| {
        let (db, accounts) = (db.clone(), accounts.clone());
        async move {
            let mut tokens = Vec::new();
            for n in 0..count {
                tokens.push(new_user(&db, &accounts, n).await);
            }
            tokens.join("\n")
        }
    });
    let app = router(AppState::new(services, &EdgeSettings::default(), leptos)).route("/bench/users/{count}", users);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    println!("{}", listener.local_addr().expect("an address"));
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), service).await.expect("serves");
}

/// The token of a new user.
async fn new_user(db: &Db, accounts: &Accounts, n: usize) -> String {
    let mut tx = db.begin().await.expect("begins");
    let user = insert_new_user(&mut tx, &format!("bench{n}"), &Clock::System).await;
    let tokens = accounts.sessions.start(&mut tx, user).await.expect("starts");
    tx.commit().await.expect("committed");
    tokens.access
}

/// The same bytes at every address.
pub struct Memory {
    pub address: SocketAddr,
}

impl Memory {
    pub async fn start(body: String) -> Memory {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let address = listener.local_addr().expect("an address");
        let body: &'static str = Box::leak(body.into_boxed_str());
        let answer = any(async move || ([(header::CONTENT_TYPE, "application/json")], body));
        tokio::spawn(
            async move { axum::serve(listener.tap_io(|stream| drop(stream.set_nodelay(true))), Router::new().fallback(answer)).await },
        );
        Memory { address }
    }
}
