//! The authorize page, and who may connect an app.

use super::*;

#[tokio::test]
async fn the_authorize_page_refuses_what_dropbox_refuses() {
    let dropbox = Dropbox::new().await;
    let cases = [
        ("&approval_prompt=force", "unknown field \"approval_prompt\""),
        ("&scope=", "scope must not be empty"),
        ("&redirect_uri=http%3A%2F%2F127.0.0.1%3A17653%2Fdropbox%2F", "Invalid redirect_uri"),
        ("&redirect_uri=http%3A%2F%2F127.0.0.1%3A27653%2Fdropbox", "Invalid redirect_uri"),
        ("&client_id=another", "More than one \"client_id\""),
    ];
    for (more, expected) in cases {
        let page = dropbox.browser.open(&dropbox.authorize_url(more)).await;
        assert_eq!(page.status, 400, "{more}");
        assert!(page.text.contains(expected), "{more}: {}", page.text);
    }
}

#[tokio::test]
async fn an_app_in_development_connects_its_owner_only() {
    let dropbox = Dropbox::new().await;
    dropbox.simulator.add_account("Carl Dahl", "carl@example.com");
    let carl = Browser::new();
    carl.sign_in(&dropbox.simulator.base_url(), "carl@example.com").await;
    assert_eq!(carl.open(&dropbox.authorize_url("")).await.status, 403);
    dropbox.simulator.enable_additional_users(&dropbox.app.key);
    carl.access_code(&dropbox.authorize_url("")).await;
}
