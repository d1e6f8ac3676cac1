//! Where in Dropbox a file goes: the template, and names that Dropbox refuses.

use jiff::civil::date;
use outtray::{
    destination::{Destination, safe_name, with_mark},
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
    assert_eq!(safe_name("report. "), "report_");
    assert_eq!(safe_name("Desktop.INI"), "_Desktop.INI");
    assert_eq!(safe_name("Bericht – März 日本 😀.pdf"), "Bericht – März 日本 😀.pdf");
    let long = safe_name(&format!("{}.pdf", "ä".repeat(400)));
    assert_eq!(long.chars().count(), 255);
    assert!(long.ends_with("ä.pdf"));
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
