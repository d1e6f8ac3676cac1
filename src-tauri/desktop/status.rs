//! How everything stands, in one word: what the tray shows.

use outtray::overview::Overview;

use crate::words::Words;

/// The worst that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nobody waits, nothing needs anybody.
    #[default]
    Well,
    /// So many operators wait for Allow, an Access code or Save.
    Waiting(u32),
    /// So many operators need somebody.
    Attention(u32),
    /// The library could not be opened.
    Broken,
}

impl From<Overview> for Status {
    fn from(overview: Overview) -> Self {
        match overview {
            Overview {
                needing_attention: 1.., ..
            } => Self::Attention(overview.needing_attention),
            Overview { waiting: 1.., .. } => Self::Waiting(overview.waiting),
            _ => Self::Well,
        }
    }
}

impl Status {
    /// As a sentence.
    pub(crate) fn said(self, words: &Words) -> String {
        match self {
            Self::Well => words.well.to_owned(),
            Self::Waiting(count) => words.waiting.of(count),
            Self::Attention(count) => words.attention.of(count),
            Self::Broken => words.broken.to_owned(),
        }
    }
}
