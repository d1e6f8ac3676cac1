//! Whatever reaches the loopback listener: only a GET with our Host and an awaited state is a redirect, and no answer repeats a code.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outtray::fuzzing::{Judged, judge_request};

const HOST: &str = "127.0.0.1:17653";
const STATE: &str = "the-awaited-state";

/// The values of all Host headers.
fn hosts(head: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(head);
    let lines = text.trim_start_matches(['\r', '\n']).split('\n').map(|line| line.trim_end_matches('\r'));
    let headers = lines.take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(':'));
    headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim().to_owned())
        .collect()
}

fuzz_target!(|head: &[u8]| {
    let Some((judged, asked)) = judge_request(head, HOST, STATE) else {
        return;
    };
    match judged {
        Judged::Redirect(state, result) => {
            assert!(asked && state == STATE, "a redirect that nobody awaits");
            assert!(head.starts_with(b"GET /dropbox?") || head.trim_ascii_start().starts_with(b"GET /dropbox?"));
            assert_eq!(hosts(head), [HOST], "exactly one Host, and ours");
            match result {
                Ok(code) => assert!(!code.is_empty()),
                Err(error) => assert!(error.len() <= 60 && error.bytes().all(|byte| matches!(byte, b' '..=b'~'))),
            }
        }
        Judged::LastPage => assert!(!asked),
        Judged::Answered(answer) => {
            let text = String::from_utf8(answer).expect("an answer is text");
            let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
            assert!(head.starts_with("HTTP/1.1 ") && head.contains(&format!("Content-Length: {}\r\n", body.len())));
            assert!(!head.contains("Location"), "only a redirect is sent on");
            assert!(!text.contains(STATE));
        }
    }
});
