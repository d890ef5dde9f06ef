//! The program as people run it: started, asked, killed.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Where its books are.
pub enum Books {
    Sqlite(TempDir),
    /// The folder of the secret, and the address of the database.
    Postgres(TempDir, String),
}

impl Books {
    pub fn sqlite() -> Self {
        Self::Sqlite(TempDir::new().expect("a folder"))
    }

    pub fn postgres(url: String) -> Self {
        Self::Postgres(TempDir::new().expect("a folder"), url)
    }

    pub fn folder(&self) -> &Path {
        match self {
            Self::Sqlite(folder) | Self::Postgres(folder, _) => folder.path(),
        }
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--data-dir".to_owned(), self.folder().display().to_string()];
        if let Self::Postgres(_, url) = self {
            arguments.extend(["--database-url".to_owned(), url.clone()]);
        }
        arguments
    }
}

pub fn binary() -> PathBuf {
    std::env::var_os("SPEEDTRADE_BIN").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_speedtrade")), PathBuf::from)
}

pub struct Program {
    child: Child,
    pub address: SocketAddr,
    /// From its start until it said that it serves.
    pub start_time: Duration,
    /// Not beside the books: their disk may be full.
    log: TempDir,
}

impl Program {
    pub fn start(books: &Books) -> Program {
        Self::start_with(books, &[], &[])
    }

    /// `before` is a command that runs it, like strace with its flags.
    pub fn start_with(books: &Books, environment: &[(&str, String)], before: &[String]) -> Program {
        let begun = Instant::now();
        let mut words = before.to_vec();
        words.push(binary().display().to_string());
        let (first, rest) = words.split_first().expect("a program");
        let log = TempDir::new().expect("a folder");
        let log_file = fs::File::create(log.path().join("desk.log")).expect("a log");
        let mut child = Command::new(first)
            .args(rest)
            .args(["serve", "--port", "0", "--rate-limit", "0"])
            .args(books.arguments())
            .envs(environment.iter().map(|(name, value)| (*name, value.as_str())))
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| line.split_once("http://localhost:")?.1.trim().parse::<u16>().ok());
        let address = SocketAddr::from(([127, 0, 0, 1], port.unwrap_or_default()));
        let program = Program { child, address, start_time: begun.elapsed(), log };
        assert!(port.is_some(), "the desk did not start:\n{}", program.log());
        program
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.log.path().join("desk.log")).unwrap_or_default()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `STOP` or `CONT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status().expect("kill runs");
        assert!(sent.success());
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn is_dead(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `speedtrade verify`, which must find nothing.
pub fn assert_verified(books: &Books) {
    let output = Command::new(binary()).arg("verify").args(books.arguments()).output().expect("runs");
    let (said, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("The books are true."), "{said}\n{log}");
}
