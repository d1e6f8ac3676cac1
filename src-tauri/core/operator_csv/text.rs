//! From the bytes of a file to text, and from a place in the text to the number of its line.

use std::borrow::Cow;

use crate::error::Error;

/// Largest file that is read, in bytes: about a hundred thousand records.
const SIZE_MAX: usize = 10 << 20;
/// How much of a cell is repeated to a person, in characters.
const SHOWN_MAX: usize = 60;

/// UTF-8, or UTF-16 with a byte order mark, as "Unicode Text" and PowerShell write it. Any other encoding could only be guessed, and a name
/// that was guessed wrong would be a wrong name, so it is refused.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    if bytes.len() > SIZE_MAX {
        return refused("it is larger than 10 MiB");
    }
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest).map(Cow::Borrowed),
        _ if bytes.contains(&0) => refused("it is not a text file, or it is UTF-16 without a byte order mark"),
        _ => utf8(bytes).map(Cow::Borrowed),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Error> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = String::from_utf16(&pairs.iter().copied().map(unit).collect::<Vec<_>>());
    match text {
        Ok(text) if rest.is_empty() && !text.contains('\0') => Ok(text),
        _ => refused("its UTF-16 is damaged"),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).or_else(|error| {
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

/// What of a cell is repeated to a person: printable, and not too long.
pub(super) fn shown(cell: &str) -> String {
    cell.trim().chars().filter(|c| !c.is_control()).take(SHOWN_MAX).collect()
}
