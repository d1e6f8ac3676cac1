//! What an administrator sees of all operators at once.

use outtray::{operator::AuthorizationStatus, operator_csv::Reader};

use crate::support::{TestApp, operator_fields, text};

#[tokio::test]
async fn the_list_says_when_something_arrived_last() {
    let (test, _) = TestApp::authorized().await;
    assert_eq!(test.app.list_operators().await.unwrap()[0].last_delivered_at, None);
    let delivery = test.app.send_test_file("AB").await.unwrap();
    assert_eq!(test.app.list_operators().await.unwrap()[0].last_delivered_at, delivery.finished_at);
}

#[tokio::test]
async fn deliveries_of_all_operators_stand_in_one_list_newest_first() {
    let (test, given) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let operator = test.begin("CD", &given, outtray::operator::Place::ThisComputer).await.unwrap();
    given.browser.authorize(&operator.request.unwrap().url).await;
    test.until_phase("CD", outtray::operator::RequestPhase::Granted).await;
    test.app
        .save_authorization(
            "CD",
            outtray::operator::Confirmed {
                shared_with: vec!["AB".to_owned()],
                ..Default::default()
            },
        )
        .await
        .unwrap();
    test.app.send_test_file("AB").await.unwrap();
    test.app.send_test_file("CD").await.unwrap();
    let of = |deliveries: Vec<outtray::store::deliveries::Delivery>| {
        deliveries.iter().map(|delivery| delivery.operator_id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of(test.app.list_deliveries(None).await.unwrap()), ["CD", "AB"]);
    test.app.remove_operator("CD").await.unwrap();
    assert_eq!(of(test.app.list_deliveries(None).await.unwrap()), ["AB"]);
}

#[tokio::test]
async fn an_authorization_that_dropbox_has_ended_is_found_by_checking_it() {
    let (test, given) = TestApp::authorized().await;
    let operator = test.app.check_authorization("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
    test.simulator.disconnect(&given.account, &given.app.key);
    assert_eq!(
        test.app.check_authorization("AB").await.unwrap_err().code(),
        "authorization_revoked"
    );
    assert_eq!(
        test.app.show_operator("AB").await.unwrap().status,
        AuthorizationStatus::AuthorizeAgain
    );
}

#[tokio::test]
async fn only_the_chosen_operators_are_exported() {
    let test = TestApp::with_operator().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let all = text(&test.app.export_operators(&[], Reader::Programs).await.unwrap());
    let one = text(&test.app.export_operators(&["cd".to_owned()], Reader::Programs).await.unwrap());
    assert!(all.contains("Anna Berg") && all.contains("Carl Dahl"), "{all}");
    assert!(!one.contains("Anna Berg") && one.contains("Carl Dahl"), "{one}");
}
