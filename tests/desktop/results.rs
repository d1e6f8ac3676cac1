//! What can go wrong, as the administrator sees it: what happened, at its place, and a way on that works.

use super::{desk::Desk, walk::Walk};
use crate::{
    simulator::Fault,
    support::{STANDARD_PORTS, occupy},
};

const EMAIL: &str = "anna.berg@example.com";
const HERE: &str = "#place-this-computer";

#[tokio::test]
async fn a_refusal_is_told_and_can_be_asked_again() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    let url = desk.generate_key(&user, HERE).await;
    let page = user.browser.refuse(&url).await;
    assert!(page.text.contains("not"), "the browser says so too: {}", page.text);
    desk.window().until_text("dialog", "Cancel was clicked on the Dropbox page").await;
    Walk::default().picture(desk.window(), "refusal").await;
    desk.window().click("#generate-key").await;
    desk.window().until_text("#generate-status", "The key is generated").await;
    let again = desk.window().value("#authorization-url").await;
    assert_ne!(again, url, "another request");
    user.browser.authorize(&again).await;
    desk.save("AB").await;
}

#[tokio::test]
async fn a_wrong_key_is_told_at_its_field_before_anybody_is_sent_anywhere() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.fill_controls(&user, HERE).await;
    desk.window().fill("#app-key", "abcdefghijklmno").await;
    desk.window().click("#generate-key").await;
    desk.window().until_text("#app-key-error", "Dropbox does not know this app key").await;
    assert_eq!(desk.window().value("#app-secret").await, user.app.secret, "what was typed stays");
    Walk::default().picture(desk.window(), "wrong-key").await;
    desk.window().fill("#app-key", &user.app.key).await;
    desk.window().click("#generate-key").await;
    desk.window().until_text("#generate-status", "The key is generated").await;
}

#[tokio::test]
async fn busy_ports_leave_the_way_of_the_access_code() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    let busy = occupy(&[17653, 27653, 37653]).await;
    desk.fill_controls(&user, HERE).await;
    desk.window().click("#generate-key").await;
    desk.window().until_text("dialog", "Outtray cannot listen for the answer of Dropbox").await;
    Walk::default().picture(desk.window(), "busy-ports").await;
    desk.window().click("#place-users-computer").await;
    desk.window().click("#generate-key").await;
    desk.window().until_text("#generate-status", "The key is generated").await;
    let code = user.browser.access_code(&desk.window().value("#authorization-url").await).await;
    desk.window().fill("#temporary-authorization-key", &code).await;
    desk.window().click("#controls-save").await;
    desk.save("AB").await;
    drop(busy);
}

#[tokio::test]
async fn without_a_network_nothing_typed_is_lost() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.fill_controls(&user, HERE).await;
    desk.simulator.unplug();
    desk.window().click("#generate-key").await;
    desk.window().until_text("dialog", "Dropbox could not be reached").await;
    assert_eq!(desk.window().value("#app-secret").await, user.app.secret);
    Walk::default().picture(desk.window(), "no-network").await;
    desk.simulator.plug_in();
    desk.window().click("#generate-key").await;
    desk.window().until_text("#generate-status", "The key is generated").await;
}

#[tokio::test]
async fn an_authorization_that_dropbox_has_ended_is_told_and_renewed() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.authorize("AB", &user).await;
    desk.simulator.disconnect(&user.account, &user.app.key);
    desk.window().click("#send-test-file").await;
    desk.window().until_text("main", "Dropbox has ended the authorization of operator").await;
    Walk::default().picture(desk.window(), "revoked").await;
    desk.authorize("AB", &user).await;
    desk.window().click("#send-test-file").await;
    desk.window().until_text("#test-result", "Dropbox’s content hash equals ours").await;
}

#[tokio::test]
async fn what_a_full_dropbox_has_refused_is_dismissed_or_sent_again_in_its_row() {
    const OPEN: &str = "return document.querySelectorAll('[data-part=decide]:not([hidden])').length;";
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.authorize("AB", &user).await;
    desk.simulator.inject(Fault::InsufficientSpace, 2, Some("files/upload"));
    for failures in 1..=2 {
        desk.window().click("#send-test-file").await;
        desk.window().until_script(OPEN, |open| open.as_u64() == Some(failures)).await;
    }
    let [first, second] = [1, 2].map(|number| format!("[data-delivery]:nth-child({number})"));
    desk.window().click("#nav-deliveries").await;
    desk.window().until_text(&first, "There is no room left in this Dropbox").await;
    desk.window().click(&format!("{first} [data-part=dismiss]")).await;
    desk.window().until_text(&first, "Dismissed").await;
    desk.window().click(&format!("{second} [data-part=again]")).await;
    desk.window().until_text(&second, "Delivered, verified").await;
    Walk::default().picture(desk.window(), "decided").await;
    desk.window().until_script(OPEN, |open| open.as_u64() == Some(0)).await;
    assert_eq!(desk.simulator.files(&user.account).len(), 1, "the one that was sent again");
}
