//! Destination: the template that says where in an operator's Dropbox a file goes, and the mapping of names that Dropbox refuses.
//!
//! Name rules: Dropbox documentation, "File names", and the `WritePath` pattern and `disallowed_name` of `files/upload`.

use jiff::civil::Date;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::{
    error::{Error, Field},
    operator_id::OperatorId,
    typed::check_seen,
    unicode::{cleaned, is_hidden, nfc},
};

const DEFAULT: &str = "/Reports/{operator}/{name}";

/// A template such as `/Reports/{operator}/{yyyy}/{MM}/{name}`.
///
/// `{operator}` is the operator id, `{yyyy}`, `{MM}` and `{dd}` the local date of the delivery, `{name}` the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    template: String,
}

impl Default for Destination {
    fn default() -> Self {
        Self {
            template: DEFAULT.to_owned(),
        }
    }
}

impl Destination {
    /// Checks what was typed as a template; nothing typed is the usual one. What copying leaves unseen is dropped.
    pub fn chosen(typed: &str) -> Result<Self, Error> {
        let template = cleaned(typed);
        check_seen(Field::Destination, &template, true)?;
        match template.as_str() {
            "" => Ok(Self::default()),
            template => Self::parse(template),
        }
    }

    /// Checks and takes a template. A template that ends in a folder gets `{name}` appended.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason: String| Err(Error::invalid(Field::Destination, reason));
        let composed = nfc(text);
        let text = composed.trim();
        if !text.starts_with('/') {
            return invalid("The Dropbox folder has to begin with a slash, as in /Reports/{name}.".to_owned());
        }
        if let Some(token) = unknown_token(text) {
            return invalid(format!(
                "{token} is not known. The Dropbox folder may use {{operator}}, {{yyyy}}, {{MM}}, {{dd}} and {{name}}."
            ));
        }
        let template = if text.contains("{name}") {
            text.to_owned()
        } else {
            format!("{}/{{name}}", text.trim_end_matches('/'))
        };
        let parts: Vec<&str> = template.split('/').skip(1).collect();
        if parts.iter().any(|part| part.trim().is_empty()) {
            return invalid("The Dropbox folder has an empty part: two slashes follow each other.".to_owned());
        }
        if parts.iter().any(|part| matches!(part.trim(), "." | "..")) {
            return invalid("The Dropbox folder may not have . or .. as a part.".to_owned());
        }
        if parts[..parts.len() - 1].iter().any(|part| part.contains("{name}")) {
            return invalid("{name} may stand only at the end of the Dropbox folder: it is the name of the file.".to_owned());
        }
        Ok(Self { template })
    }

    /// The template as it is stored and shown.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The path in Dropbox for one file. Every part is a name that Dropbox and Windows take.
    pub fn render(&self, operator: &OperatorId, name: &str, date: Date) -> String {
        self.template
            .split('/')
            .skip(1)
            .map(|part| {
                let filled = part
                    .replace("{operator}", operator.as_str())
                    .replace("{yyyy}", &format!("{:04}", date.year()))
                    .replace("{MM}", &format!("{:02}", date.month()))
                    .replace("{dd}", &format!("{:02}", date.day()))
                    // Last, so that a file called "{dd}.pdf" keeps its name.
                    .replace("{name}", name);
                format!("/{}", safe_name(&filled))
            })
            .collect()
    }
}

/// The first `{…}` that is not one of ours, or a brace that has no partner.
fn unknown_token(text: &str) -> Option<String> {
    let known = ["{operator}", "{yyyy}", "{MM}", "{dd}", "{name}"];
    let rest = known.iter().fold(text.to_owned(), |rest, token| rest.replace(token, ""));
    let start = rest.find(['{', '}'])?;
    let end = rest[start..].find('}').map_or(rest.len(), |at| start + at + 1);
    Some(rest[start..end].to_owned())
}

/// Longest name of a file or folder in Dropbox, in UTF-16 units as Windows counts them: Dropbox's 255 characters are no fewer.
const NAME_MAX: usize = 255;

/// Names that Dropbox answers with `disallowed_name`, whatever their case. `Icon\r` loses its control character anyway.
const DISALLOWED: [&str; 5] = ["desktop.ini", "thumbs.db", ".ds_store", ".dropbox", ".dropbox.attr"];

/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 30] = [
    "con", "prn", "aux", "nul", "conin$", "conout$", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "com¹",
    "com²", "com³", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹", "lpt²", "lpt³",
];

/// Maps a name to one that Dropbox takes and that syncs to Windows. It is composed (NFC); what nobody sees is trimmed at its ends and
/// before its extension, at the end dots and refused characters too; elsewhere a refused character becomes `_`; a refused name gets a
/// leading `_`; and a name that is too long loses the end of its stem, never its extension. What is mapped already stays as it is.
pub fn safe_name(name: &str) -> String {
    // What was mapped may be read otherwise: a sign that became `_` may make an extension of what follows a dot.
    let once = mapped_once(name);
    let twice = mapped_once(&once);
    if once == twice { once } else { safe_name(&twice) }
}

fn mapped_once(name: &str) -> String {
    let composed = nfc(name);
    let (stem, extension) = split_extension(composed.trim_start_matches(is_blank).trim_end_matches(is_end));
    let stem = stem.trim_end_matches(is_blank);
    let mapped: String = stem.chars().chain(extension.chars()).map(|c| if is_refused_sign(c) { '_' } else { c }).collect();
    let short = shortened(&mapped);
    match short.as_str() {
        "" => "_".to_owned(),
        refused if is_refused(refused) => shortened(&format!("_{refused}")),
        _ => short,
    }
}

/// Whether a character is a space of any kind, or one that nobody sees where it stands alone.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_hidden(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a name may not end in this: `report.pdf?` would become `report.pdf_`, and its type be lost.
fn is_end(c: char) -> bool {
    c == '.' || is_blank(c) || is_refused_sign(c)
}

/// What Dropbox or Windows does not take anywhere in a name; what stands for bytes that are no text; and what turns the direction of
/// reading around, so that a name shows as another.
fn is_refused_sign(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || c == char::REPLACEMENT_CHARACTER || "/\\<>:\"|?*".contains(c)
}

fn is_refused(name: &str) -> bool {
    let lower = name.to_lowercase();
    let device = lower.split('.').next().unwrap_or_default().trim_end();
    DISALLOWED.contains(&lower.as_str()) || DEVICES.contains(&device)
}

/// The name in what Dropbox takes: the stem loses its end, and blanks there.
fn shortened(name: &str) -> String {
    let (stem, extension) = split_extension(name);
    let room = NAME_MAX.saturating_sub(extension.encode_utf16().count());
    let stem = cut(stem, room);
    let stem = match extension {
        "" => stem.trim_end_matches(is_end),
        _ => stem.trim_end_matches(is_blank),
    };
    format!("{stem}{extension}")
}

/// As much of a text as fits in so many UTF-16 units.
fn cut(text: &str, mut room: usize) -> String {
    let fits = |c: &char| {
        let left = room.checked_sub(c.len_utf16());
        room = left.unwrap_or(0);
        left.is_some()
    };
    text.chars().take_while(fits).collect()
}

/// The path with `_` for what Dropbox may refuse in the file's name though its documentation names only a few characters: emoji and all
/// others beyond the first plane, symbols, private and unassigned characters. Nothing where the name has none of them. The folders stay
/// as the operator's record has them.
pub fn plain(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        match is_plain(c) {
            true => plain.push(c),
            // One for each emoji, of however many characters it is made.
            false if plain.ends_with('_') => {}
            false => plain.push('_'),
        }
    }
    (plain != name).then(|| format!("{folder}/{}", safe_name(&plain)))
}

fn is_plain(c: char) -> bool {
    use GeneralCategory::{CurrencySymbol, MathSymbol, ModifierSymbol};
    let is_variation = matches!(c, '\u{fe00}'..='\u{fe0f}');
    let is_of_text = match c.general_category_group() {
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Number | GeneralCategoryGroup::Punctuation => {
            true
        }
        GeneralCategoryGroup::Symbol => matches!(c.general_category(), CurrencySymbol | MathSymbol | ModifierSymbol),
        GeneralCategoryGroup::Separator => c == ' ',
        GeneralCategoryGroup::Other => false,
    };
    c.len_utf16() == 1 && is_of_text && !is_variation
}

/// What two paths have in common that are one in Dropbox, which tells neither capital from small letters nor, on a computer to which it
/// syncs, composed from decomposed ones. It rather takes two for one: then the later file is kept beside the earlier.
pub fn key(path: &str) -> String {
    let folded: String = nfc(path).chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    nfc(&folded).into_owned()
}

/// Whether a file is called otherwise in Dropbox, beyond what the operator's template adds to its name and the form of its letters.
pub fn is_renamed(file_name: &str, dropbox_path: &str) -> bool {
    let name = dropbox_path.rsplit('/').next().unwrap_or_default();
    let composed = nfc(file_name);
    safe_name(file_name) != composed || !nfc(name).contains(composed.as_ref())
}

/// Puts a mark between stem and extension: `a/report.pdf` and `3f2a91bc` make `a/report (3f2a91bc).pdf`. Used when the name is taken.
pub fn with_mark(path: &str, mark: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, extension) = split_extension(name);
    let end = format!(" ({mark}){extension}");
    format!("{folder}/{}{end}", cut(stem, NAME_MAX.saturating_sub(end.encode_utf16().count())))
}

/// Splits before the last dot; an extension is short and has no space or sign, or it is part of the name.
fn split_extension(name: &str) -> (&str, &str) {
    let is_extension = |text: &str| (1..=15).contains(&text.len()) && text.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
    match name.rfind('.') {
        Some(at) if at > 0 && is_extension(&name[at + 1..]) => name.split_at(at),
        _ => (name, ""),
    }
}
