//! Typed: what a person types, pastes or pipes in, without what editors, shells and mail programs leave around it. Every key, secret and code
//! comes through here, whichever program takes it.

use crate::{
    error::{Error, Field},
    unicode::{self, code_point, hidden_in},
};

/// Words that stand before or behind a value where somebody copies a line or a table of the App Console with it.
const LABELS: [&str; 42] = [
    "app",
    "key",
    "secret",
    "password",
    "user",
    "name",
    "the",
    "is",
    "my",
    "dropbox",
    "client",
    "id",
    "appkey",
    "appsecret",
    "access",
    "code",
    "temporary",
    "authorization",
    "schlüssel",
    "geheimnis",
    "passwort",
    "kennwort",
    "clave",
    "secreto",
    "secreta",
    "contraseña",
    "código",
    "clé",
    "de",
    "la",
    "l",
    "d",
    "aplicación",
    "aplicacion",
    "application",
    // What shells, scripts and their files write before a name.
    "export",
    "set",
    "setx",
    "env",
    "let",
    "const",
    "var",
];
/// What a wrong encoding makes of a byte order mark, of a no-break space and of quotation marks, at an end; `?` and U+FFFD stand for what could not be said.
const LEFT_BY_ENCODINGS: [char; 25] = [
    'ï', '»', '¿', 'ÿ', 'þ', 'Â', '\u{fffd}', '?', '\u{1a}', '\0', // Windows-1252
    '∩', '╗', '┐', '´', // code pages 437 and 850
    'Ô', 'ª', 'ø', 'Ê', // Mac Roman
    'Ò', 'Ó', 'Õ', 'Ç', 'È', '‹', '›', // quotation marks of Mac Roman
];
/// A code is no shorter: Dropbox's have forty characters and more.
const CODE_MIN: usize = 20;
/// How long the `state` of a request is: 128 bits in base64.
const STATE_LENGTH: usize = 22;
/// White space as mail programs encode it at the end of a line (RFC 2045 section 6.7).
const LEFT_BY_MAIL: [&str; 8] = ["=20", "=09", "=0D", "=0A", "=C2=A0", "=A0", "&nbsp;", "="];

/// The text of one line as it came through a pipe or out of a file, without its end. UTF-8, and UTF-16 with or without a byte order mark
/// (PowerShell's `Out-File`, `cmd /u`, Notepad). Other bytes are read as Windows-1252 for a field that has ASCII only, and refused for
/// one in which a wrong guess would be another password.
pub fn line(field: Field, bytes: &[u8]) -> Result<String, Error> {
    let text = match unit(bytes) {
        Unit::Byte => utf8(field, bytes)?,
        Unit::LittleEndian => utf16(bytes, u16::from_le_bytes),
        Unit::BigEndian => utf16(bytes, u16::from_be_bytes),
    };
    let text = text.trim_start_matches('\u{feff}');
    Ok(text.trim_end_matches(['\r', '\n', '\0', '\u{1a}']).to_owned())
}

/// Whether these bytes end with the end of a line, in the encoding that they are in.
pub fn ends_line(bytes: &[u8]) -> bool {
    match unit(bytes) {
        Unit::Byte => bytes.ends_with(b"\n"),
        Unit::LittleEndian => bytes.len().is_multiple_of(2) && bytes.ends_with(b"\n\0"),
        Unit::BigEndian => bytes.len().is_multiple_of(2) && bytes.ends_with(b"\0\n"),
    }
}

/// Whether lines that were read so far hold what this field wants, so that nobody waits for the end of the input: not an empty line, not a
/// label or a line under it, not what a mail says before the code, and not the beginning of an address that a mail has wrapped.
pub fn is_enough(field: Field, text: &str) -> bool {
    match field {
        Field::AppKey | Field::AppSecret => !credential(text).is_empty(),
        Field::AuthorizationCode => {
            let code = code(text);
            match code.contains("://") || code.contains("code=") || code.ends_with('=') {
                true => code.contains("code=") && has_whole_state(&code) && !text.trim_end().ends_with('='),
                false => is_code(text, &code),
            }
        }
        _ => true,
    }
}

/// Refuses what nobody would see in a text that [`unicode::cleaned`] has returned. Names may have joiners, which some scripts are written with.
pub(crate) fn check_seen(field: Field, text: &str, joiners: bool) -> Result<(), Error> {
    match hidden_in(text, joiners) {
        None => Ok(()),
        Some(c) if c.is_control() => Err(Error::invalid(
            field,
            "The field may not have line breaks, tabs or other control characters.",
        )),
        Some(c) => Err(Error::invalid(
            field,
            format!(
                "The field has a character that cannot be seen, {}. Type the text anew instead of pasting it.",
                code_point(c)
            ),
        )),
    }
}

/// A code by itself, or behind its label: a sentence has more words.
fn is_code(text: &str, code: &str) -> bool {
    let words = text.split_whitespace().filter(|word| !is_label(word.trim_end_matches(':')));
    words.count() == 1 && code.len() >= CODE_MIN && code.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

fn has_whole_state(address: &str) -> bool {
    let state = address.split_once("state=").map(|(_, state)| state.split(['&', '#']).next().unwrap_or_default());
    state.is_some_and(|state| state.len() >= STATE_LENGTH)
}

/// An app key or an app secret without label, quotes and leftovers. What holds more than one word that could be it stays as it is, and is no
/// credential.
pub fn credential(text: &str) -> String {
    let text = plain(text);
    let words = text.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).filter(|word| !word.is_empty());
    let mut found = words.filter(|word| word.contains(char::is_alphanumeric) && !is_label(word));
    match (found.next(), found.next()) {
        (None, _) => String::new(),
        (Some(word), None) => word.to_owned(),
        _ => text,
    }
}

/// A code or an address without label, white space and leftovers: a mail may have wrapped it anywhere.
pub fn code(text: &str) -> String {
    let text = plain(text);
    let mut rest = text.as_str();
    // “Access code: …”; a colon of an address has no label before it.
    if let Some((before, behind)) = rest.split_once(':')
        && before
            .split(|c: char| !(c.is_alphanumeric() || "-_".contains(c)))
            .filter(|word| !word.is_empty())
            .all(is_label)
    {
        rest = behind;
    }
    let together: String = rest.split_whitespace().collect();
    together.trim_matches(|c: char| is_quote(c) || ".,;".contains(c)).to_owned()
}

/// Without what nobody sees and what encodings leave; every white space is a space.
fn plain(text: &str) -> String {
    let plain = without_colors(text);
    let seen = unicode::without_unseen(&plain);
    let spaced: String = seen.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let spaced = spaced.replace("&quot;", "\"").replace("&nbsp;", " ");
    let mut rest = spaced.trim_matches(|c: char| c == ' ' || LEFT_BY_ENCODINGS.contains(&c));
    while let Some(shorter) = LEFT_BY_MAIL.iter().find_map(|left| rest.strip_suffix(left)) {
        rest = shorter.trim_end();
    }
    rest.to_owned()
}

/// A word of a label, or several that an underscore or a hyphen joins: `DROPBOX_APP_SECRET`.
fn is_label(word: &str) -> bool {
    let mut parts = word.split(['_', '-']).filter(|part| !part.is_empty()).peekable();
    parts.peek().is_some() && parts.all(|part| LABELS.contains(&part.to_lowercase().as_str()))
}

/// Without the colors of a terminal (ECMA-48 section 5.4: ESC `[`, parameters, one final character).
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        kept + part.trim_start_matches(|c: char| !('@'..='~').contains(&c)).get(1..).unwrap_or_default()
    })
}

/// Quotation marks and brackets of every kind that word processors set.
fn is_quote(c: char) -> bool {
    "\"'`´“”„‟‘’‚‛«»‹›<>()[]{}*".contains(c)
}

/// What a character is made of.
enum Unit {
    Byte,
    LittleEndian,
    BigEndian,
}

/// By the byte order mark; without one by the zero that stands beside every ASCII character in UTF-16.
fn unit(bytes: &[u8]) -> Unit {
    match bytes {
        [0xFF, 0xFE, ..] => Unit::LittleEndian,
        [0xFE, 0xFF, ..] => Unit::BigEndian,
        [first, 0, ..] if *first != 0 => Unit::LittleEndian,
        [0, second, ..] if *second != 0 => Unit::BigEndian,
        _ => Unit::Byte,
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    String::from_utf16_lossy(&bytes.as_chunks::<2>().0.iter().copied().map(unit).collect::<Vec<_>>())
}

fn utf8(field: Field, bytes: &[u8]) -> Result<String, Error> {
    let is_ascii = matches!(field, Field::AppKey | Field::AppSecret | Field::AuthorizationCode);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) if is_ascii => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()),
        Err(_) => Err(Error::invalid(
            field,
            "The text is in an encoding that could only be guessed. Write it as UTF-8 or UTF-16.",
        )),
    }
}
