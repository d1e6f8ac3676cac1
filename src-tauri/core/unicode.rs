//! Texts that look the same are the same: macOS writes `ä` as two characters in many places, everything else as one.
//!
//! Source: Unicode Standard Annex 15, "Unicode Normalization Forms".

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Composes a text: normalization form C. Most texts have it already and are returned as they are.
pub fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}
