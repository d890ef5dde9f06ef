//! Databases for tests: an SQLite file, or a database of a PostgreSQL that this process starts in a temporary folder
//! and that ends with it. Touches nothing that was running before.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use server::store::Db;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// An empty, migrated database; a second host can open it again by `reopen`.
pub struct TestDb {
    pub db: Db,
    place: Place,
}

enum Place {
    File(TempDir),
    Url(String),
}

impl TestDb {
    pub async fn new(kind: Kind) -> TestDb {
        let test = Self::empty(kind).await;
        test.db.migrate().await.expect("migrations run");
        test
    }

    /// Without a table.
    pub async fn empty(kind: Kind) -> TestDb {
        let place = new_place(kind).await;
        TestDb { db: open(&place).await, place }
    }

    /// Everything that is kept, as a thief of a backup sees it.
    pub fn dump(&self) -> Vec<u8> {
        match &self.place {
            Place::File(folder) => {
                let files = fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("readable").path());
                files.flat_map(|path| fs::read(path).expect("readable")).collect()
            }
            Place::Url(url) => {
                let dumped = Command::new(programs().join("pg_dump")).arg("--dbname").arg(url).output().expect("pg_dump runs");
                assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
                dumped.stdout
            }
        }
    }

    pub async fn reopen(&self) -> Db {
        open(&self.place).await
    }

    /// As it is at one moment, with all that was acknowledged before: what a desk writes meanwhile is not seen.
    pub async fn snapshot(&self) -> Db {
        drop(self.db.begin_read().await.expect("reads"));
        match &self.place {
            Place::File(folder) => Db::open_sqlite_snapshot(&folder.path().join("speedtrade.db")).await,
            Place::Url(url) => Db::open_postgres_snapshot(url).await,
        }
        .expect("the database opens")
    }
}

async fn new_place(kind: Kind) -> Place {
    match kind {
        Kind::Sqlite => Place::File(TempDir::new().expect("a temporary folder")),
        Kind::Postgres => Place::Url(new_postgres_database().await),
    }
}

async fn open(place: &Place) -> Db {
    match place {
        Place::File(folder) => Db::open_sqlite(&folder.path().join("speedtrade.db")).await,
        Place::Url(url) => Db::open_postgres(url).await,
    }
    .expect("the database opens")
}

pub async fn new_postgres_database() -> String {
    Postgres::running().new_database().await
}

pub struct Postgres {
    pub folder: PathBuf,
    /// Its standard input closes with this process; then the shell stops the server and removes the folder.
    _keeper: Child,
}

impl Postgres {
    fn running() -> &'static Postgres {
        static SERVER: OnceLock<Postgres> = OnceLock::new();
        SERVER.get_or_init(Postgres::start)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.folder.display())
    }

    pub async fn new_database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::SeqCst));
        let mut admin = PgConnection::connect(&self.url("postgres")).await.expect("PostgreSQL answers");
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.expect("a database is made");
        self.url(&name)
    }

    pub fn start() -> Postgres {
        Self::start_with("-c fsync=off")
    }

    /// Waits for the disk, as it does for people.
    #[allow(dead_code, reason = "the benches use it")]
    pub fn start_durable() -> Postgres {
        Self::start_with("-c fsync=on")
    }

    fn start_with(settings: &str) -> Postgres {
        let programs = programs();
        let folder = TempDir::with_prefix("st-pg-").expect("a temporary folder").keep();
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(&programs)
            .arg(&folder)
            .arg(settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.join("start.log")).expect("a log"))
            .spawn()
            .expect("sh runs");
        keeper.stdin.as_mut().expect("piped").flush().expect("open");
        let server = Postgres { folder, _keeper: keeper };
        server.wait_until_ready(&programs);
        server
    }

    pub fn wait_until_ready(&self, programs: &Path) {
        let begun = Instant::now();
        let is_ready = || {
            let answer = Command::new(programs.join("pg_isready")).args(["-q", "-h"]).arg(&self.folder).status();
            answer.is_ok_and(|s| s.success())
        };
        while !is_ready() {
            let log = || fs::read_to_string(self.folder.join("start.log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_mins(1), "PostgreSQL did not start:\n{}", log());
            std::thread::park_timeout(Duration::from_millis(50));
        }
    }
}

/// PostgreSQL refuses to run as root; then it runs as the user its package made.
const KEEPER: &str = r#"
set -eu
programs=$1 folder=$2 settings=$3
as=
if [ "$(id -u)" = 0 ]; then as="runuser -u postgres --"; chown postgres "$folder"; fi
trap '' INT TERM
$as "$programs/initdb" -D "$folder/data" -U postgres --auth=trust --no-sync --encoding=UTF8 --locale=C >&2
(while [ ! -e "$folder/ended" ]; do
  $as "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=400 $settings >&2 || true
done) &
cat >/dev/null
touch "$folder/ended"
$as "$programs/pg_ctl" -D "$folder/data" -m immediate stop >&2 || true
wait
rm -rf "$folder"
"#;

pub fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|all| all.filter_map(|e| Some(e.ok()?.path().join("bin"))).filter(|p| p.join("initdb").exists()).collect())
        .unwrap_or_default();
    versions.sort();
    versions.pop().expect("PostgreSQL's server is installed (apt-get install postgresql); `make test` does it")
}
