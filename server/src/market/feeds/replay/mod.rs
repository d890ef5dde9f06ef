//! Recorded streams through the decoders that live ones take: to check and measure them, and to serve a desk without a
//! network. A recording has a line for each frame: when it came (nanoseconds since 1970), a space, the frame.
//! Must never treat a frame otherwise than the live stream does.

mod check;
mod feed;
mod rebuilt;
mod recording;
mod report;

pub use check::{Speed, UnknownSpeed, replay};
pub use feed::ReplayFeed;
pub use recording::{Line, Recording};
pub use report::Report;

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("{path} can't be read")]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{path} holds no line of a recording (a time in nanoseconds, a space, a frame)")]
    NoRecording { path: PathBuf },
}
