//! Rules that hold for every value, tried on many.

use jiff::civil::date;
use outtray::{
    content_hash::{BLOCK_SIZE, ContentHasher, content_hash},
    destination::{Destination, is_renamed, key, plain, safe_name, with_mark},
    dropbox::header_safe,
    operator::OperatorId,
    unicode::nfc,
};
use proptest::{collection::vec, prelude::*, sample::select};

/// Characters that make trouble more often than others.
fn nasty_text(length: usize) -> impl Strategy<Value = String> {
    let nasty = select(
        "/\\<>:\"|?*. \u{7f}\u{0}\u{a0}\u{3000}\r\n\t~$_-aZ0äß日😀\u{10ffff}\u{200b}{}"
            .chars()
            .collect::<Vec<_>>(),
    );
    vec(prop_oneof![3 => nasty, 1 => any::<char>()], 0..length).prop_map(|chars| chars.into_iter().collect())
}

/// A name of the files that reports are, and what else may be typed.
fn any_name() -> impl Strategy<Value = String> {
    let reserved = select(vec![
        "desktop.ini",
        "Thumbs.db",
        ".DS_Store",
        "Icon\r",
        ".dropbox",
        ".dropbox.attr",
        "CON",
        "nul.txt",
        "com1 .pdf",
        ".",
        "..",
        "...",
        "",
    ]);
    prop_oneof![
        4 => nasty_text(40),
        1 => nasty_text(600),
        1 => reserved.prop_map(str::to_owned),
        2 => (nasty_text(400), "[a-z0-9]{1,8}").prop_map(|(stem, extension)| format!("{stem}.{extension}")),
    ]
}

/// What the API refuses as `malformed_path` or `disallowed_name`, and what does not sync to Windows.
fn assert_is_taken(name: &str) {
    assert!(!name.is_empty() && name != "." && name != "..", "{name:?}");
    assert!(name.encode_utf16().count() <= 255, "{name:?} is too long");
    assert!(
        !name.ends_with(|c: char| c == '.' || c.is_whitespace()),
        "{name:?} ends in a dot or a space"
    );
    assert!(!name.chars().any(|c| c.is_control() || "/\\<>:\"|?*".contains(c)), "{name:?}");
    let lower = name.to_lowercase();
    let refused = ["desktop.ini", "thumbs.db", ".ds_store", ".dropbox", ".dropbox.attr"];
    assert!(!refused.contains(&lower.as_str()), "{name:?}");
    let device = lower.split('.').next().unwrap().trim_end();
    assert!(!["con", "nul", "com1"].contains(&device), "{name:?} is a device of Windows");
}

#[test]
fn a_sign_that_is_mapped_may_make_an_extension() {
    let safe = safe_name("report .\r/>\u{e7903}");
    assert_eq!(safe_name(&safe), safe);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn every_name_is_mapped_to_one_that_dropbox_takes(name in any_name()) {
        let safe = safe_name(&name);
        assert_is_taken(&safe);
        prop_assert_eq!(safe_name(&safe), safe.clone(), "mapped once is mapped");
        prop_assert_eq!(is_renamed(&name, &format!("/{safe}")), safe != nfc(&name), "what is changed is said");
        let path = format!("/{safe}");
        if let Some(mapped) = plain(&path) {
            assert_is_taken(mapped.strip_prefix('/').unwrap());
            prop_assert_eq!(plain(&mapped), None, "nothing is left to be mapped");
        }
        prop_assert_eq!(key(&path.to_uppercase()), key(&path.to_lowercase()));
    }

    #[test]
    fn an_extension_is_kept(stem in nasty_text(600), extension in "[a-zA-Z0-9]{1,8}") {
        let safe = safe_name(&format!("x{stem}.{extension}"));
        let end = format!(".{extension}");
        prop_assert!(safe.ends_with(&end), "{}", safe);
    }

    #[test]
    fn a_mark_makes_another_name_that_dropbox_takes(name in any_name(), number in 0_u32..) {
        let path = format!("/Reports/AB/{}", safe_name(&name));
        let mark = format!("{number:08x}");
        let marked = with_mark(&path, &mark);
        prop_assert_ne!(&marked, &path);
        let (folder, marked_name) = marked.rsplit_once('/').unwrap();
        prop_assert_eq!(folder, "/Reports/AB");
        assert_is_taken(marked_name);
        prop_assert_eq!(safe_name(marked_name), marked_name);
        let expected = format!("({mark})");
        prop_assert!(marked_name.contains(&expected), "{}", marked_name);
    }

    #[test]
    fn a_file_never_leaves_the_folder_of_its_template(
        name in any_name(),
        id in "[a-zA-Zäß0-9_-][a-zA-Z0-9_.-]{0,31}",
        template in select(vec!["/{name}", "/Reports/{operator}/{yyyy}/{MM}/{name}", "/{dd}/ a. /x {operator} {name}", "/{operator}{name}.{MM}"]),
    ) {
        let operator = OperatorId::parse(&id).unwrap();
        let path = Destination::parse(template).unwrap().render(&operator, &name, date(2026, 3, 7));
        let parts: Vec<&str> = path.split('/').collect();
        prop_assert_eq!(parts[0], "");
        prop_assert_eq!(parts.len(), template.split('/').count(), "{}", path);
        parts[1..].iter().for_each(|part| assert_is_taken(part));
    }

    #[test]
    fn an_argument_fits_in_a_header_and_means_the_same(text in prop_oneof![any::<String>(), nasty_text(60)]) {
        let json = serde_json::to_string(&serde_json::json!({ "path": text, text.clone(): [&text] })).unwrap();
        let safe = header_safe(&json);
        prop_assert!(safe.bytes().all(|byte| (0x20..=0x7e).contains(&byte)), "{}", safe);
        let (read, written): (serde_json::Value, serde_json::Value) = (serde_json::from_str(&safe).unwrap(), serde_json::from_str(&json).unwrap());
        prop_assert_eq!(read, written);
        prop_assert!(reqwest::header::HeaderValue::from_str(&safe).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn the_content_hash_is_the_same_for_every_split(
        size in prop_oneof![0..100_usize, (BLOCK_SIZE - 2)..(BLOCK_SIZE + 2), (2 * BLOCK_SIZE - 2)..(2 * BLOCK_SIZE + 2), 0..3 * BLOCK_SIZE],
        cuts in vec(any::<prop::sample::Index>(), 0..12),
        seed in any::<u8>(),
    ) {
        let content: Vec<u8> = (0..size).map(|at| (at % 251) as u8 ^ seed).collect();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(size + 1)).collect();
        cuts.push(size);
        cuts.sort_unstable();
        let (mut hasher, mut from) = (ContentHasher::default(), 0);
        for cut in cuts {
            hasher.update(&content[from..cut]);
            from = cut;
        }
        prop_assert_eq!(hasher.finish(), content_hash(&content));
    }
}
