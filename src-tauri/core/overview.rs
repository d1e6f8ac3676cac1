//! Overview: how everything stands, in numbers. What the tray says.

use serde::Serialize;

/// How many operators need something, and what is under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// Operators whose authorization Dropbox has ended, whose request has failed, or whose last delivery has.
    pub needing_attention: u32,
    /// Operators for whom Allow, the Access code or Save is awaited.
    pub waiting: u32,
    /// Files on their way.
    pub uploading: u32,
    /// When the next request ends without an answer, in milliseconds since 1970: then this changes by itself.
    pub next_expiry_at: Option<i64>,
}
