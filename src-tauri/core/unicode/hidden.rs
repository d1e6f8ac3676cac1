//! Characters that nobody sees, and those that move what is seen: with them a name forges a line of a list, hides its type, or looks like
//! another name.
//!
//! Sources: Unicode Standard Annex 9 (bidirectional text), `Default_Ignorable_Code_Point` of the Unicode Character Database, and Unicode
//! Technical Report 36, "Unicode Security Considerations". `ui/elements/shown.js` has the same rules for the window; `tests/texts.json`
//! holds the two together.

use std::borrow::Cow;

/// Whether a character would be unseen, begin a new line, or change the order of what stands around it.
///
/// Joiners and variation selectors are unseen too, but Persian, the scripts of India and emoji are written with them.
pub fn is_hidden(c: char) -> bool {
    // Nearly all that is asked about is ASCII.
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || is_leftover(c)
        || matches!(c,
        // The line and paragraph separators, and the overrides of direction.
        '\u{2028}' | '\u{2029}' | '\u{202d}' | '\u{202e}'
        // Fillers, which look like a space or like nothing.
        | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        // The rest of what is ignored by default, reserved code points too.
        | '\u{34f}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{2061}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// What copying from web pages, mail and Windows dialogs leaves in a text without anybody wanting it: soft hyphen, zero-width space,
/// word joiner, byte order mark, marks and brackets of direction.
fn is_leftover(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202c}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// Joiners and variation selectors: unseen, and meant in names.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a search, or a comparison by eye, takes no notice of it.
pub(super) fn is_unseen(c: char) -> bool {
    (is_hidden(c) && !c.is_whitespace()) || is_joiner(c)
}

/// Drops everything that nobody sees, joiners too: for keys and codes, which have none. White space stays.
pub fn without_unseen(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).collect()
}

/// Drops what copying leaves in a text.
pub fn without_leftovers(text: &str) -> Cow<'_, str> {
    match text.contains(is_leftover) {
        true => Cow::Owned(text.chars().filter(|c| !is_leftover(*c)).collect()),
        false => Cow::Borrowed(text),
    }
}

/// The first character that nobody would see. Names may have joiners between their letters; ids, addresses and keys may not.
pub fn hidden_in(text: &str, joiners: bool) -> Option<char> {
    text.chars().find(|c| is_hidden(*c) || (!joiners && is_joiner(*c)))
}

/// How Unicode names a character: `U+202E`.
pub fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// A text of another's for people to read, on one line: what would be unseen, end the line or turn it around is written as `\n` or `\u{202e}`.
pub fn shown(text: &str) -> Cow<'_, str> {
    escaped(text, is_hidden)
}

/// As [`shown`], for a text of ours that may have several lines.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && is_hidden(c))
}

fn escaped(text: &str, is_hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !is_hidden(c) => shown.push(c),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c => shown.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

/// Where two texts differ that may look the same: the first characters that are not equal, where each pair of them could be taken for the
/// other. Case does not count.
pub fn difference(one: &str, other: &str) -> Option<(char, char)> {
    if one.chars().count() != other.chars().count() {
        return None;
    }
    let differs = |(one, other): &(char, char)| !one.to_lowercase().eq(other.to_lowercase());
    let pairs: Vec<(char, char)> = one.chars().zip(other.chars()).filter(differs).collect();
    pairs.iter().all(|(one, other)| may_look_alike(*one, *other)).then_some(*pairs.first()?)
}

/// Letters of two scripts, and the figures and letters that many fonts draw alike.
fn may_look_alike(one: char, other: char) -> bool {
    let alike = |set: &str| set.contains(one) && set.contains(other);
    !one.is_ascii() || !other.is_ascii() || alike("1lI|i") || alike("0oO")
}
