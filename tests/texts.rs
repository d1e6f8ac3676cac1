//! Texts of people: what looks the same is the same, what cannot be seen is dropped or named, and a search finds what is meant. The cases are
//! those of the window, see `tests/ui/texts.test.js`.

use outtray::{
    App,
    error::{Error, Field},
    operator::{Operator, OperatorFields},
    unicode::{Search, difference, shown, shown_lines},
};
use serde::Deserialize;

use crate::support::{TestApp, operator_fields};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Texts {
    found: Vec<(String, String)>,
    not_found: Vec<(String, String)>,
    shown: Vec<(String, String)>,
}

fn texts() -> Texts {
    serde_json::from_str(include_str!("texts.json")).unwrap()
}

#[test]
fn a_search_takes_no_notice_of_case_accents_form_and_order() {
    let texts = texts();
    for (search, text) in &texts.found {
        assert!(Search::new(search).finds([text.as_str()]), "{search} in {text}");
    }
    for (search, text) in &texts.not_found {
        assert!(!Search::new(search).finds([text.as_str()]), "{search} in {text}");
    }
    assert!(
        Search::new("berg ab").finds(["AB", "Anna Berg"]),
        "words may stand in several fields"
    );
}

#[test]
fn what_cannot_be_seen_is_shown() {
    for (text, expected) in texts().shown {
        assert_eq!(shown(&text), expected);
        assert_eq!(shown(&expected), expected, "what is shown is text alone");
    }
    assert_eq!(shown_lines("one\ntwo\r\u{1b}"), "one\ntwo\\r\\u{1b}");
}

fn ids(operators: &[Operator]) -> Vec<&str> {
    operators.iter().map(|operator| operator.id.as_str()).collect()
}

#[tokio::test]
async fn operators_are_found_whatever_the_form_in_which_they_were_typed() {
    let test = TestApp::fresh().await;
    // As macOS writes it: o and a mark.
    test.app
        .add_operator("Jo\u{308}", operator_fields("Jo\u{308}rg Mu\u{308}ller", None))
        .await
        .unwrap();
    test.app
        .add_operator("GM", operator_fields("García Márquez", Some("gabo@example.com")))
        .await
        .unwrap();
    test.app.add_operator("ＡＢ", operator_fields("Ａnna", None)).await.unwrap();
    let jorg = test.app.show_operator("JÖ").await.unwrap();
    assert_eq!(
        (jorg.id.as_str(), jorg.name.as_str()),
        ("Jö", "Jörg Müller"),
        "composed when it is typed"
    );
    assert_eq!(test.app.show_operator("\u{feff}jo\u{308} ").await.unwrap().id.as_str(), "Jö");
    let exists = test.app.add_operator("jö", operator_fields("Again", None)).await.unwrap_err();
    assert_eq!(exists.code(), "operator_exists");
    assert_eq!(
        test.app.list_activity(Some("jo\u{308}")).await.unwrap().len(),
        2,
        "added, and refused"
    );
    for (search, expected) in [
        ("garcia", vec!["GM"]),
        ("marquez GARCIA", vec!["GM"]),
        ("gabo garcia", vec!["GM"]),
        ("müller jörg", vec!["Jö"]),
        ("muller", vec!["Jö"]),
        ("Mu\u{308}ller", vec!["Jö"]),
        ("ab anna", vec!["ＡＢ"]),
        ("garcia muller", vec![]),
    ] {
        assert_eq!(ids(&test.app.search_operators(search).await.unwrap()), expected, "{search}");
    }
}

/// What becomes of a record whose fields hold these characters.
async fn with_character(app: &App, at: u32, c: char) -> [Result<Operator, Error>; 4] {
    let fields = |name: String, email: String, destination: String| OperatorFields {
        destination,
        ..operator_fields(&name, Some(&email))
    };
    let (name, email) = ("Anna".to_owned(), "a@example.com".to_owned());
    [
        app.add_operator(&format!("A{c}{at}"), fields(name.clone(), email.clone(), String::new())).await,
        app.add_operator(&format!("B{at}"), fields(format!("An{c}na"), email.clone(), String::new())).await,
        app.add_operator(&format!("C{at}"), fields(name.clone(), format!("a{c}@example.com"), String::new()))
            .await,
        app.add_operator(&format!("D{at}"), fields(name, email, format!("/Re{c}ports"))).await,
    ]
}

#[tokio::test]
async fn what_copying_leaves_in_a_field_is_dropped() {
    let test = TestApp::fresh().await;
    for c in [
        '\u{ad}', '\u{200b}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202c}', '\u{2060}', '\u{2066}', '\u{2069}', '\u{feff}', '\u{61c}',
    ] {
        let [id, name, email, destination] = with_character(&test.app, u32::from(c), c).await.map(Result::unwrap);
        assert_eq!(id.id.as_str(), format!("A{}", u32::from(c)));
        assert_eq!(name.name, "Anna");
        assert_eq!(email.email.as_deref(), Some("a@example.com"));
        assert_eq!(destination.destination, "/Reports/{name}");
    }
    let spaces = operator_fields("\u{3000}Anna\u{a0}Berg\u{a0}", Some("\u{a0}a@example.com\u{2003}\u{200b}"));
    let spaces = test.app.add_operator("\u{a0}SP\u{a0}", spaces).await.unwrap();
    assert_eq!(
        (spaces.id.as_str(), spaces.name.as_str(), spaces.email.as_deref()),
        ("SP", "Anna Berg", Some("a@example.com"))
    );
}

#[tokio::test]
async fn what_could_forge_a_name_is_refused_by_name_at_its_field() {
    let test = TestApp::fresh().await;
    for c in [
        '\u{202d}',
        '\u{202e}',
        '\u{3164}',
        '\u{2800}',
        '\u{e0061}',
        '\u{206a}',
        '\u{2028}',
        '\u{fff9}',
        '\u{34f}',
        '\u{180e}',
    ] {
        let refused = with_character(&test.app, u32::from(c), c).await.map(Result::unwrap_err);
        for (error, field) in refused.into_iter().zip([Field::Id, Field::Name, Field::Email, Field::Destination]) {
            let problem = error.problem();
            assert_eq!((problem.code.as_str(), problem.field), ("invalid_input", Some(field)), "{c:?}");
            assert!(problem.message.contains(&format!("U+{:04X}", u32::from(c))), "{}", problem.message);
        }
    }
    // Joiners and variation selectors belong to names, and to nothing else.
    for c in ['\u{200c}', '\u{200d}', '\u{fe0f}'] {
        let [id, name, email, destination] = with_character(&test.app, u32::from(c), c).await;
        assert!(id.is_err() && email.is_err() && name.is_ok() && destination.is_ok(), "{c:?}");
    }
    for c in ['\u{1b}', '\u{7}', '\u{9b}', '\r', '\n', '\0', '\u{7f}'] {
        let refused = with_character(&test.app, u32::from(c), c).await;
        assert!(refused.iter().all(Result::is_err), "{c:?}");
    }
    assert!(test.app.list_operators().await.unwrap().iter().all(|operator| operator.name.starts_with("An")));
}

#[test]
fn where_two_texts_look_the_same_the_difference_is_named() {
    // Cyrillic, Greek, wide, and what fonts draw alike.
    for (one, other, expected) in [
        ("anna@example.com", "\u{430}nna@example.com", Some(('a', '\u{430}'))),
        ("Anna@example.com", "anna@exampl\u{435}.com", Some(('e', '\u{435}'))),
        ("paul@example.com", "pau1@example.com", Some(('l', '1'))),
        ("bob0@example.com", "bobo@example.com", Some(('0', 'o'))),
        ("anna@example.com", "anne@example.com", None),
        ("anna@example.com", "ann@example.com", None),
        ("anna@example.com", "ANNA@example.com", None),
    ] {
        assert_eq!(difference(one, other), expected, "{one} {other}");
    }
    let said = |actual: &str| {
        let (expected, actual) = ("anna@example.com".to_owned(), actual.to_owned());
        Error::AccountDiffers { expected, actual }.to_string()
    };
    let lookalike = said("\u{430}nna@example.com");
    assert!(
        lookalike.ends_with("is anna@example.com (its “a” is U+0061, the account’s “\u{430}” is U+0430)."),
        "{lookalike}"
    );
    assert!(said("bert@example.com").ends_with("is anna@example.com."));
}
