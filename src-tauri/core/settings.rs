//! Administrator Options: what holds for every operator.

use serde::{Deserialize, Serialize};

/// System Administrator › Administration › Administrator Options › System › General.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// *Interface to Dropbox*. While it is off nothing leaves this computer, and every refusal says so.
    pub interface_to_dropbox: bool,
}
