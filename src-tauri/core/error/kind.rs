//! The kinds of failure.

use serde::{Deserialize, Serialize};

/// What kind of failure an error is: what a caller can do about it. The command line has an exit code for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProblemKind {
    /// Something typed is wrong, or there is no such thing.
    Input,
    /// The operator has to be authorized, or authorized again.
    Authorization,
    /// Dropbox or the network does not answer; it may later.
    Unreachable,
    /// The keychain or the master key.
    Keychain,
    /// The data folder or the database.
    Data,
    /// Interface to Dropbox is off.
    InterfaceOff,
    /// None of these; the message says what and why.
    #[default]
    Other,
}
