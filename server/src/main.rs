//! The program `speedtrade`: reads the command line, runs one command, tells the person what happened.

use std::{error::Error, io::Write, process::ExitCode};

use clap::Parser;
use server::{
    clock::Clock,
    config::{Cli, Command},
    startup::{self, Started, StartupError},
};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Rendering a page may block a thread for a moment; with fewer, streaming stalls.
const WORKERS_MIN: usize = 4;
/// As far as the system lets us: room for all sockets, with the database's and the feeds' beside them.
const OPEN_FILES: u64 = 16_384;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // Deeper down it writes every frame, and with one of them a provider gets its key.
    let filter = filter.add_directive("tungstenite=info".parse().expect("a directive"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let workers = std::thread::available_parallelism().map_or(WORKERS_MIN, |n| n.get().max(WORKERS_MIN));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(cli.command)),
        Err(error) => {
            say_error(&format!("no threads: {error}"));
            return ExitCode::FAILURE;
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&with_causes(&error));
            ExitCode::from(error.exit_code())
        }
    }
}

async fn run(command: Command) -> Result<(), StartupError> {
    match command {
        Command::Serve(args) => {
            // Every socket is an open file; a shell's usual limit is 1,024.
            if let Err(error) = rlimit::increase_nofile_limit(OPEN_FILES) {
                tracing::warn!(%error, "the limit of open files stays as it was");
            }
            // Keys are in memory: a crash must not write it down.
            if let Err(error) = rlimit::Resource::CORE.set(0, 0) {
                tracing::warn!(%error, "a crash may leave a core dump");
            }
            let stop = CancellationToken::new();
            tokio::spawn(cancel_on_signal(stop.clone()));
            startup::serve(&args, stop, announce).await
        }
        Command::Migrate(args) => {
            startup::open_store(&args).await?.close().await;
            say("The database is at this version.\n");
            Ok(())
        }
        Command::Verify(args) => {
            let verified = startup::verify(&args).await?;
            say(&verified.to_string());
            if verified.report.is_clean() { Ok(()) } else { Err(StartupError::BooksNotTrue { findings: verified.report.findings.len() }) }
        }
        Command::Replay(args) => {
            let report = startup::replay(args).await?;
            say(&report.to_string());
            if report.is_clean() { Ok(()) } else { Err(StartupError::ReplayNotTrue) }
        }
        Command::ImportBars(args) => {
            let imported = startup::import_bars(&args, Clock::System.now()).await?;
            say(&format!("{imported}\n"));
            Ok(())
        }
        Command::ExportBars(args) => startup::export_bars(&args, std::io::stdout()).await,
        Command::RotateKeys(args) => {
            let rotated = startup::rotate_keys(&args).await?;
            say(&format!("{rotated}\n"));
            Ok(())
        }
        Command::Openapi => {
            say(&format!("{}\n", server::http::openapi_json()));
            Ok(())
        }
    }
}

/// The first signal asks everything to end; a second one ends the process at once.
async fn cancel_on_signal(stop: CancellationToken) {
    wait_for_signal().await;
    stop.cancel();
    wait_for_signal().await;
    std::process::exit(130);
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        // Without a handler the system's default ends the process.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

fn announce(started: &Started) {
    let demo = started.demo.as_ref().map(|demo| format!("  Demo     {}  {}\n", demo.email, demo.password)).unwrap_or_default();
    say(&format!(
        "\nSpeedTrade  {}\n  Data     {}\n  Market   {}\n  Trading  paper, and accounts at venues that are connected on the page Accounts\n{demo}\n",
        started.url, started.data, started.market
    ));
}

/// Nobody may be listening; that is no reason to stop.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn say_error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "speedtrade: {text}");
}

fn with_causes(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    let mut text = error.to_string();
    for cause in causes.map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
