//! An error as it leaves the library.

use serde::{Deserialize, Serialize};

use super::{Error, Field, ProblemKind};

/// An error as the window, `--json` and the database hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable, for programs: `invalid_code`.
    pub code: String,
    /// What kind of failure it is. What was stored before problems had one has [`ProblemKind::Other`].
    #[serde(default)]
    pub kind: ProblemKind,
    /// What happened, and why.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Where it belongs in the form.
    pub field: Option<Field>,
    /// Every field that it may be about; `field` is the first.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// What is wrong in other fields of the same form: all of it can be put right before the next try.
    #[serde(default)]
    pub others: Box<[Problem]>,
}

impl Error {
    /// Returns the error as it is shown, sent to programs, and kept.
    pub fn problem(&self) -> Problem {
        Problem {
            code: self.code().to_owned(),
            kind: self.kind(),
            message: self.to_string(),
            hint: self.hint().map(str::to_owned),
            field: self.field(),
            fields: self.fields(),
            others: match self {
                Self::Invalid { others, .. } => others.iter().map(Self::problem).collect(),
                _ => Box::default(),
            },
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        error.problem()
    }
}

impl Serialize for Error {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.problem().serialize(serializer)
    }
}
