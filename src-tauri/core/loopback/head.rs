//! The head of a request as it comes in, cut to what counts. Cookies know no ports (RFC 6265 section 8.5): a browser sends those of every
//! program on this computer along, so what is not looked at is skipped and not kept, whatever its size, within a bound.

/// The headers that are looked at.
const KEPT: [&[u8]; 6] = [b"host", b"origin", b"accept-language", b"sec-purpose", b"purpose", b"x-moz"];
/// Longest line that counts, in bytes; the request line is the longest.
const LINE_MAX: usize = 16 * 1024;
/// How much of a line is kept before its header is known by name, in bytes.
const NAME_MAX: usize = 64;
/// Most lines that count.
const LINES_MAX: usize = 32;
/// Longest head, in bytes.
const HEAD_MAX: usize = 1024 * 1024;
/// Longest method, in letters.
const METHOD_MAX: usize = 16;

/// How far a head is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// More has to come.
    Unfinished,
    /// It is whole.
    Whole,
    /// It is HTTP of a kind that is not understood, or too much of it: it can be said.
    Bad,
    /// Another protocol, such as TLS or SOCKS: nothing that can be said would be understood.
    Foreign,
}

/// A head, line by line.
#[derive(Debug, Default)]
pub(crate) struct Head {
    kept: Vec<u8>,
    line: Vec<u8>,
    /// How many lines are kept; the first is the request line.
    lines: usize,
    /// Whether the rest of this line is not kept.
    skips: bool,
    taken: usize,
}

impl Head {
    /// Takes what has come, and says how far it is now.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Progress {
        for &byte in bytes {
            let progress = self.take_byte(byte);
            if progress != Progress::Unfinished {
                return progress;
            }
        }
        Progress::Unfinished
    }

    /// What counts of it, as it came.
    pub(crate) fn kept(&self) -> &[u8] {
        &self.kept
    }

    fn take_byte(&mut self, byte: u8) -> Progress {
        self.taken += 1;
        if self.taken > HEAD_MAX {
            return Progress::Bad;
        }
        if !self.skips {
            self.line.push(byte);
        }
        match byte {
            b'\n' => self.end_line(),
            _ if self.lines == 0 => self.request_line(),
            _ => self.header(),
        }
    }

    /// A method is capital letters and a space; what is not is no HTTP, and need not be waited for (RFC 9110 section 9.1).
    fn request_line(&self) -> Progress {
        let method = self.line.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        match self.line.get(method) {
            // An empty line before a request is skipped (RFC 9112 section 2.2).
            Some(b'\r') if self.line.len() == 1 => Progress::Unfinished,
            Some(b' ') if method > 0 && self.line.len() <= LINE_MAX => Progress::Unfinished,
            Some(b' ') if method > 0 => Progress::Bad,
            None if method <= METHOD_MAX => Progress::Unfinished,
            _ => Progress::Foreign,
        }
    }

    fn header(&mut self) -> Progress {
        if self.line.len() >= NAME_MAX && !self.counts() {
            self.skips = true;
            self.line.clear();
        }
        match self.line.len() > LINE_MAX {
            true => Progress::Bad,
            false => Progress::Unfinished,
        }
    }

    fn end_line(&mut self) -> Progress {
        let skipped = std::mem::take(&mut self.skips);
        if skipped || (self.lines > 0 && self.line != b"\r\n" && !self.counts()) {
            self.line.clear();
            return Progress::Unfinished;
        }
        if self.lines == 0 && self.line == b"\r\n" {
            self.line.clear();
            return Progress::Unfinished;
        }
        if !self.line.ends_with(b"\r\n") || (self.lines == 0 && !is_http_1(&self.line)) || self.lines == LINES_MAX {
            return Progress::Bad;
        }
        self.kept.append(&mut self.line);
        self.lines += 1;
        match self.kept.ends_with(b"\r\n\r\n") {
            true => Progress::Whole,
            false => Progress::Unfinished,
        }
    }

    /// Whether this line is looked at. What is no header at all is looked at too, and refused.
    fn counts(&self) -> bool {
        match self.line.iter().position(|byte| *byte == b':') {
            Some(colon) => KEPT.iter().any(|name| self.line[..colon].trim_ascii().eq_ignore_ascii_case(name)),
            None => self.line.len() < NAME_MAX,
        }
    }
}

/// HTTP/2 without an upgrade begins with `PRI * HTTP/2.0` (RFC 9113 section 3.4), and what is older than 1.0 has no version.
fn is_http_1(line: &[u8]) -> bool {
    line.trim_ascii_end().ends_with(b" HTTP/1.1") || line.trim_ascii_end().ends_with(b" HTTP/1.0")
}
