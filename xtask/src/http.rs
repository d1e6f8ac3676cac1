//! As much of a browser as a walk through the simulator's pages needs: GET, forms, a cookie, redirects; to this computer only.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::Result;

/// How long a page may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many redirects are followed.
const REDIRECTS_MAX: usize = 5;

/// A browser with one cookie.
pub(crate) struct Browser {
    base: String,
    cookie: String,
}

/// A page that was answered.
struct Answer {
    status: u16,
    location: Option<String>,
    cookie: Option<String>,
    body: String,
}

impl Browser {
    /// For the pages below this address, such as `http://127.0.0.1:8080`.
    pub(crate) fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            cookie: String::new(),
        }
    }

    /// Opens a page.
    pub(crate) fn get(&mut self, path: &str) -> Result<String> {
        let address = self.address(path);
        self.go("GET", &address, "")
    }

    /// Sends a form.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        let form: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let address = self.address(path);
        self.go("POST", &address, &form.join("&"))
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        }
    }

    fn go(&mut self, method: &str, address: &str, form: &str) -> Result<String> {
        let (mut method, mut address, mut form) = (method, address.to_owned(), form);
        for _ in 0..REDIRECTS_MAX {
            let answer = self.send(method, &address, form)?;
            if let Some(cookie) = answer.cookie {
                self.cookie = cookie;
            }
            match answer.location {
                Some(location) => {
                    address = if location.starts_with('/') {
                        format!("http://{}{location}", host(&address))
                    } else {
                        location
                    }
                }
                None if answer.status < 400 => return Ok(answer.body),
                None => return Err(format!("{address} answered {}", answer.status)),
            }
            (method, form) = ("GET", "");
        }
        Err(format!("{address} redirects for ever"))
    }

    fn send(&self, method: &str, address: &str, form: &str) -> Result<Answer> {
        let host = host(address);
        let target = address.split_once(host).map_or("/", |(_, target)| target);
        let cookie = if self.base.ends_with(host) { self.cookie.as_str() } else { "" };
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let failed = |error: std::io::Error| format!("{address}: {error}");
        let mut stream = TcpStream::connect(host).map_err(failed)?;
        stream.set_read_timeout(Some(TIMEOUT)).map_err(failed)?;
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text).map_err(failed)?;
        Ok(read(&String::from_utf8_lossy(&text)))
    }
}

fn host(address: &str) -> &str {
    address.trim_start_matches("http://").split(['/', '?']).next().unwrap_or_default()
}

fn read(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let header = |name: &str| {
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    Answer {
        status: head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0),
        location: header("location"),
        cookie: header("set-cookie").and_then(|cookie| Some(cookie.split(';').next()?.to_owned())),
        body: body.to_owned(),
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The text of the element with this id.
pub(crate) fn text_of(page: &str, id: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("id=\"{id}\""))?;
    Some(rest.split_once('>')?.1.split('<').next()?.to_owned())
}
