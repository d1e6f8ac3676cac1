//! Diagnosis: what has to work, and what to do where it does not.

use serde::Serialize;

use crate::error::{Error, Problem};

/// One thing that was checked.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was checked: `database`, `keychain`, `redirect port 17653`, `network`, `operator AB`.
    pub name: String,
    /// How it is, where it is well.
    pub detail: Option<String>,
    /// What is wrong, and what to do.
    pub problem: Option<Problem>,
}

impl Check {
    /// How a check ended; `Ok` says how it is.
    pub(crate) fn of(name: impl Into<String>, result: Result<String, Error>) -> Self {
        let name = name.into();
        match result {
            Ok(detail) => Self {
                name,
                detail: Some(detail),
                problem: None,
            },
            Err(error) => Self {
                name,
                detail: None,
                problem: Some(error.problem()),
            },
        }
    }
}
