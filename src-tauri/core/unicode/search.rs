//! What a search does not look at: capital letters, accents, the form and width of characters, the order of words.
//!
//! `ui/elements/search.js` does the same in the window; `tests/texts.json` holds the two together.

use unicode_normalization::UnicodeNormalization;

use super::hidden::is_unseen;

/// What was typed into a search, as words. Each has to stand somewhere in what is found.
#[derive(Clone, Debug)]
pub struct Search(Vec<String>);

impl Search {
    /// Reads what was typed. Nothing typed finds everything.
    pub fn new(text: &str) -> Self {
        Self(folded(text).split_whitespace().map(str::to_owned).collect())
    }

    /// Whether every word stands in one of these fields.
    pub fn finds<'a>(&self, fields: impl IntoIterator<Item = &'a str>) -> bool {
        // Nothing typed is the usual case, and a list may have ten thousand rows.
        if self.0.is_empty() {
            return true;
        }
        let fields: Vec<String> = fields.into_iter().map(folded).collect();
        self.0.iter().all(|word| fields.iter().any(|field| field.contains(word)))
    }
}

/// The form in which texts are searched: small letters without accents, and one way to write what is written in several.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    // What is unseen goes first: between two marks it would keep them from coming into their order.
    let seen = text.chars().filter(|c| !is_unseen(*c));
    for c in seen.nfkd().flat_map(char::to_lowercase).filter(|c| !is_accent(*c)) {
        match plain(c) {
            Some(plain) => folded.push_str(plain),
            None => folded.push(c),
        }
    }
    folded
}

/// The accents of Latin, Greek and Cyrillic, and the vowel points of Hebrew and Arabic. Marks of other scripts make another letter.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Small letters that have no accent to take away, and signs that look alike.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ĸ' => "k",
        'ŋ' => "n",
        'ς' => "σ",
        '‘' | '’' | 'ʼ' | '`' => "'",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        _ => return None,
    })
}
