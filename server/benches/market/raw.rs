//! The reference: the same bytes in as many writes by a loop that knows nothing but TCP, in a process of its own.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{crowd::Seen, desk::processor_time};

/// The desk writes four times a second to each client.
const PAUSE: Duration = Duration::from_millis(250);

/// `raw CLIENTS BYTES SECONDS`: accepts, then writes so many bytes to each client four times a second.
pub fn serve(arguments: &[String]) {
    let number = |nth: usize| arguments[nth].parse::<usize>().expect("a number");
    let (clients, bytes, span) = (number(0), number(1), Duration::from_secs(number(2) as u64));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    let mut sockets: Vec<TcpStream> = (0..clients).map(|_| listener.accept().expect("a client").0).collect();
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

/// Seconds of processor time that writing the same bytes takes.
pub async fn measure(clients: usize, seen: &Seen, span: Duration) -> f64 {
    let rounds = span.as_secs_f64() / PAUSE.as_secs_f64();
    let a_write = (seen.bytes as f64 / clients as f64 / rounds).round();
    let program = std::env::current_exe().expect("this program");
    let arguments = [clients.to_string(), format!("{a_write:.0}"), span.as_secs().to_string()];
    let task = tokio::task::spawn_blocking(move || {
        let mut child = Command::new(program).arg("raw").args(arguments).stdout(Stdio::piped()).spawn().expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut next = || lines.next().expect("a line").expect("readable");
        let port: u16 = next().parse().expect("a port");
        let readers: Vec<_> = (0..clients).map(|_| TcpStream::connect(("127.0.0.1", port)).expect("connects")).collect();
        let stop = std::thread::spawn(move || drain(readers));
        let busy: f64 = next().parse().expect("seconds");
        child.wait().expect("ends");
        stop.join().expect("no panic");
        busy
    });
    task.await.expect("no panic")
}

fn drain(mut readers: Vec<TcpStream>) {
    let mut buffer = vec![0; 64 * 1_024];
    for reader in &readers {
        reader.set_nonblocking(true).expect("a socket");
    }
    while !readers.is_empty() {
        readers.retain_mut(|reader| match reader.read(&mut buffer) {
            Ok(0) => false,
            Ok(_) => true,
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        });
        std::thread::sleep(Duration::from_millis(20));
    }
}
