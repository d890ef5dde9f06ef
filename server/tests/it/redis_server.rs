//! A Redis for tests: started on a free port in a temporary folder, killed and started again at the same address, gone with its
//! test. Touches nothing that was running before.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

pub struct RedisServer {
    address: SocketAddr,
    folder: TempDir,
    /// Its standard input closes with this process; then the shell kills the server.
    keeper: Option<Child>,
}

const KEEPER: &str = r#"
trap '' INT TERM
redis-server --bind 127.0.0.1 --port "$1" --dir "$2" --save '' --appendonly no >"$2/log" 2>&1 &
server=$!
cat >/dev/null
kill -KILL $server
wait
"#;

impl RedisServer {
    pub fn start() -> RedisServer {
        let mut server = Self::absent();
        server.start_again();
        server
    }

    /// Not started yet.
    pub fn absent() -> RedisServer {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        RedisServer { address: free.local_addr().expect("bound"), folder: TempDir::new().expect("a folder"), keeper: None }
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// As empty as a new one.
    pub fn start_again(&mut self) {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "sh", &self.address.port().to_string()]).arg(self.folder.path());
        self.keeper = Some(command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("sh runs"));
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(20), "redis-server did not start (apt-get install redis-server):\n{}", log());
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }

    /// By SIGKILL, with everything it knew.
    pub fn kill(&mut self) {
        let Some(mut keeper) = self.keeper.take() else { return };
        drop(keeper.stdin.take());
        keeper.wait().expect("it ends");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}
