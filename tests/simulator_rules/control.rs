//! The simulator can be told what goes wrong, by those who may.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use super::*;
use crate::support::within;

impl Dropbox {
    /// An order as a program gives it: the status, and what is set then or what was wrong.
    async fn tell(&self, order: &str, fields: Value) -> (u16, Value) {
        let url = format!("{}/{order}", self.simulator.control_url());
        let answer = self.http.post(url).json(&fields).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn told(&self, order: &str, fields: Value) -> Value {
        let (status, state) = self.tell(order, fields).await;
        assert_eq!(status, 200, "{state}");
        state
    }

    /// The status of a call, and its error.
    async fn check_user(&self, token: &str) -> (u16, Value) {
        let answer = answer(self.rpc("check/user", token, &json!({}))).await;
        let error = serde_json::from_str::<Value>(&answer.text).unwrap_or_default();
        (answer.status.as_u16(), error["error"].clone())
    }

    async fn save(&self, token: &str, path: &str) -> (u16, Value) {
        let answer = answer(self.upload("files/upload", token, &json!({ "path": path }), vec![1])).await;
        let error = serde_json::from_str::<Value>(&answer.text).unwrap_or_default();
        (answer.status.as_u16(), error["error"].clone())
    }
}

#[tokio::test]
async fn a_fault_meets_a_route_and_a_user_so_often_after_so_many_calls() {
    let dropbox = Dropbox::new().await;
    let (token, carl) = (dropbox.access_token().await, dropbox.carl().await);
    dropbox.simulator.enable_additional_users(&dropbox.app.key);
    let code = carl.access_code(&dropbox.authorize_url("")).await;
    let carls = dropbox.token_of(&code).await["access_token"].as_str().unwrap().to_owned();
    let order = json!({ "fault": "insufficient_space", "route": "files/upload", "user": "Carl@example.com", "times": 2, "after": 1 });
    let state = dropbox.told("faults", order).await;
    assert_eq!(state["faults"][0]["fault"], "insufficient_space");
    assert_eq!(state["faults"][0]["times"], 2);

    assert_eq!(dropbox.check_user(&carls).await.0, 200, "another route");
    let mut statuses = Vec::new();
    for number in 0..4 {
        assert_eq!(dropbox.save(&token, &format!("/a{number}")).await.0, 200, "somebody else");
        statuses.push(dropbox.save(&carls, &format!("/b{number}")).await.0);
    }
    assert_eq!(statuses, [200, 409, 409, 200]);
    assert_eq!(dropbox.told("clear", json!({})).await["faults"], json!([]));
}

#[tokio::test]
async fn every_fault_has_a_name_and_an_end() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    for (fault, more, status, tag) in [
        ("expired_access_token", json!({}), 401, "expired_access_token"),
        ("invalid_access_token", json!({}), 401, "invalid_access_token"),
        ("missing_scope", json!({}), 401, "missing_scope"),
        ("user_suspended", json!({}), 401, "user_suspended"),
        ("team_access_denied", json!({}), 403, "team_access_denied"),
        ("too_many_requests", json!({ "seconds": 7 }), 429, ""),
        ("too_many_requests_plain", json!({}), 429, ""),
        ("too_many_requests_no_wait", json!({}), 429, ""),
        ("unavailable", json!({}), 503, ""),
        ("unavailable_with_wait", json!({ "seconds": 3 }), 503, ""),
        ("content_hash_mismatch", json!({}), 409, "content_hash_mismatch"),
        ("insufficient_space", json!({}), 409, "path"),
        ("team_folder_insufficient_space", json!({}), 409, "path"),
        ("member_folder_insufficient_space", json!({}), 409, "path"),
        ("upload_traffic_limit_reached", json!({}), 409, "path"),
        ("conflict/file_ancestor", json!({}), 409, "path"),
        ("repeated_request", json!({ "written": "base64" }), 502, ""),
        ("too_many_write_operations", json!({}), 409, "path"),
        ("wrong_content_hash", json!({}), 200, ""),
        ("slow_body", json!({ "milliseconds": 1 }), 200, ""),
    ] {
        let mut order = more;
        order["fault"] = json!(fault);
        let state = dropbox.told("faults", order).await;
        let id = state["faults"][0]["id"].clone();
        let token = if fault == "expired_access_token" {
            dropbox.access_token().await
        } else {
            token.clone()
        };
        for _ in 0..2 {
            let (is, error) = dropbox.save(&token, "/a").await;
            assert_eq!((is, error[".tag"].as_str().unwrap_or_default()), (status, tag), "{fault}: {error}");
            let reason = error["reason"][".tag"].as_str().unwrap_or_default();
            assert!(tag != "path" || fault.starts_with(reason), "{fault}: {error}");
        }
        let state = dropbox.told("clear", json!({ "id": id })).await;
        assert_eq!(state["faults"], json!([]), "{fault}");
        assert_eq!(
            dropbox.save(&token, "/a").await.0,
            if fault == "expired_access_token" { 401 } else { 200 },
            "{fault} has ended"
        );
    }
    for fault in ["cut_before", "lost_answer"] {
        dropbox.told("faults", json!({ "fault": fault, "times": 1 })).await;
        let path = format!("/{fault}");
        let sent = dropbox.upload("files/upload", &token, &json!({ "path": path }), vec![1]).send().await;
        let read = async { sent?.bytes().await };
        assert!(read.await.is_err(), "{fault}");
        let arrived = dropbox.simulator.files(&dropbox.account).iter().any(|file| file.path_display == path);
        assert_eq!(arrived, fault == "lost_answer", "{fault}");
    }
}

#[tokio::test]
async fn a_gateway_repeats_the_request_in_the_way_that_was_told() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    for (written, shown) in [("plain", token.clone()), ("capitals", token.to_ascii_uppercase())] {
        dropbox.told("faults", json!({ "fault": "repeated_request", "written": written, "times": 1 })).await;
        let page = answer(dropbox.rpc("check/user", &token, &json!({}))).await;
        assert_eq!(page.status.as_u16(), 502);
        assert!(
            page.text.contains(&format!("BEARER {shown}")) || page.text.contains(&format!("Bearer {shown}")),
            "{}",
            page.text
        );
    }
}

#[tokio::test]
async fn every_fault_of_the_page_is_an_option_an_order_and_in_the_document() {
    let dropbox = Dropbox::new().await;
    let page = Browser::new().open(&format!("{}/faults", dropbox.simulator.control_url())).await;
    let offered = page
        .html
        .split("<select name=\"fault\"")
        .nth(1)
        .and_then(|rest| rest.split("</select>").next())
        .unwrap();
    let offered: Vec<&str> = offered.split("<option value=\"").skip(1).filter_map(|option| option.split('"').next()).collect();
    for name in &offered {
        dropbox.simulator.option("fault", name).unwrap();
        let state = dropbox.told("faults", json!({ "fault": name })).await;
        let set = state["faults"].as_array().unwrap().iter().filter(|fault| fault["fault"] == *name).count();
        assert_eq!(set, 2, "{name}");
    }
    let document = include_str!("../../docs/simulator.md");
    let lists = document.lines().skip_while(|line| !line.starts_with("Faults of calls"));
    let lists: Vec<&str> = lists.take_while(|line| !line.starts_with("What was told")).collect();
    let lists = lists.join("\n");
    // What stands between backquotes, except in the paragraph about the ways of writing.
    let named = lists
        .split("\n\n")
        .filter(|paragraph| !paragraph.starts_with('`'))
        .flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2));
    assert_eq!(named.collect::<Vec<_>>(), offered, "docs/simulator.md");
}

#[tokio::test]
async fn limits_and_time_are_told_and_taken_back() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    dropbox.told("limits", json!({ "calls": 2 })).await;
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(dropbox.check_user(&token).await.0);
    }
    assert!(statuses.starts_with(&[200, 200]) && statuses.contains(&429), "{statuses:?}");
    dropbox.told("limits", json!({})).await;
    assert_eq!(dropbox.check_user(&token).await.0, 200);
    let state = dropbox.told("time", json!({ "ahead": "5h" })).await;
    assert_eq!(state["ahead_seconds"], 5 * 3600);
    assert_eq!(dropbox.check_user(&token).await.1[".tag"], "expired_access_token");
    dropbox.told("clear", json!({})).await;
    assert_eq!(dropbox.check_user(&token).await.0, 200);
}

#[tokio::test]
async fn a_team_is_made_and_its_member_writes_to_its_space() {
    let dropbox = Dropbox::new().await;
    let member = json!({ "name": "Eva Frank", "email": "eva@example.com", "team": "Berg & Co" });
    let state = dropbox.told("accounts", member.clone()).await;
    let eva = state["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|account| account["email"] == "eva@example.com")
        .unwrap();
    assert_eq!(eva["team"], "Berg & Co");
    let (status, wrong) = dropbox.tell("accounts", member).await;
    assert_eq!(status, 400);
    assert!(wrong["error"].as_str().unwrap().starts_with("email: "), "{wrong}");
    let state = dropbox
        .told(
            "accounts",
            json!({ "name": "Max", "email": "max@example.com", "team": "berg & co" }),
        )
        .await;
    let teams: Vec<&Value> = state["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| &account["team"])
        .filter(|team| !team.is_null())
        .collect();
    assert_eq!(teams, ["Berg & Co", "Berg & Co"], "one team");
}

#[tokio::test]
async fn what_can_be_tried_happens_and_ends_as_before() {
    let dropbox = Dropbox::new().await;
    let granted = dropbox.token_of(&dropbox.code().await).await;
    let token = granted["access_token"].as_str().unwrap();
    let refresh = granted["refresh_token"].as_str().unwrap();
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", &dropbox.app.key),
    ];
    let try_it = async |what: &str| dropbox.told("try", json!({ "what": what })).await;

    try_it("full").await;
    assert_eq!(dropbox.save(token, "/a").await.1["reason"][".tag"], "insufficient_space");
    assert_eq!(try_it("full").await["faults"].as_array().unwrap().len(), 1, "twice is once");
    try_it("busy").await;
    assert_eq!(dropbox.check_user(token).await.1["retry_after"], 5);
    try_it("as_before").await;
    assert_eq!(dropbox.save(token, "/a").await.0, 200);

    try_it("revoked").await;
    assert_eq!(dropbox.check_user(token).await.1[".tag"], "invalid_access_token");
    let refused = answer(dropbox.token(&refresh)).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
    let anew = dropbox.access_token().await;
    assert_eq!(dropbox.check_user(&anew).await.0, 200, "who authorizes again gets on");
    try_it("as_before").await;
    assert_eq!(dropbox.check_user(token).await.0, 200);
    assert_eq!(answer(dropbox.token(&refresh)).await.status, 200);

    assert_eq!(try_it("slow").await["latency_ms"], 5000);
    assert_eq!(try_it("as_before").await["latency_ms"], 0);
}

#[tokio::test]
async fn offline_is_a_connection_that_is_reset_also_for_whoever_is_connected() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let address = dropbox.simulator.base_url().replace("http://", "");
    let mut idle = TcpStream::connect(&address).unwrap();
    idle.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let gate = dropbox.simulator.hold(crate::simulator::Moment::Before, "check/user");
    let held = tokio::spawn(dropbox.rpc("check/user", &token, &json!({})).send());
    within(gate.reached(), "the call did not come").await;

    dropbox.told("network", json!({ "offline": true })).await;
    assert!(
        within(held, "a call under way goes on").await.unwrap().is_err(),
        "a call under way was answered"
    );
    let read = idle.read(&mut [0; 16]);
    // Wine makes an end of a reset.
    let is_cut_off = read.is_err() || (cfg!(windows) && matches!(read, Ok(0)));
    assert!(is_cut_off, "who was connected is cut off, without a good-bye: {read:?}");
    let page = dropbox.http.get(format!("{}/www/", dropbox.simulator.base_url())).send().await;
    assert!(page.is_err(), "its pages are not reached either");

    dropbox.told("network", json!({ "offline": false })).await;
    assert_eq!(dropbox.check_user(&token).await.0, 200);
}

#[tokio::test]
async fn a_wrong_order_names_its_field_and_changes_nothing() {
    let dropbox = Dropbox::new().await;
    for (order, fields, field) in [
        ("faults", json!({}), "fault: "),
        ("faults", json!({ "fault": "nothing" }), "fault: "),
        ("faults", json!({ "fault": "unavailable", "route": "files/nothing" }), "route: "),
        ("faults", json!({ "fault": "unavailable", "times": 0 }), "times: "),
        ("faults", json!({ "fault": "unavailable", "times": "many" }), "times: "),
        ("faults", json!({ "fault": "unavailable", "user": "anna" }), "user: "),
        ("faults", json!({ "fault": "failed_entry", "error": "x" }), "error: "),
        ("faults", json!({ "fault": "repeated_request", "written": "x" }), "written: "),
        ("faults", json!({ "fault": "unavailable", "tiems": 1 }), "tiems: "),
        ("faults", json!({ "fault": ["unavailable"] }), "fault: "),
        ("limits", json!({ "latency": -1 }), "latency: "),
        ("limits", json!({ "contention": "perhaps" }), "contention: "),
        ("time", json!({ "ahead": "9999999999999999999d" }), "ahead: "),
        ("time", json!({ "ahead": "é" }), "ahead: "),
        ("accounts", json!({ "name": "A", "email": "a" }), "email: "),
        ("accounts", json!({ "name": "../A", "email": "a@b", "team": "T" }), "name: "),
        ("revoke", json!({ "user": "nobody@example.com" }), "user: "),
        ("try", json!({ "what": "all" }), "what: "),
        ("clear", json!({ "id": 7 }), "id: "),
        ("nothing", json!({}), "There is no “nothing”"),
        ("faults", json!([]), "Send one object"),
    ] {
        let (status, wrong) = dropbox.tell(order, fields.clone()).await;
        let said = wrong["error"].as_str().unwrap_or_default();
        assert!(status == 400 && said.starts_with(field), "{order} {fields}: {status} {wrong}");
    }
    let state: Value = dropbox
        .http
        .get(format!("{}/state", dropbox.simulator.control_url()))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!((&state["faults"], &state["latency_ms"]), (&json!([]), &json!(0)));
}

/// Whether a request with this head and body is refused, and nothing is set then.
async fn is_refused(dropbox: &Dropbox, head: &str, body: &str) -> bool {
    let address = dropbox.simulator.control_url().replace("http://", "");
    let request = format!("{head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let request = request.replace("HERE", &address).replace('\n', "\r\n").replace("\r\r", "\r");
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
    assert!(!answer.to_lowercase().contains("access-control-allow"), "{answer}");
    status.starts_with('4')
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const JSON: &str = "Content-Type: application/json";
const OURS: &str = "Origin: http://HERE";
const WANTED: &str = "{\"what\":\"offline\"}";

/// What pages of other sites can send: which it is, the head, and the body. `form` is what our own page sends, `dropbox` the address of the
/// other pages of the simulator.
#[expect(clippy::too_many_lines, reason = "a table of data")]
fn foreign<'a>(form: &'a str, dropbox: &str) -> Vec<(&'static str, String, &'a str)> {
    vec![
        (
            "another origin",
            format!("POST /try HTTP/1.1\nHost: HERE\nOrigin: https://example.com\n{FORM}"),
            form,
        ),
        (
            "no origin that has a name",
            format!("POST /try HTTP/1.1\nHost: HERE\nOrigin: null\n{FORM}"),
            form,
        ),
        (
            "Dropbox's own pages",
            format!("POST /try HTTP/1.1\nHost: HERE\nOrigin: {dropbox}\n{FORM}"),
            form,
        ),
        (
            "another site",
            format!("POST /try HTTP/1.1\nHost: HERE\nSec-Fetch-Site: cross-site\n{FORM}"),
            form,
        ),
        (
            "another port",
            format!("POST /try HTTP/1.1\nHost: HERE\nSec-Fetch-Site: same-site\n{JSON}"),
            WANTED,
        ),
        (
            "JSON of another origin",
            format!("POST /try HTTP/1.1\nHost: HERE\nOrigin: https://example.com\n{JSON}"),
            WANTED,
        ),
        (
            "JSON as a form can send it",
            format!("POST /try HTTP/1.1\nHost: HERE\n{OURS}\nContent-Type: text/plain"),
            WANTED,
        ),
        ("no type at all", format!("POST /try HTTP/1.1\nHost: HERE\n{OURS}"), WANTED),
        (
            "no token",
            format!("POST /try HTTP/1.1\nHost: HERE\n{OURS}\n{FORM}"),
            "what=offline",
        ),
        (
            "a wrong token",
            format!("POST /try HTTP/1.1\nHost: HERE\n{OURS}\n{FORM}"),
            "token=guess&what=offline",
        ),
        (
            "a name that points here",
            format!("POST /try HTTP/1.1\nHost: rebound.example\nOrigin: http://rebound.example\n{JSON}"),
            WANTED,
        ),
        (
            "a name that points here, read",
            "GET / HTTP/1.1\nHost: rebound.example".to_owned(),
            "",
        ),
        (
            "a preflight",
            "OPTIONS /try HTTP/1.1\nHost: HERE\nOrigin: https://example.com\nAccess-Control-Request-Method: POST".to_owned(),
            "",
        ),
        ("GET", "GET /try?what=offline HTTP/1.1\nHost: HERE".to_owned(), ""),
    ]
}

#[tokio::test]
async fn a_page_of_another_site_cannot_tell_it_anything() {
    let dropbox = Dropbox::new().await;
    let page = dropbox.http.get(format!("{}/", dropbox.simulator.control_url())).send().await.unwrap();
    for (name, part) in [
        ("content-security-policy", "frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert!(page.headers()[name].to_str().unwrap().contains(part));
    }
    let page = page.text().await.unwrap();
    let token = page.split("name=\"token\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = format!("token={token}&what=offline");
    for (what, head, body) in foreign(&form, &dropbox.simulator.base_url()) {
        assert!(is_refused(&dropbox, &head, body).await, "{what}");
        let start = dropbox.http.get(format!("{}/www/", dropbox.simulator.base_url())).send().await;
        assert!(start.is_ok(), "{what} was followed");
    }
    assert!(
        !is_refused(&dropbox, &format!("POST /try HTTP/1.1\nHost: HERE\n{OURS}\n{FORM}"), &form).await,
        "our own form"
    );
}

#[tokio::test]
async fn nothing_of_it_is_on_the_addresses_of_dropbox() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let base = dropbox.simulator.base_url();
    for host in [
        "",
        "/www",
        "/api",
        "/api/2",
        "/content",
        "/content/2",
        "/notify",
        "/notify/2",
        "/control",
    ] {
        for order in ["try", "faults", "clear", "limits", "network", "time", "accounts", "revoke", "state"] {
            let url = format!("{base}{host}/{order}");
            for request in [
                dropbox.http.post(&url).json(&json!({ "what": "full", "fault": "insufficient_space" })),
                dropbox.http.get(&url),
            ] {
                let answer = request.bearer_auth(&token).send().await.unwrap();
                assert!(answer.status().as_u16() >= 400, "{url}: {}", answer.status());
            }
        }
    }
    assert_eq!(dropbox.save(&token, "/a").await.0, 200);
    assert_ne!(dropbox.simulator.control_url(), base);
}

#[tokio::test]
async fn the_page_speaks_the_users_language_and_its_buttons_work() {
    let dropbox = Dropbox::new().await;
    let control = dropbox.simulator.control_url();
    let in_language = async |language: &str, address: &str| {
        let page = dropbox.http.get(format!("{control}{address}")).header("Accept-Language", language);
        page.send().await.unwrap().text().await.unwrap()
    };
    assert!(in_language("fr, de-AT;q=0.8, en;q=0.5", "/").await.contains("Ausprobieren, was geschieht"));
    assert!(in_language("es", "/").await.contains("Probar qué ocurre"));
    assert!(in_language("es", "/?language=de").await.contains("Wie vorher"));
    assert!(in_language("fr", "/").await.contains("Try what happens"));

    let browser = Browser::new();
    let page = browser.open(&format!("{control}/?language=de")).await;
    let page = browser.press(&page, "…die Dropbox des Benutzers voll ist").await;
    assert!(page.text.contains("Geschieht gerade"), "{}", page.text);
    let everything = browser.open(&format!("{control}/faults")).await;
    assert!(everything.html.contains("<th scope=\"row\">full</th>"), "{}", everything.text);
    let page = browser.press(&page, "Wie vorher").await;
    assert!(page.text.contains("Es geht nichts schief."), "{}", page.text);
    let token = dropbox.access_token().await;
    let everything = browser.press(&everything, "Let it fail").await;
    assert!(everything.text.contains("The network has failed"), "{}", everything.text);
    let everything = browser.press(&everything, "Clear everything").await;
    assert!(everything.text.contains("Nothing: everything goes well."), "{}", everything.text);
    assert_eq!(dropbox.check_user(&token).await.0, 200);
}

#[tokio::test]
async fn options_of_the_command_line_are_the_same_orders() {
    let dropbox = Dropbox::new().await;
    let simulator = &dropbox.simulator;
    simulator.limits("20", "1000", true).unwrap();
    for (name, value) in [
        ("account", "Eva Frank, eva@example.com, Berg, Frank & Co"),
        ("account", "Eva Frank, eva@example.com, Berg, Frank & Co"),
        ("account", "Max, max@example.com"),
        ("fault", "conflict/file, route=files/upload, user=eva@example.com, times=3"),
        ("ahead", "2d"),
        ("offline", "on"),
    ] {
        simulator.option(name, value).unwrap();
    }
    for (name, value, field) in [
        ("fault", "conflict/file,times", "fault: "),
        ("fault", "nothing", "fault: "),
        ("fault", "", "fault: "),
        ("account", "Max", "email: "),
        ("ahead", "soon", "ahead: "),
    ] {
        let wrong = simulator.option(name, value).unwrap_err();
        assert!(wrong.starts_with(field), "{name} {value}: {wrong}");
    }
    let state = dropbox.told("accounts", json!({ "name": "Anne", "email": "anne@example.com" })).await;
    assert_eq!(state["offline"], true);
    assert_eq!((&state["latency_ms"], &state["ahead_seconds"]), (&json!(20), &json!(172_800)));
    assert_eq!(
        (&state["calls_per_second"], &state["write_contention"]),
        (&json!(1000.0), &json!(true))
    );
    let fault = &state["faults"][0];
    assert_eq!((&fault["route"], &fault["times"]), (&json!("files/upload"), &json!(3)));
    let team =
        |email: &str| state["accounts"].as_array().unwrap().iter().find(|account| account["email"] == email).unwrap()["team"].clone();
    assert_eq!(
        (team("eva@example.com"), team("max@example.com")),
        (json!("Berg, Frank & Co"), Value::Null)
    );
    assert_eq!(state["accounts"].as_array().unwrap().len(), 4, "nobody signs up twice");
}
