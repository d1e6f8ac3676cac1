//! Pages of a list that may be long, by the number of the row: what is read costs what is shown, wherever it lies.

/// Which page of a list: the rows before a number, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Only rows with a lower number; all where there is none.
    pub before: Option<i64>,
    /// How many rows at most.
    pub limit: u32,
}

impl Page {
    /// Makes the first page.
    pub fn first(limit: u32) -> Self {
        Self { before: None, limit }
    }

    pub(super) fn end(self) -> i64 {
        self.before.unwrap_or(i64::MAX)
    }
}
