//! What a person may paste as Temporary Authorization Key: a code is printable, and never one from an address with another state.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outtray::fuzzing::pasted_code;
use url::form_urlencoded;

const STATE: &str = "the-awaited-state";

/// The first value of a parameter, as a browser's address has it.
fn value(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fuzz_target!(|text: &str| {
    let together: String = text.split_whitespace().collect();
    if let Ok(code) = pasted_code(text, STATE) {
        assert!(!code.is_empty());
        if together.contains("://") || together.contains("code=") || together.contains("error=") {
            assert!(
                together.contains(STATE) || together.contains(['%', '-', '=', '&', '*', '_']) || together.len() > 2 * STATE.len(),
                "a code from an address without our state"
            );
        } else {
            let mut signs = together.chars();
            assert!(code.chars().all(|sign| signs.any(|there| there == sign)), "a code that was not there");
            assert!(code.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }
    // The same text in an address of another request is never a code.
    let address = format!("http://127.0.0.1:17653/dropbox?code=abc&state=another&x={together}");
    let is_plain = together.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".,/:".contains(&byte));
    if is_plain && value(address.split_once('?').expect("it has one").1, "state").as_deref() == Some("another") {
        assert!(pasted_code(&address, STATE).is_err(), "a code of another request");
    }
    // And a code survives being pasted in its own address.
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", &together)
        .append_pair("state", STATE)
        .finish();
    if !together.is_empty() && query.len() < 4000 {
        let code = pasted_code(&format!("http://127.0.0.1:17653/dropbox?{query}"), STATE);
        assert_eq!(code.expect("our own redirect"), together);
    }
});
