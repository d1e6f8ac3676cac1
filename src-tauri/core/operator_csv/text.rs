//! From the bytes of a file to text, and from a place in the text to the number of its line.

use std::borrow::Cow;

use crate::error::Error;

/// Largest file that is read, in bytes: about a hundred thousand records.
pub const SIZE_MAX: usize = 10 << 20;
/// How much of a cell is repeated to a person, in characters.
const BRIEF_MAX: usize = 60;
/// Some programs write it twice.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';
/// What may stand behind the end of a text: programs from DOS end a file with Ctrl-Z, others fill up with NUL.
const ENDS: [char; 2] = ['\u{1a}', '\0'];

/// UTF-8, or UTF-16 with a byte order mark, as "Unicode Text" and PowerShell write it. Any other encoding could only be guessed, and a name
/// that was guessed wrong would be a wrong name, so it is refused.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    if bytes.len() > SIZE_MAX {
        return refused("it is larger than 10 MiB");
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        _ => Cow::Borrowed(utf8(bytes)?),
    };
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text_of(text)?),
        Cow::Owned(text) => Cow::Owned(text_of(&text)?.to_owned()),
    })
}

/// What is text between a byte order mark and the marks of an end.
fn text_of(text: &str) -> Result<&str, Error> {
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    // A line end may stand behind Ctrl-Z, and before it.
    let ended = text.trim_end_matches(|c: char| ENDS.contains(&c) || c == '\n' || c == '\r');
    let text = if text[ended.len()..].contains(ENDS) { ended } else { text };
    match text.contains('\0') {
        true => refused("it is not a text file, or it is UTF-16 without a byte order mark"),
        false => Ok(text),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Error> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = String::from_utf16(&pairs.iter().copied().map(unit).collect::<Vec<_>>());
    match text {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => refused("its UTF-16 is damaged"),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).or_else(|error| {
        if bytes.contains(&0) {
            return refused("it is not a text file, or it is UTF-16 without a byte order mark");
        }
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        refused(&format!("line {} is not UTF-8", 1 + line_ends(before.as_bytes())))
    })
}

fn refused<T>(reason: &str) -> Result<T, Error> {
    Err(Error::ImportRefused(reason.to_owned()))
}

/// `\n`, `\r\n` and `\r` each end a line.
fn line_ends(bytes: &[u8]) -> u64 {
    let ends = |at: usize| bytes[at] == b'\n' && (at == 0 || bytes[at - 1] != b'\r') || bytes[at] == b'\r';
    (0..bytes.len()).filter(|at| ends(*at)).count() as u64
}

/// Counts lines while a file is read from its beginning to its end.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str, first_line: u64) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: first_line,
        }
    }

    /// The line of the record that begins at this byte, or behind the line ends that stand there: the reader gives the place where the record
    /// before has ended. Places have to come in their order.
    pub(super) fn of_record(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.at, self.text.len());
        let blank = self.text[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = start + blank;
        self.line += line_ends(&self.text[self.at..start]);
        self.at = start;
        self.line
    }
}

/// What of a cell is repeated to a person: without control characters, and not too long.
pub(super) fn brief(cell: &str) -> String {
    cell.trim().chars().filter(|c| !c.is_control()).take(BRIEF_MAX).collect()
}
