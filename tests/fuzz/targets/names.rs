//! Names that become paths: whatever a file is called, it goes to a folder of its template, under a name that Dropbox takes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outtray::{
    destination::{Destination, safe_name, with_mark},
    operator::OperatorId,
};

const TEMPLATE: &str = "/Reports/{operator}/{name}";

fn assert_is_taken(name: &str) {
    assert!(!name.is_empty() && name != "." && name != "..", "{name:?}");
    assert!(name.encode_utf16().count() <= 255, "{name:?} is too long");
    assert!(!name.ends_with(|c: char| c == '.' || c.is_whitespace()), "{name:?} ends in a dot or a space");
    assert!(!name.contains(|c: char| c.is_control() || "/\\<>:\"|?*".contains(c)), "{name:?}");
}

fuzz_target!(|name: &str| {
    let safe = safe_name(name);
    assert_is_taken(&safe);
    assert_eq!(safe_name(&safe), safe, "mapped once is mapped");
    let path = format!("/Reports/AB/{safe}");
    let marked = with_mark(&path, "0123abcd");
    assert!(marked != path && marked.starts_with("/Reports/AB/"));
    assert_is_taken(&marked["/Reports/AB/".len()..]);
    // The same text as an id, and as a template: refused, or the way to a file in a folder of its own.
    let operator = OperatorId::parse(name).unwrap_or_else(|_| OperatorId::parse("AB").expect("it is one"));
    let day = "2026-03-07".parse().expect("it is a day");
    for template in [TEMPLATE, name] {
        let Ok(destination) = Destination::parse(template) else { continue };
        let path = destination.render(&operator, name, day);
        let mut parts = path.split('/');
        assert_eq!(parts.next(), Some(""), "{path:?}");
        parts.for_each(assert_is_taken);
        assert_eq!(path.split('/').count(), destination.template().split('/').count(), "{path:?}");
    }
});
