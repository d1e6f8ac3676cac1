//! Texts of people: what looks the same is the same, what cannot be seen is dropped or named, and a search finds what is meant. The cases are
//! those of the window, see `tests/ui/texts.test.js`.

use outtray::{
    App,
    error::{Error, Field},
    operator::{AuthorizationStatus, Operator, OperatorFields},
    paths::Paths,
    proxy::Proxy,
    secret::Secret,
    settings::{ChosenSettings, ProxyMode, Settings},
    unicode::{Search, difference, shown, shown_lines},
};
use serde::Deserialize;
use sqlx::{Connection, SqliteConnection};

use crate::support::{ACCESS_EMAIL, TestApp, operator_fields};

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

/// Stores a text as a program did that knew nothing of this.
async fn store(test: &TestApp, statement: &'static str, text: &str) {
    let file = test.data_folder().join("outtray.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query(statement).bind(text).execute(&mut connection).await.unwrap();
}

/// What nobody sees and nobody means: a filler, an override, a tag.
const FORGING: [char; 4] = ['\u{3164}', '\u{202e}', '\u{e0061}', '\u{180e}'];

/// Administrator Options with these texts, or what is wrong with them.
async fn with_proxy(app: &App, address: &str, user: &str, password: &str) -> Result<Settings, Error> {
    let settings = Settings {
        proxy: ProxyMode::Manual,
        proxy_address: Some(address.to_owned()),
        proxy_user: Some(user.to_owned()),
        ..app.get_settings().await.unwrap()
    };
    let proxy_password = Some(Secret::new(password));
    app.set_settings(ChosenSettings { settings, proxy_password }).await
}

#[tokio::test]
async fn in_the_options_what_nobody_sees_is_dropped_or_refused_by_name_at_its_field() {
    let test = TestApp::fresh().await;
    for c in ['\u{200b}', '\u{ad}', '\u{200e}', '\u{feff}'] {
        let address = format!("{c}http{c}://pro{c}xy.example.com{c}:80{c}80{c}");
        let kept = with_proxy(&test.app, &address, &format!("{c}an{c}na{c}"), "geheim").await.unwrap();
        assert_eq!(
            (kept.proxy_address.as_deref(), kept.proxy_user.as_deref()),
            (Some("http://proxy.example.com:8080"), Some("anna")),
            "{c:?}"
        );
    }
    for c in FORGING {
        let name = format!("U+{:04X}", u32::from(c));
        let refused = [
            (
                Field::ProxyAddress,
                with_proxy(&test.app, &format!("http://pro{c}xy:8080"), "anna", "geheim").await,
            ),
            (
                Field::ProxyUser,
                with_proxy(&test.app, "http://proxy:8080", &format!("an{c}na"), "geheim").await,
            ),
            (
                Field::ProxyPassword,
                with_proxy(&test.app, "http://proxy:8080", "anna", &format!("ge{c}heim")).await,
            ),
        ];
        for (field, error) in refused {
            let problem = error.unwrap_err().problem();
            assert_eq!((problem.code.as_str(), problem.field), ("invalid_input", Some(field)), "{name}");
            assert!(problem.message.contains(&name), "{}", problem.message);
        }
        // As the environment and the system write it.
        let error = Proxy::parse(&format!("http://anna:ge{c}heim@pro{c}xy:8080")).unwrap_err();
        assert!(error.contains(&name) && !error.contains("heim"), "{error}");
    }
    // The one that looks like nothing wrong, and the field that no letter shows.
    let seen = test.app.get_settings().await.unwrap();
    assert_eq!(seen.proxy_user.as_deref(), Some("anna"), "nothing of what was refused is kept");
    let kept = Proxy::parse("http://anna:ge\u{200b}heim@proxy:8080").unwrap().credentials.unwrap();
    assert_eq!(
        kept.password.expose(),
        "ge\u{200b}heim",
        "a password of the environment is as it is"
    );
}

#[tokio::test]
async fn a_folder_and_a_profile_with_what_nobody_sees_are_refused_by_name() {
    let test = TestApp::fresh().await;
    let folder = |c: char| std::env::temp_dir().join(format!("re{c}ports"));
    for c in FORGING {
        let name = format!("U+{:04X}", u32::from(c));
        let error = test.change_settings(|settings| settings.report_output_root = Some(folder(c))).await.unwrap_err();
        assert_eq!(error.field(), Some(Field::ReportOutputRoot));
        assert!(error.to_string().contains(&name), "{error}");
        let error = Paths::profile(false, &format!("te{c}st")).unwrap_err();
        assert_eq!(error.field(), Some(Field::Profile));
        assert!(error.to_string().contains(&name), "{error}");
    }
    let (plain, pasted) = (
        Paths::profile(false, "test").unwrap(),
        Paths::profile(false, "te\u{200b}st\u{feff}").unwrap(),
    );
    assert_eq!(plain.folder(), pasted.folder());
    // What an earlier program has kept stands in no form, and keeps nothing else from being saved.
    test.change_settings(|settings| settings.report_output_root = Some(folder('s'))).await.unwrap();
    let stored = folder('\u{3164}').to_str().unwrap().to_owned();
    store(&test, "UPDATE settings SET report_output_root = $1", &stored).await;
    let kept = test.change_settings(|settings| settings.notifications = false).await.unwrap();
    assert_eq!((kept.notifications, kept.report_output_root), (false, Some(folder('\u{3164}'))));
}

#[tokio::test]
async fn a_record_of_an_earlier_program_is_compared_without_what_nobody_sees_and_saved_without_it() {
    let test = TestApp::with_operator().await;
    let old = "anna.\u{200b}berg@example.com\u{feff}";
    store(&test, "UPDATE operators SET email = $1", old).await;
    let given = test.user(ACCESS_EMAIL).await;
    let operator = test.authorize("AB", &given).await;
    assert_eq!(operator.status, AuthorizationStatus::Authorized, "it is the same account");
    let fields = operator_fields(&operator.name, operator.email.as_deref());
    let operator = test.app.change_operator("AB", fields).await.unwrap();
    assert_eq!(operator.email.as_deref(), Some(ACCESS_EMAIL));
    let forged = operator_fields("Anna Berg", Some("anna.\u{3164}berg@example.com"));
    let error = test.app.change_operator("AB", forged).await.unwrap_err();
    assert!(error.to_string().contains("U+3164"), "{error}");
}

#[tokio::test]
async fn an_app_key_drops_what_nobody_sees_and_names_what_only_looks_like_its_letters() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let (head, tail) = given.app.key.split_at(5);
    let secret = || Some(Secret::new(given.app.secret.clone()));
    for c in FORGING.into_iter().chain(['\u{200b}', '\u{200d}', '\u{fe0f}', '\u{7f}']) {
        test.app.check_app("AB", &format!("{c}{head}{c}{tail}{c}"), secret()).await.unwrap();
    }
    for c in ['\u{430}', '\u{ff41}', '\u{3bf}'] {
        let error = test.app.check_app("AB", &format!("{head}{c}{tail}"), secret()).await.unwrap_err();
        assert_eq!(error.field(), Some(Field::AppKey));
        assert!(
            error.to_string().contains(&format!("its “{c}” is U+{:04X}.", u32::from(c))),
            "{error}"
        );
    }
}
