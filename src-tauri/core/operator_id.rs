//! The id of an operator: what may be one, and when two are the same.

use serde::Serialize;

use crate::{
    error::{Error, Field},
    typed::check_seen,
    unicode::{cleaned, is_mark, nfc},
};

/// The ERP's operator initials. Unique without regard to case, shown as typed.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct OperatorId(String);

/// Longest operator id, in characters.
const ID_MAX: usize = 32;

impl OperatorId {
    /// Checks and takes an id: letters with their accents, digits, `-`, `_` and `.`, at most 32 of them.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = cleaned(text);
        let invalid = |reason: &str| Err(Error::invalid(Field::Id, reason));
        if text.is_empty() {
            return invalid("The operator id is missing. Type the operator initials as the ERP knows them.");
        }
        if text.chars().count() > ID_MAX {
            return invalid("The operator id is too long. It may have at most 32 characters.");
        }
        check_seen(Field::Id, &text, false)?;
        let is_taken = |c: char| c.is_alphanumeric() || is_mark(c) || "-_.".contains(c);
        if !text.chars().all(is_taken) || text.starts_with(|c: char| c == '.' || is_mark(c)) {
            return invalid("The operator id may have letters, digits, hyphens, underscores and dots only, and may not start with a dot.");
        }
        Ok(Self(text))
    }

    /// The form in which what was typed as an id is looked up.
    pub(crate) fn key_of(text: &str) -> String {
        cleaned(text).to_lowercase()
    }

    /// Takes an id that was checked when it was stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The id as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two ids are compared.
    pub fn key(&self) -> String {
        nfc(&self.0).to_lowercase()
    }
}

impl PartialEq for OperatorId {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for OperatorId {}

impl std::hash::Hash for OperatorId {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl std::fmt::Display for OperatorId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}
