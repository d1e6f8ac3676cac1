//! What passes between page and program, and what the page keeps: recorded from outside, to be searched for secrets.

use std::{
    fs,
    io::{Read, Seek, SeekFrom},
};

use serde_json::{Value, json};

use super::webdriver::WebDriver;

/// Every message goes through `fetch`, every event through a listener: both are written down from now on.
const RECORD: &str = "
    if (window.recorded) return;
    window.recorded = [];
    const usual = window.fetch;
    window.fetch = async (address, options) => {
        const answer = await usual(address, options);
        const text = await answer.clone().text();
        window.recorded.push({ command: String(address).split('/').pop(), sent: String(options?.body ?? ''), answered: text });
        return answer;
    };
    window.__TAURI__.event.listen('changed', (event) => {
        window.recorded.push({ command: 'changed', sent: '', answered: JSON.stringify(event) });
    });";

/// One message and its answer, or one event.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) command: String,
    pub(crate) sent: String,
    pub(crate) answered: String,
}

/// Begins to write down.
pub(crate) async fn record(window: &WebDriver) {
    window.script(RECORD, json!([])).await;
}

/// What was written down.
pub(crate) async fn recorded(window: &WebDriver) -> Vec<Message> {
    let recorded = window.script("return window.recorded ?? [];", json!([])).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let message = |entry: &Value| Message {
        command: text(&entry["command"]),
        sent: text(&entry["sent"]),
        answered: text(&entry["answered"]),
    };
    recorded.as_array().into_iter().flatten().map(message).collect()
}

/// The page's address, its text, its fields and its storage.
pub(crate) async fn kept_by_the_page(window: &WebDriver) -> String {
    let script = "
        const fields = [...document.querySelectorAll('input, textarea, select')].map((field) => field.value);
        return JSON.stringify([location.href, document.title, fields, { ...localStorage }, { ...sessionStorage }, document.cookie,
                               document.documentElement.outerHTML]);";
    window.script(script, json!([])).await.as_str().unwrap_or_default().to_owned()
}

/// A page of memory, in bytes, and what the kernel says about one, in bytes: bit 63 that it is there (`pagemap`, proc(5)).
const PAGE: u64 = 4096;
const ENTRY: usize = 8;

/// The memory of the process that runs the page, as far as it can be written to and is there: WebKit reserves far more.
pub(crate) struct Memory(Vec<Vec<u8>>);

impl Memory {
    pub(crate) fn of(process: u32) -> Self {
        let open = |name: &str| fs::File::open(format!("/proc/{process}/{name}")).unwrap();
        let (mut pages, mut memory) = (open("pagemap"), open("mem"));
        let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
        let mut parts = Vec::new();
        for (start, end) in maps.lines().filter_map(writable) {
            let there = read(&mut pages, start / PAGE * ENTRY as u64, (end - start) / PAGE * ENTRY as u64);
            let there: Vec<bool> = there.chunks_exact(ENTRY).map(|entry| entry[ENTRY - 1] & 0x80 != 0).collect();
            let mut from = 0;
            for run in there.chunk_by(|one, next| one == next) {
                if run[0] {
                    parts.push(read(&mut memory, start + from * PAGE, run.len() as u64 * PAGE));
                }
                from += run.len() as u64;
            }
        }
        let size: usize = parts.iter().map(Vec::len).sum();
        assert!(size > 1 << 20, "the memory of the page could not be read");
        Self(parts)
    }

    /// Which of these texts it holds, in either of the two ways in which WebKit keeps text.
    pub(crate) fn found(&self, texts: &[&str]) -> Vec<String> {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let forms: Vec<(Vec<u8>, &str)> = texts.iter().flat_map(|text| [(text.as_bytes().to_vec(), *text), (wide(text), *text)]).collect();
        // Most places are passed by with one look.
        let mut begins = vec![false; 1 << 16];
        for (form, _) in &forms {
            begins[usize::from(form[0]) << 8 | usize::from(form[1])] = true;
        }
        let mut found = Vec::new();
        for part in &self.0 {
            for at in 0..part.len().saturating_sub(1) {
                if begins[usize::from(part[at]) << 8 | usize::from(part[at + 1])] {
                    found.extend(forms.iter().filter(|(form, _)| part[at..].starts_with(form)).map(|(_, text)| (*text).to_owned()));
                }
            }
        }
        found
    }
}

fn read(file: &mut fs::File, start: u64, length: u64) -> Vec<u8> {
    let mut content = Vec::new();
    // A part that has gone meanwhile holds nothing.
    let _ = file.seek(SeekFrom::Start(start)).and_then(|_| file.take(length).read_to_end(&mut content));
    content
}

/// The start and end of a part of memory that can be written to.
fn writable(line: &str) -> Option<(u64, u64)> {
    let mut words = line.split_whitespace();
    let (range, access) = (words.next()?, words.next()?);
    let (start, end) = range.split_once('-').filter(|_| access.starts_with("rw"))?;
    Some((u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?))
}
