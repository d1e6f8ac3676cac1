//! Where an account's paths begin.

use serde::Deserialize;

/// Where an account's paths can begin (`RootInfo`). For a member of a team that has a team space the two differ.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RootInfo {
    /// The namespace of the team space, or of the user's own folder.
    pub root_namespace_id: String,
    /// The namespace of the user's own folder.
    pub home_namespace_id: String,
}

impl RootInfo {
    /// The namespace that has to be named in `Dropbox-API-Path-Root`, so that team folders can be reached.
    pub fn path_root(&self) -> Option<&str> {
        (self.root_namespace_id != self.home_namespace_id).then_some(self.root_namespace_id.as_str())
    }
}
