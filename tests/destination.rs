//! Where in Dropbox a file goes: the template, and names that Dropbox refuses.

use jiff::civil::date;
use outtray::{
    destination::{Destination, is_renamed, key, plain, safe_name, with_mark},
    error::Field,
    operator::OperatorId,
};

fn path(template: &str, name: &str) -> String {
    let operator = OperatorId::parse("AB").unwrap();
    Destination::parse(template).unwrap().render(&operator, name, date(2026, 3, 7))
}

#[test]
fn a_template_is_filled() {
    assert_eq!(path("/Reports/{operator}/{name}", "a.pdf"), "/Reports/AB/a.pdf");
    assert_eq!(path("/{yyyy}/{MM}/{dd}/{operator} {name}", "a.pdf"), "/2026/03/07/AB a.pdf");
    assert_eq!(path(" /Reports/ ", "a.pdf"), "/Reports/a.pdf");
    assert_eq!(path("/", "a.pdf"), "/a.pdf");
}

#[test]
fn a_files_name_is_never_read_as_a_template() {
    assert_eq!(path("/{operator}/{name}", "{operator}-{dd}.pdf"), "/AB/{operator}-{dd}.pdf");
}

#[test]
fn a_wrong_template_is_refused_at_its_field() {
    for template in [
        "Reports/{name}",
        "/a//{name}",
        "/a/../{name}",
        "/{nmae}",
        "/{name",
        "/a}/{name}",
        "/{name}/a",
        "/a/ /{name}",
    ] {
        let error = Destination::parse(template).unwrap_err();
        assert_eq!(error.field(), Some(Field::Destination), "{template}");
    }
}

#[test]
fn names_that_dropbox_refuses_are_mapped() {
    assert_eq!(safe_name("a/b\\c<d>e:f\"g|h?i*j\u{7}k.pdf"), "a_b_c_d_e_f_g_h_i_j_k.pdf");
    assert_eq!(safe_name("Desktop.INI"), "_Desktop.INI");
    assert_eq!(safe_name("desktop .ini "), "_desktop.ini");
    assert_eq!(safe_name("COM\u{b9} .pdf"), "_COM\u{b9}.pdf");
    assert_eq!(safe_name("Bericht – März 日本 😀.pdf"), "Bericht – März 日本 😀.pdf");
    let long = safe_name(&format!("{}.pdf", "ä".repeat(400)));
    assert_eq!(long.chars().count(), 255);
    assert!(long.ends_with("ä.pdf"));
}

/// Whatever stands before, behind or within the end of a name and is not seen, the type stays.
#[test]
fn what_is_not_seen_is_trimmed_and_the_type_is_kept() {
    let blanks = [
        " ", "  ", "\t", "\r\n", "\u{a0}", "\u{2009}", "\u{202f}", "\u{3000}", "\u{200b}", "\u{feff}", "\u{2060}", "\u{ad}", "\u{200e}",
        "\u{7}", "\u{7f}", "\u{85}",
    ];
    for blank in blanks {
        for name in [
            format!("report.pdf{blank}"),
            format!("report{blank}.pdf"),
            format!("{blank}report.pdf"),
            format!("{blank}report{blank}.pdf{blank}.{blank}"),
        ] {
            assert_eq!(safe_name(&name), "report.pdf", "{name:?}");
        }
    }
    for name in [
        "report.pdf.",
        "report.pdf...",
        "report.pdf?",
        "report.pdf*",
        "report.pdf\"",
        "report.pdf .",
        "report.pdf\\",
    ] {
        assert_eq!(safe_name(name), "report.pdf", "{name:?}");
    }
    for (name, safe) in [
        (".hidden", ".hidden"),
        (" .hidden ", ".hidden"),
        (".pdf", ".pdf"),
        ("...", "_"),
        (" ", "_"),
        ("", "_"),
        ("\u{200b}", "_"),
        ("?", "_"),
        ("a. b", "a. b"),
        ("archive.tar.gz ", "archive.tar.gz"),
    ] {
        assert_eq!(safe_name(name), safe, "{name:?}");
    }
}

#[test]
fn names_that_look_the_same_are_the_same() {
    assert_eq!(safe_name("Ma\u{308}rz.pdf"), "M\u{e4}rz.pdf");
    assert_eq!(safe_name("\u{1112}\u{1161}\u{11ab}.pdf"), "\u{d55c}.pdf");
    assert_eq!(path("/Bu\u{308}ro/{name}", "a.pdf"), "/B\u{fc}ro/a.pdf");
    assert_eq!(Destination::parse("/Bu\u{308}ro/{name}").unwrap().template(), "/B\u{fc}ro/{name}");
    // What turns the direction of reading shows `gpj.exe` as `exe.jpg`.
    assert_eq!(safe_name("a\u{202e}gpj.exe"), "a_gpj.exe");
    for (one, other) in [
        ("/A/März.pdf", "/a/MA\u{308}RZ.PDF"),
        ("/stra\u{df}e", "/STRASSE"),
        ("/\u{3c3}", "/\u{3c2}"),
    ] {
        assert_eq!(key(one), key(other));
    }
    assert_ne!(key("/a/b"), key("/a/c"));
}

#[test]
fn what_dropbox_may_refuse_is_mapped_in_the_name_alone() {
    assert_eq!(
        plain("/Büro 😀/Umsatz 😀👩‍👩‍👧 2026 ✅.pdf").as_deref(),
        Some("/Büro 😀/Umsatz _ 2026 _.pdf")
    );
    assert_eq!(plain("/a/x\u{e000}y\u{fdd0}z.pdf").as_deref(), Some("/a/x_y_z.pdf"));
    assert_eq!(plain("/a/❤\u{fe0f}").as_deref(), Some("/a/_"));
    for name in ["/😀/März – 50 % + 3 € (neu) 日本語 हिन्दी.pdf", "/a/b~$-_'&#.txt"] {
        assert_eq!(plain(name), None);
    }
}

#[test]
fn a_name_that_was_changed_is_told_from_one_that_the_template_adds_to() {
    assert!(!is_renamed("report.pdf", "/Reports/AB/report.pdf"));
    assert!(!is_renamed("report.pdf", "/Reports/AB 2026-03-07 report.pdf"));
    assert!(!is_renamed("Ma\u{308}rz.pdf", "/Reports/M\u{e4}rz.pdf"));
    assert!(is_renamed("report.pdf ", "/Reports/report.pdf"));
    assert!(is_renamed("report.pdf", "/Reports/report (3f2a91bc).pdf"));
    assert!(is_renamed("con", "/Reports/_con"));
    assert!(is_renamed("Report.pdf", "/Reports/report.pdf"));
}

#[test]
fn a_mark_goes_before_the_extension() {
    assert_eq!(with_mark("/a/report.pdf", "3f2a91bc"), "/a/report (3f2a91bc).pdf");
    assert_eq!(with_mark("/a.b/report", "x"), "/a.b/report (x)");
    assert_eq!(with_mark("/.hidden", "x"), "/.hidden (x)");
    let long = with_mark(&format!("/{}.pdf", "x".repeat(251)), "3f2a91bc");
    assert_eq!(long.len(), 256);
    assert!(long.ends_with(" (3f2a91bc).pdf"));
}
