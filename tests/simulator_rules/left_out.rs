//! Routes that Dropbox has and the simulator does not.

use std::collections::BTreeSet;

use super::*;

#[tokio::test]
async fn every_route_of_dropbox_is_answered_or_said_to_be_missing_here() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let mut known = BTreeSet::new();
    for (host, route) in Simulator::left_out() {
        let missing = answer(dropbox.call(host, &route, &token)).await;
        assert_eq!(missing.status, 501, "{host} {route}: {}", missing.text);
        assert!(missing.text.contains(&route), "{}", missing.text);
        assert!(known.insert(route), "twice");
    }
    // 276 of the specification, seven that only the official Python SDK has.
    assert_eq!(known.len() + Simulator::answered(), 283);
    for (host, route) in [
        ("api", "users/get_current_account"),
        ("api", "files/list_folder"),
        ("content", "files/upload"),
    ] {
        assert!(!known.contains(route));
        let there = answer(dropbox.call(host, route, &token)).await;
        assert_ne!(there.status, 501, "{route}: {}", there.text);
    }
}

#[tokio::test]
async fn a_route_on_the_wrong_host_or_of_a_wrong_name_is_unknown() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    for (host, route) in [
        ("api", "files/ge"),
        ("api", "files/list_folder/longpoll"),
        ("api", "files/get_thumbnail_v2"),
        ("content", "sharing/list_shared_links"),
        ("notify", "files/list_folder"),
        ("api", "team/nothing"),
        ("api", "sharing"),
        ("api", "sharing/"),
    ] {
        let unknown = answer(dropbox.call(host, route, &token)).await;
        assert_eq!(unknown.status, 400, "{host} {route}: {}", unknown.text);
        let expected = format!("Unknown API function: /2/{route}");
        assert!(unknown.text.contains(&expected), "{}", unknown.text);
    }
}
