//! Operator records and Administrator Options.

use outtray::{
    error::Field,
    operator::{AuthorizationStatus, OperatorFields},
};

use crate::support::{TestApp, operator_fields};

#[tokio::test]
async fn a_fresh_program_has_the_interface_off_and_no_operators() {
    let test = TestApp::fresh().await;
    assert!(!test.app.get_settings().await.unwrap().interface_to_dropbox);
    assert!(test.app.list_operators().await.unwrap().is_empty());
}

#[tokio::test]
async fn options_and_records_survive_a_restart() {
    let test = TestApp::fresh().await;
    test.switch_interface(true).await;
    let fields = OperatorFields {
        destination: "/{yyyy}/Berichte".to_owned(),
        ..operator_fields(" Ärger & Söhne ", Some(" a@example.com "))
    };
    test.app.add_operator(" äb-1 ", fields).await.unwrap();
    let test = test.restart().await;
    assert!(test.app.get_settings().await.unwrap().interface_to_dropbox);
    let operator = test.app.show_operator("ÄB-1").await.unwrap();
    assert_eq!((operator.id.as_str(), operator.name.as_str()), ("äb-1", "Ärger & Söhne"));
    assert_eq!(operator.email.as_deref(), Some("a@example.com"));
    assert_eq!(operator.destination, "/{yyyy}/Berichte/{name}");
    assert_eq!(operator.status, AuthorizationStatus::NotAuthorized);
}

#[tokio::test]
async fn an_id_is_unique_without_regard_to_case() {
    let test = TestApp::fresh().await;
    test.app.add_operator("Ab", operator_fields("Anna", None)).await.unwrap();
    let error = test.app.add_operator("aB", operator_fields("Abel", None)).await.unwrap_err();
    assert_eq!((error.code(), error.field()), ("operator_exists", Some(Field::Id)));
    assert_eq!(test.app.list_operators().await.unwrap().len(), 1);
    assert_eq!(test.app.show_operator("AB").await.unwrap().name, "Anna");
}

#[tokio::test]
async fn a_wrong_field_is_named() {
    let test = TestApp::fresh().await;
    let long = "x".repeat(300);
    let cases = [
        ("", "Anna", None, Field::Id),
        ("a b", "Anna", None, Field::Id),
        (long.as_str(), "Anna", None, Field::Id),
        ("AB", " ", None, Field::Name),
        ("AB", long.as_str(), None, Field::Name),
        ("AB", "Anna", Some("anna"), Field::Email),
        ("AB", "Anna", Some("anna@@example.com"), Field::Email),
    ];
    for (id, name, email, field) in cases {
        let error = test.app.add_operator(id, operator_fields(name, email)).await.unwrap_err();
        assert_eq!(
            (error.code(), error.field()),
            ("invalid_input", Some(field)),
            "{id} {name} {email:?}"
        );
    }
    assert!(test.app.list_operators().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_record_can_be_changed() {
    let test = TestApp::with_operator().await;
    let fields = OperatorFields {
        active: false,
        ..operator_fields("Anna Bergström", None)
    };
    let operator = test.app.change_operator("ab", fields).await.unwrap();
    assert_eq!(
        (operator.id.as_str(), operator.name.as_str(), operator.active),
        ("AB", "Anna Bergström", false)
    );
    assert_eq!(operator.email, None);
    let error = test.app.send_test_file("AB").await.unwrap_err();
    assert_eq!(error.code(), "operator_inactive");
    let error = test.app.change_operator("XY", operator_fields("X", None)).await.unwrap_err();
    assert_eq!(error.code(), "operator_not_found");
}

#[tokio::test]
async fn everything_that_is_wrong_in_a_record_is_told_at_once() {
    let test = TestApp::fresh().await;
    let fields = OperatorFields {
        email: Some("nobody".to_owned()),
        destination: "Reports".to_owned(),
        ..operator_fields(" ", None)
    };
    let error = test.app.add_operator("", fields.clone()).await.unwrap_err();
    let problem = error.problem();
    let others: Vec<_> = problem.others.iter().map(|other| other.field).collect();
    assert_eq!(problem.field, Some(Field::Id));
    assert_eq!(others, [Some(Field::Name), Some(Field::Email), Some(Field::Destination)]);
    assert!(problem.others.iter().all(|other| other.others.is_empty() && !other.message.is_empty()));

    test.app.add_operator("AB", operator_fields("Anna", None)).await.unwrap();
    let problem = test.app.change_operator("AB", fields).await.unwrap_err().problem();
    assert_eq!((problem.field, problem.others.len()), (Some(Field::Name), 2));

    let csv = b"id,name,active,conflict_rule\n,,perhaps,sometimes\n";
    let row = test.app.preview_import(csv).await.unwrap().rows.remove(0).problem.unwrap();
    let wrong: Vec<_> = std::iter::once(row.field).chain(row.others.iter().map(|other| other.field)).collect();
    let expected = [Field::Id, Field::Name, Field::Active, Field::ConflictRule];
    assert_eq!(wrong, expected.map(Some));
}

#[tokio::test]
async fn the_preview_of_a_folder_is_what_a_delivery_makes_of_it() {
    let test = TestApp::fresh().await;
    let preview = async |id: &str, destination: &str| test.app.preview_destination(id, destination, "report?.pdf").await;
    assert_eq!(preview("AB", "").await.unwrap(), "/Reports/AB/report_.pdf");
    assert_eq!(preview("", "/x").await.unwrap(), "/x/report_.pdf");
    assert_eq!(preview(" ", "/x/{operator}").await.unwrap(), "/x/{operator}/report_.pdf");
    // What Windows keeps for itself is mapped here as there.
    assert_eq!(preview("AB", "/con/{operator}").await.unwrap(), "/_con/AB/report_.pdf");
    for refused in ["Reports", "/a//b", "/a/../b", "/{who}/x", "/{name}/x", "/a\u{202e}b"] {
        let error = preview("AB", refused).await.unwrap_err();
        assert_eq!(
            (error.code(), error.field()),
            ("invalid_input", Some(Field::Destination)),
            "{refused}"
        );
    }
}
