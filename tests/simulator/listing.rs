//! A listing of a folder that is under way.

use super::ids::AccountId;

/// How far a listing has come: what has still to be told, and which changes it has seen.
#[derive(Clone)]
pub(super) struct Cursor {
    pub(super) account: AccountId,
    pub(super) root: String,
    /// In lower case, in the account's space.
    pub(super) folder: String,
    pub(super) recursive: bool,
    pub(super) include_deleted: bool,
    pub(super) limit: usize,
    pub(super) pending: Vec<String>,
    pub(super) seen: usize,
}
