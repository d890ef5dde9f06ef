//! Live accounts of a desk that was set back to an old backup: what was ordered since is known before the gate opens.

use std::{collections::BTreeSet, fs, path::Path};

use speedtrade::venue::Venue;
use tempfile::TempDir;

use crate::{
    live::{LiveUser, at_venue, environment},
    program::{Books, Program, assert_verified},
    size,
    venue::FakeVenue,
};

/// The books as they are now, with everything that lies beside them.
struct Backup(TempDir);

impl Backup {
    fn of(books: &Books) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        copy_all(books.folder(), folder.path());
        Self(folder)
    }

    fn restore(&self, books: &Books) {
        for file in fs::read_dir(books.folder()).expect("a folder") {
            fs::remove_file(file.expect("a file").path()).expect("removed");
        }
        copy_all(self.0.path(), books.folder());
    }
}

fn copy_all(from: &Path, to: &Path) {
    for file in fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        fs::copy(file.path(), to.join(file.file_name())).expect("copied");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_adopts_what_was_ordered_since() {
    adopt(Venue::Alpaca, &[["AAPL", "20", "1"]]).await;
}

/// Binance tells of ended orders pair by pair, and of these two the backup has nothing.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_adopts_what_was_ordered_since_in_symbols_that_it_does_not_know() {
    adopt(Venue::Binance, &[["DOGE/USD", "0.05", "200"], ["SOL/USD", "20", "1"]]).await;
}

/// The orders of the last terms are still open when the backup comes back, those of the others were canceled.
async fn adopt(venue: Venue, terms: &[[&'static str; 3]]) {
    let (books, mut venue) = (Books::sqlite(), FakeVenue::start(venue));
    let mut desk = Program::start_with(&books, &environment(&venue, None), &[]);
    let mut user = LiveUser::connect(&desk, &venue).await;
    desk.kill();
    let backup = Backup::of(&books);
    let mut desk = Program::start_with(&books, &environment(&venue, None), &[]);
    user.at(&desk);
    for (n, terms) in terms.iter().enumerate() {
        if n > 0 {
            user.cancel_all().await;
        }
        user.terms = *terms;
        user.ready().await;
        user.load(size(5, 25)).await;
        user.known().await;
    }
    let (there, _) = user.known().await;
    desk.kill();
    backup.restore(&books);
    let begun = std::time::Instant::now();
    let desk = Program::start_with(&books, &environment(&venue, None), &[]);
    user.at(&desk);
    user.client.sign_in("ann").await;
    user.ready().await;
    // The gate has opened: everything is there already.
    let adopted = user.orders().await;
    println!("live: a backup from before {} orders, all known {:?} after the start", there.len(), begun.elapsed());
    let names: BTreeSet<_> = adopted.iter().filter_map(|order| order["external_order_id"].as_str()).map(str::to_owned).collect();
    assert_eq!(names, there.keys().cloned().collect());
    let is_moved_in = |name: Option<&str>| name.is_some_and(|name| name.starts_with("transfer-"));
    assert!(adopted.iter().all(|order| order["is_external"] == false || is_moved_in(order["client_order_id"].as_str())));
    assert_eq!(names, at_venue(&mut venue));
    assert_verified(&books);
}
