//! Feeds against fakes of their providers, each in a process of its own.

mod fake;
mod probe;
