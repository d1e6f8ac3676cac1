//! Send: small in one call, large through an upload session, with progress, verified by content hash.

use std::time::Duration;

use outtray::{app::Link, content_hash::content_hash, event::Event, store::deliveries::DeliveryState};

use crate::support::{ACCESS_EMAIL, TestApp, operator_fields};

const MIB: usize = 1024 * 1024;

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 7 % 251) as u8).collect()
}

fn routes(test: &TestApp, from: usize) -> Vec<String> {
    test.simulator.calls()[from..].iter().map(|call| call.route.clone()).collect()
}

#[tokio::test]
async fn a_test_file_arrives_and_is_verified() {
    let (test, given) = TestApp::authorized().await;
    let delivery = test.app.send_test_file("AB").await.unwrap();
    assert_eq!(delivery.state, DeliveryState::Delivered);
    let file = &test.simulator.files(&given.account)[0];
    assert!(file.path_display.starts_with("/Reports/AB/Outtray test "), "{}", file.path_display);
    assert_eq!(delivery.dropbox_path.as_deref(), Some(file.path_display.as_str()));
    assert_eq!(delivery.content_hash.as_deref(), Some(file.content_hash.as_str()));
    assert!(String::from_utf8_lossy(&file.content).contains("Operator: AB (Anna Berg)"));
    assert_eq!(test.app.list_deliveries(Some("AB")).await.unwrap()[0].id, delivery.id);
}

#[tokio::test]
async fn a_small_file_takes_one_call() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let from = test.simulator.calls().len();
    for (name, content) in [
        ("report.pdf", pattern(100_000)),
        ("empty.txt", Vec::new()),
        ("just.bin", pattern(8 * MIB)),
    ] {
        let delivery = test.send("AB", name, &content).await.unwrap();
        assert_eq!(delivery.dropbox_path.unwrap(), format!("/Reports/AB/{name}"));
        assert_eq!(delivery.content_hash.unwrap(), content_hash(&content));
        let files = test.simulator.files(&given.account);
        let file = files.iter().find(|file| file.path_display.ends_with(name)).unwrap();
        assert!(file.content == content, "{name} arrived changed");
    }
    assert_eq!(routes(&test, from), ["files/upload", "files/upload", "files/upload"]);
}

#[tokio::test]
async fn a_large_file_goes_in_parts_with_progress() {
    let (test, given) = TestApp::authorized().await;
    let content = pattern(35 * MIB + 123);
    test.app.send_test_file("AB").await.unwrap();
    let (from, mut events) = (test.simulator.calls().len(), test.app.events());
    let delivery = test.send("AB", "large.xlsx", &content).await.unwrap();
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!(delivery.content_hash.unwrap(), content_hash(&content));
    let files = test.simulator.files(&given.account);
    assert!(files.iter().any(|file| file.content == content), "it arrived changed");

    let routes = routes(&test, from);
    assert_eq!(routes.iter().filter(|route| *route == "files/upload_session/append_v2").count(), 5);
    assert_eq!(routes.first().map(String::as_str), Some("files/upload_session/start"));
    assert_eq!(routes.last().map(String::as_str), Some("files/upload_session/finish"));

    let mut sent = Vec::new();
    while let Ok(event) = events.try_recv() {
        if let Event::Delivery {
            bytes_sent, size_bytes, ..
        } = event
        {
            assert_eq!(size_bytes, content.len() as u64);
            sent.push(bytes_sent);
        }
    }
    assert!(sent.is_sorted() && sent.len() >= 6, "{sent:?}");
    assert_eq!(sent.last(), Some(&(content.len() as u64)));
}

#[tokio::test]
async fn a_file_of_exactly_whole_parts_arrives() {
    let (test, given) = TestApp::authorized().await;
    let content = pattern(16 * MIB);
    test.send("AB", "whole.bin", &content).await.unwrap();
    assert!(test.simulator.files(&given.account)[0].content == content);
}

#[tokio::test]
async fn a_file_beyond_what_one_call_carries_arrives() {
    let (test, given) = TestApp::authorized().await;
    let content = pattern(151 * MIB);
    let delivery = test.send("AB", "huge.bin", &content).await.unwrap();
    assert_eq!(delivery.content_hash.unwrap(), content_hash(&content));
    assert_eq!(test.simulator.files(&given.account)[0].size, content.len() as u64);
}

#[tokio::test]
async fn the_first_byte_that_one_call_does_not_carry_makes_parts() {
    let (test, given) = TestApp::authorized().await;
    for size in [8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 16 * MIB, 16 * MIB + 1] {
        let (from, content) = (test.simulator.calls().len(), pattern(size));
        let delivery = test.send("AB", &format!("{size}.bin"), &content).await.unwrap();
        assert_eq!(delivery.content_hash.unwrap(), content_hash(&content), "{size}");
        let parts = routes(&test, from).iter().filter(|route| route.ends_with("append_v2")).count();
        assert_eq!(parts, if size > 8 * MIB { size.div_ceil(8 * MIB) } else { 0 }, "{size}");
        assert!(
            test.simulator.files(&given.account).iter().any(|file| file.content == content),
            "{size}"
        );
    }
}

#[tokio::test]
async fn a_name_that_is_taken_keeps_both() {
    let (test, given) = TestApp::authorized().await;
    test.send("AB", "report.pdf", b"first").await.unwrap();
    let second = test.send("AB", "report.pdf", b"second").await.unwrap();
    assert_eq!(
        second.dropbox_path.unwrap(),
        format!("/Reports/AB/report ({}).pdf", &content_hash(b"second")[..8])
    );
    let large = pattern(20 * MIB);
    let third = test.send("AB", "report.pdf", &large).await.unwrap();
    assert_eq!(
        third.dropbox_path.unwrap(),
        format!("/Reports/AB/report ({}).pdf", &content_hash(&large)[..8])
    );
    assert_eq!(test.simulator.files(&given.account).len(), 3);
}

#[tokio::test]
async fn the_same_content_under_the_same_name_is_there_once() {
    let (test, given) = TestApp::authorized().await;
    test.send("AB", "report.pdf", b"the same").await.unwrap();
    let again = test.send("AB", "report.pdf", b"the same").await.unwrap();
    assert_eq!(again.state, DeliveryState::Delivered);
    assert_eq!(again.dropbox_path.as_deref(), Some("/Reports/AB/report.pdf"));
    assert_eq!(test.simulator.files(&given.account).len(), 1);
}

#[tokio::test]
async fn any_name_arrives_as_it_is_or_visibly_mapped() {
    let (test, _) = TestApp::authorized().await;
    for name in [
        "Bericht – März.pdf",
        "日本語 レポート.xlsx",
        "emoji 😀.csv",
        "quote's & (brackets) [x].txt",
        ".hidden",
    ] {
        let delivery = test.send("AB", name, name.as_bytes()).await.unwrap();
        assert_eq!(delivery.dropbox_path.unwrap(), format!("/Reports/AB/{name}"));
    }
    let delivery = test.send("AB", "desktop.ini", b"x").await.unwrap();
    assert_eq!(delivery.dropbox_path.unwrap(), "/Reports/AB/_desktop.ini");
}

#[tokio::test]
async fn deliveries_at_once_share_one_refresh() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.advance(Duration::from_secs(4 * 3600));
    let from = test.simulator.calls().len();
    let contents: Vec<String> = (0..8).map(|number| format!("report {number}")).collect();
    let sends = contents.iter().map(|content| test.send("AB", content, content.as_bytes()));
    for result in futures_util::future::join_all(sends).await {
        result.unwrap();
    }
    let refreshes = routes(&test, from).iter().filter(|route| *route == "oauth2/token").count();
    assert_eq!(refreshes, 1);
    assert_eq!(test.simulator.files(&given.account).len(), 9);
}

#[tokio::test]
async fn the_link_to_the_files_opens_the_folder_of_the_newest_one() {
    let (test, given) = TestApp::authorized().await;
    let all = test.app.link(Link::Files, Some("AB")).await.unwrap();
    assert!(all.path().ends_with("/home"), "nothing has arrived yet: {all}");
    let mut fields = operator_fields("Anna Berg", Some(ACCESS_EMAIL));
    test.app.send_test_file("AB").await.unwrap();
    fields.destination = "/Büro & Co/50% + {operator}?/{name}".to_owned();
    test.app.change_operator("AB", fields).await.unwrap();
    let delivery = test.app.send_test_file("AB").await.unwrap();
    let link = test.app.link(Link::Files, Some("AB")).await.unwrap();
    let page = given.browser.open(link.as_str()).await.text;
    let (folder, name) = delivery.dropbox_path.as_deref().unwrap().rsplit_once('/').unwrap();
    assert!(page.contains(folder) && page.contains(name), "{link} shows {page}");
    assert!(!page.contains("/Reports/AB"), "only this folder: {page}");
}
