//! Team accounts: one space for all members, a home folder for each. Source: Dropbox documentation, "Namespaces".

use serde::{Deserialize, Serialize};

use super::tree::Space;

/// A team's id, `dbtid:…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct TeamId(pub(super) String);

/// A company and its space.
#[derive(Serialize, Deserialize)]
pub(super) struct Team {
    pub(super) id: TeamId,
    pub(super) name: String,
    /// Its root namespace.
    pub(super) namespace: u64,
    pub(super) space: Space,
}

/// What an account is in its team.
#[derive(Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) team: TeamId,
    pub(super) id: String,
    /// The home folder in the team space.
    pub(super) home_path: String,
}
