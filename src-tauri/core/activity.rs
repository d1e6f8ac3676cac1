//! Activity: who did what, when. Written by every use case that changes something; never changed afterwards.

use serde::Serialize;

use crate::{error::Error, event::Event, operator::OperatorId};

/// What was done, by the name that the use case has everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// Administrator Options were saved.
    SetSettings,
    /// A record was added.
    AddOperator,
    /// A record was changed.
    ChangeOperator,
    /// A record was removed.
    RemoveOperator,
    /// A removed record was restored.
    RestoreOperator,
    /// Generate Key.
    BeginAuthorization,
    /// A Temporary Authorization Key was typed, or the code that had come was tried again.
    CompleteAuthorization,
    /// A request was ended without a result.
    CancelAuthorization,
    /// An authorization was put in force.
    SaveAuthorization,
    /// Dropbox Authorization was shown in the clear.
    RevealAuthorization,
    /// An authorization was ended at Dropbox.
    RevokeAuthorization,
    /// A master key that was lost was replaced.
    ReplaceMasterKey,
    /// A test file was sent.
    SendTestFile,
    /// A file was sent.
    SendFile,
    /// A delivery that needed attention was sent again.
    SendAgain,
    /// A delivery that needed attention was given up.
    DismissDelivery,
}

const ALL: [Action; 16] = [
    Action::SetSettings,
    Action::AddOperator,
    Action::ChangeOperator,
    Action::RemoveOperator,
    Action::RestoreOperator,
    Action::BeginAuthorization,
    Action::CompleteAuthorization,
    Action::CancelAuthorization,
    Action::SaveAuthorization,
    Action::RevealAuthorization,
    Action::RevokeAuthorization,
    Action::ReplaceMasterKey,
    Action::SendTestFile,
    Action::SendFile,
    Action::SendAgain,
    Action::DismissDelivery,
];

impl Action {
    /// The action of a stored name; nothing for one of a newer program.
    pub(crate) fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// The name as it is stored.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::SetSettings => "set_settings",
            Self::AddOperator => "add_operator",
            Self::ChangeOperator => "change_operator",
            Self::RemoveOperator => "remove_operator",
            Self::RestoreOperator => "restore_operator",
            Self::BeginAuthorization => "begin_authorization",
            Self::CompleteAuthorization => "complete_authorization",
            Self::CancelAuthorization => "cancel_authorization",
            Self::SaveAuthorization => "save_authorization",
            Self::RevealAuthorization => "reveal_authorization",
            Self::RevokeAuthorization => "revoke_authorization",
            Self::ReplaceMasterKey => "replace_master_key",
            Self::SendTestFile => "send_test_file",
            Self::SendFile => "send_file",
            Self::SendAgain => "send_again",
            Self::DismissDelivery => "dismiss_delivery",
        }
    }

    /// Returns what has to be read again after an action; nothing after one whose delivery tells by itself how far it is.
    pub(crate) fn event(self, operator_id: Option<&OperatorId>) -> Option<Event> {
        match (self, operator_id.cloned()) {
            (Self::SendFile | Self::SendTestFile | Self::SendAgain | Self::DismissDelivery, _) => None,
            (Self::SetSettings, _) => Some(Event::Settings),
            (Self::ReplaceMasterKey, _) | (_, None) => Some(Event::Everything),
            (Self::AddOperator | Self::ChangeOperator | Self::RemoveOperator | Self::RestoreOperator, Some(operator_id)) => {
                Some(Event::Operator { operator_id })
            }
            (_, Some(operator_id)) => Some(Event::Authorization { operator_id }),
        }
    }
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Its number, in the order in which things were done.
    pub id: i64,
    /// In milliseconds since 1970.
    pub at: i64,
    /// Who did it: the person's name on this computer, and with which program.
    pub actor: String,
    /// What was done: the use case's name.
    pub action: String,
    /// Whose record it is about.
    pub operator_id: Option<String>,
    /// More about it, in words: a file's name, an account's e-mail, the code and the words of an error.
    pub detail: Option<String>,
}

/// How the detail of what was refused begins. The code of the error follows, and after `: ` what happened, in words.
const REFUSED: &str = "refused: ";

/// The detail of what was refused.
pub(crate) fn refused(error: &Error) -> String {
    format!("{REFUSED}{}: {error}", error.code())
}

impl Activity {
    /// As it is given to strangers, who need not know whose e-mail an error names: of a refusal, the code alone.
    pub(crate) fn without_words(self) -> Self {
        match self.refusal().map(|code| format!("{REFUSED}{code}")) {
            Some(detail) => Self {
                detail: Some(detail),
                ..self
            },
            None => self,
        }
    }

    /// The code of the error, where it was refused.
    pub fn refusal(&self) -> Option<&str> {
        let refused = self.detail.as_deref()?.strip_prefix(REFUSED)?;
        Some(refused.split_once(": ").map_or(refused, |(code, _)| code))
    }
}
