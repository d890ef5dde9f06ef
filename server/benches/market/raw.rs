//! The reference: the same bytes in as many writes by a loop that knows nothing but TCP, in a process of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tokio::{io::AsyncReadExt as _, net::TcpStream, task::JoinSet};

use crate::{crowd::Seen, desk::processor_time};

/// The desk writes four times a second to each client.
const PAUSE: Duration = Duration::from_millis(250);

/// `raw CLIENTS BYTES SECONDS`: accepts, then writes so many bytes to each client four times a second.
pub fn serve(arguments: &[String]) {
    let number = |nth: usize| arguments[nth].parse::<usize>().expect("a number");
    let (clients, bytes, span) = (number(0), number(1), Duration::from_secs(number(2) as u64));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    let mut sockets: Vec<_> = (0..clients).map(|_| listener.accept().expect("a client").0).collect();
    let (chunk, begun) = (vec![b'x'; bytes], Instant::now());
    while begun.elapsed() < span {
        let round = Instant::now();
        for socket in &mut sockets {
            socket.write_all(&chunk).expect("written");
        }
        std::thread::sleep(PAUSE.saturating_sub(round.elapsed()));
    }
    println!("{}", processor_time(std::process::id()));
}

/// Seconds of processor time that writing the same bytes takes, to readers that wait for them as the crowd does: on one
/// machine it is the writer who pays for waking its reader.
pub async fn measure(clients: usize, seen: &Seen, span: Duration) -> f64 {
    let rounds = span.as_secs_f64() / PAUSE.as_secs_f64();
    let a_write = (seen.bytes as f64 / clients as f64 / rounds).round();
    let program = std::env::current_exe().expect("this program");
    let arguments = [clients.to_string(), format!("{a_write:.0}"), span.as_secs().to_string()];
    let mut child = Command::new(program).arg("raw").args(arguments).stdout(Stdio::piped()).spawn().expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let port: u16 = next(&mut lines).parse().expect("a port");
    let mut readers = JoinSet::new();
    for _ in 0..clients {
        let reader = TcpStream::connect(("127.0.0.1", port)).await.expect("connects");
        readers.spawn(drain(reader));
    }
    readers.join_all().await;
    let busy = next(&mut lines).parse().expect("seconds");
    child.wait().expect("ends");
    busy
}

fn next(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> String {
    lines.next().expect("a line").expect("readable")
}

async fn drain(mut reader: TcpStream) {
    let mut buffer = vec![0; 4 * 1_024];
    while reader.read(&mut buffer).await.is_ok_and(|bytes| bytes > 0) {}
}
