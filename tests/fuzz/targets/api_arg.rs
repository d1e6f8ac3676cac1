//! The `Dropbox-API-Arg` header: printable ASCII, and the same value when it is read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outtray::dropbox::header_safe;
use serde_json::{Value, json};

fn check(value: &Value) {
    let header = header_safe(&value.to_string());
    assert!(
        header.bytes().all(|byte| matches!(byte, b' '..=b'~')),
        "a byte that a header may not have"
    );
    assert_eq!(serde_json::from_str::<Value>(&header).expect("it is JSON"), *value);
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    check(&json!({ "path": text, "mode": { ".tag": "add" }, text.as_ref(): [text] }));
    // Floating point numbers are none of ours, and need not come back to the last digit.
    if let Ok(value) = serde_json::from_slice::<Value>(bytes)
        && !value.to_string().contains(['.', 'e', 'E'])
    {
        check(&value);
    }
});
