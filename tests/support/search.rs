//! Searches for secrets, in every form in which one would leak.

use std::{fs, path::Path};

use base64::{Engine, engine::general_purpose};

/// As it is, in hexadecimal digits, and in base64 at each of the three alignments.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.as_bytes().to_vec(), hexadecimal.into_bytes()];
    for skip in 0..3 {
        let whole = &secret.as_bytes()[skip..];
        let whole = &whole[..whole.len() / 3 * 3];
        forms.push(general_purpose::STANDARD_NO_PAD.encode(whole).into_bytes());
    }
    forms
}

/// Whether bytes occur in others.
pub(crate) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Every file below a folder, with its path.
pub(crate) fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found
}

/// Fails when a secret is found in something that was seen; `seen` is what it was, and its bytes.
pub(crate) fn assert_no_secret(secrets: &[String], seen: &[(String, Vec<u8>)]) {
    let wide = |secret: &str| secret.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for secret in secrets {
        for form in forms(secret).into_iter().chain([wide(secret)]) {
            for (what, content) in seen {
                assert!(!contains(content, &form), "a secret was found in {what}");
            }
        }
    }
}

/// A message with `NUMBER` in place of Dropbox's number for a call, which is another one each time.
pub(crate) fn without_number(message: &str) -> String {
    let Some((before, number)) = message.rsplit_once("request ") else {
        return message.to_owned();
    };
    let after = number.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    assert_eq!(number.len() - after.len(), 32, "Dropbox’s number is missing: {message}");
    format!("{before}request NUMBER{after}")
}
