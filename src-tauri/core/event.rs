//! What changed: the one stream that the window and the command line listen to.

use serde::Serialize;

use crate::operator::OperatorId;

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum DeliveryState {
    /// Taken, and not on its way yet.
    Queued,
    /// On its way.
    Uploading,
    /// In Dropbox, and the content hashes agree.
    Delivered,
    /// Not delivered; the problem says why and what to do. It stays so until it is sent again or dismissed.
    NeedsAttention,
    /// Taken back before it was on its way.
    Cancelled,
    /// Given up by a person, or sent again as another delivery.
    Dismissed,
}

/// Something changed. An event says what, not how it is now: whoever hears one asks again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// Administrator Options were saved.
    Settings,
    /// An operator record was added or changed.
    Operator {
        /// Whose record.
        operator_id: OperatorId,
    },
    /// Several operator records were added at once.
    Operators,
    /// An authorization, or the request for one, went a step further.
    Authorization {
        /// Whose authorization.
        operator_id: OperatorId,
    },
    /// A delivery began, went on or ended.
    Delivery {
        /// Whose report.
        operator_id: OperatorId,
        /// Which delivery.
        delivery_id: i64,
        /// How many bytes Dropbox has taken so far.
        bytes_sent: u64,
        /// How many bytes the file has.
        size_bytes: u64,
        /// Whether it goes on, and if not, how it ended.
        state: DeliveryState,
    },
    /// Something was written down in the activity.
    Activity,
    /// More changed than can be told: whoever shows anything reads all of it again.
    Everything,
}
