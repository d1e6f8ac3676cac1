//! Texts of others that are printed: nothing that a terminal obeys, no end of a line, nothing unseen, and what is printed stays as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outtray::unicode::{Search, cleaned, difference, folded, hidden_in, shown, shown_lines};

fuzz_target!(|text: &str| {
    let line = shown(text);
    assert!(!line.contains(|c: char| c.is_control()), "a control character: {line:?}");
    assert_eq!(hidden_in(&line, true), None, "unseen in {line:?}");
    assert_eq!(shown(&line), line, "shown once is shown");
    let lines = shown_lines(text);
    assert_eq!(lines.lines().count(), text.split_inclusive('\n').count(), "no line more, and none less");
    assert_eq!(lines.replace('\n', "\\n"), line);
    // What is typed is cleaned once, and found again.
    let clean = cleaned(text);
    assert_eq!(cleaned(&clean), clean, "cleaned once is clean");
    assert_eq!(folded(&folded(text)), folded(text), "folded once is folded");
    assert!(Search::new(text).finds([text]), "a text that does not find itself");
    assert_eq!(difference(text, text), None);
});
