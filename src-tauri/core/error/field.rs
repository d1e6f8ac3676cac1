//! The fields of the forms, which errors name.

use serde::{Deserialize, Serialize};

/// The field of a form that an error belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// Operator.
    Id,
    /// Name.
    Name,
    /// E-mail.
    Email,
    /// Dropbox folder.
    Destination,
    /// When the name is taken.
    ConflictRule,
    /// Active.
    Active,
    /// The name of a profile, chosen at the start.
    Profile,
    /// User Name (App Key).
    AppKey,
    /// Password (App Secret).
    AppSecret,
    /// Temporary Authorization Key.
    AuthorizationCode,
    /// Report output root.
    ReportOutputRoot,
    /// Redirect ports.
    RedirectPorts,
    /// How long a connection to Dropbox may take to stand.
    ConnectTimeoutSeconds,
    /// How long Dropbox may stay silent.
    IdleTimeoutSeconds,
    /// How long the history is kept.
    HistoryRetentionDays,
    /// The address of the proxy that is set by hand.
    ProxyAddress,
    /// Its user name.
    ProxyUser,
    /// Its password.
    ProxyPassword,
}
