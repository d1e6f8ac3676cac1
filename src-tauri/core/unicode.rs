//! Texts that look the same are the same: macOS writes `ä` as two characters in many places, everything else as one.
//!
//! Source: Unicode Standard Annex 15, "Unicode Normalization Forms". `hidden` has what nobody sees, `search` what a search does not look at.

mod hidden;
mod search;

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

pub use self::{
    hidden::{code_point, difference, hidden_in, is_hidden, shown, shown_lines, without_leftovers, without_unseen},
    search::{Search, folded},
};

/// Composes a text: normalization form C. Most texts have it already and are returned as they are.
pub fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

/// Takes a text as it was typed or pasted: composed, without what copying leaves in it, and without spaces at its ends.
pub fn cleaned(text: &str) -> String {
    nfc(&without_leftovers(text)).trim().to_owned()
}

/// Whether a character only changes the one before it, as an accent does.
pub fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}
