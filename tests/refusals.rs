//! Every refusal that Dropbox has for a call or a file, and what a person reads about it: the message, what to do, the code, and
//! whether the delivery is tried again or needs attention. The unions are those of the Dropbox API specification.

use outtray::store::deliveries::DeliveryState;
use serde_json::{Value, json};

use crate::{
    simulator::Fault,
    support::{TestApp, without_number},
};

const UPLOAD: &str = "files/upload";
const START: &str = "files/upload_session/start";
const APPEND: &str = "files/upload_session/append_v2";
const FINISH: &str = "files/upload_session/finish";
const PATH: &str = "/Reports/AB/report.pdf";

/// How often the call is made before the delivery ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nothing is tried again: only a person can help.
    AtOnce,
    /// The file is sent once more in another session.
    AnotherSession,
    /// The call is repeated until it is given up.
    Repeated,
}
use Fate::{AnotherSession, AtOnce, Repeated};

/// A refusal, and what becomes of it.
struct Case {
    fault: Fault,
    code: &'static str,
    /// The message, with `NUMBER` in place of Dropbox's number for the call.
    message: String,
    /// A part of what to do.
    hint: &'static str,
    fate: Fate,
}

impl Case {
    /// How often the call of this route is made: a busy Dropbox does not cost the parts that have arrived.
    fn calls(&self, route: &str) -> usize {
        match self.fate {
            AtOnce => 1,
            AnotherSession => 2,
            Repeated if self.code == "dropbox_busy" && [APPEND, FINISH].contains(&route) => 25,
            Repeated => 6,
        }
    }
}

fn case(status: u16, error: &Value, code: &'static str, message: &str, hint: &'static str, fate: Fate) -> Case {
    Case {
        fault: Fault::refuse(status, error),
        code,
        message: message.to_owned(),
        hint,
        fate,
    }
}

fn tag(name: &str) -> Value {
    json!({ ".tag": name })
}

fn nested(name: &str, inner: &Value) -> Value {
    json!({ ".tag": name, name: inner })
}

/// A refusal without a sentence of its own: the tags and Dropbox's number are shown.
fn plain(error: &Value, tags: &str, fate: Fate) -> Case {
    let message = format!("Dropbox refused the call: {tags} (HTTP 409, request NUMBER).");
    case(409, error, "dropbox_refused", &message, "request id", fate)
}

fn too_large(name: &str) -> Case {
    let message = format!("The file {PATH} is larger than Dropbox takes.");
    case(409, &tag(name), "file_too_large", &message, "Split", AtOnce)
}

fn differs() -> Case {
    let message = "The file in Dropbox is not the same as the file sent: the content hashes differ.";
    case(
        409,
        &tag("content_hash_mismatch"),
        "content_differs",
        message,
        "Send it again",
        Repeated,
    )
}

/// WriteError: the union, its code, message, hint and fate. `wrap` puts it where the route has it.
#[expect(clippy::too_many_lines, reason = "a table of data")]
fn write_errors(wrap: impl Fn(&Value) -> Value) -> Vec<Case> {
    let conflict = |what: &str| wrap(&nested("conflict", &tag(what)));
    let path = |text: &str| text.replace("PATH", PATH);
    vec![
        case(
            409,
            &conflict("file_ancestor"),
            "file_in_the_way",
            &path("In Dropbox a file stands where a folder is needed for PATH."),
            "Ask the user to rename",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("malformed_path")),
            "name_refused",
            &path("Dropbox does not accept the name PATH."),
            "Rename the file",
            AtOnce,
        ),
        case(
            409,
            &wrap(&nested("malformed_path", &json!("emoji"))),
            "name_refused",
            &path("Dropbox does not accept the name PATH."),
            "Rename the file",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("disallowed_name")),
            "name_reserved",
            &path("Dropbox keeps the name PATH for itself."),
            "Rename the file",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("no_write_permission")),
            "no_write_permission",
            &path("This Dropbox account may not write to PATH."),
            "for access",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("team_folder_insufficient_space")),
            "team_folder_full",
            &path("There is no room left in the team folder of PATH."),
            "administrator for more room",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("member_folder_insufficient_space")),
            "member_full",
            &path("This member of the Dropbox team has no room left for PATH."),
            "administrator for more room",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("upload_traffic_limit_reached")),
            "upload_limit",
            &path("Dropbox takes no upload to PATH now: as much has been uploaded as is allowed."),
            "again tomorrow",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("insufficient_space")),
            "dropbox_full",
            "There is no room left in this Dropbox.",
            "make room",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("team_folder")),
            "team_folder",
            &path("PATH is a team folder itself, which Dropbox does not let apps write over."),
            "another Dropbox folder",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("operation_suppressed")),
            "place_refused",
            &path("Dropbox does not allow files to be written to PATH."),
            "another Dropbox folder",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("access_restricted")),
            "access_restricted",
            &path("A rule of the team’s Dropbox administrator forbids writing to PATH."),
            "Dropbox administrator",
            AtOnce,
        ),
        case(
            409,
            &wrap(&tag("too_many_write_operations")),
            "dropbox_busy",
            "Dropbox is busy at the moment and asked to try again later: path/too_many_write_operations (HTTP 409, request NUMBER).",
            "Wait a few minutes",
            Repeated,
        ),
        plain(&wrap(&tag("other")), "path/other", AtOnce),
        plain(&wrap(&tag("a_tag_of_tomorrow")), "path/a_tag_of_tomorrow", AtOnce),
    ]
}

async fn check(test: &TestApp, route: &'static str, content: &[u8], cases: Vec<Case>) {
    for case in cases {
        let (what, calls) = (format!("{route}: {:?}", case.fault), case.calls(route));
        test.simulator.inject(case.fault, u32::try_from(calls).unwrap(), Some(route));
        let from = test.simulator.calls().len();
        let error = test.send("AB", "report.pdf", content).await.unwrap_err();
        assert_eq!(
            (error.code(), without_number(&error.to_string())),
            (case.code, case.message),
            "{what}"
        );
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains(case.hint), "{what}: {hint}");
        let made = test.simulator.calls()[from..].iter().filter(|call| call.route == route).count();
        assert_eq!(made, calls, "{what}");
        let delivery = test.app.list_deliveries("AB").await.unwrap().remove(0);
        assert_eq!(delivery.state, DeliveryState::NeedsAttention, "{what}");
        assert_eq!(delivery.problem.unwrap(), error.problem(), "{what}");
    }
    // None of them leaves anything behind that a later delivery would notice.
    test.send("AB", "report.pdf", content).await.unwrap();
}

fn large() -> Vec<u8> {
    vec![7; 9 << 20]
}

#[tokio::test]
async fn a_refused_upload_says_why() {
    let (test, _) = TestApp::authorized().await;
    let session = "pid_upload_session:AAAA";
    let wrap = |reason: &Value| json!({ ".tag": "path", "reason": reason, "upload_session_id": session });
    let mut cases = write_errors(wrap);
    cases.extend([
        plain(
            &nested("properties_error", &tag("unsupported_folder")),
            "properties_error/unsupported_folder",
            AtOnce,
        ),
        too_large("payload_too_large"),
        differs(),
        case(
            409,
            &tag("encryption_not_supported"),
            "encrypted_folder",
            &format!("{PATH} lies in an encrypted team folder, into which apps cannot write."),
            "another Dropbox folder",
            AtOnce,
        ),
        plain(&tag("other"), "other", AtOnce),
    ]);
    check(&test, UPLOAD, b"content", cases).await;
}

#[tokio::test]
async fn a_refused_start_of_a_session_says_why() {
    let (test, _) = TestApp::authorized().await;
    let cases = vec![
        plain(
            &tag("concurrent_session_data_not_allowed"),
            "concurrent_session_data_not_allowed",
            AtOnce,
        ),
        plain(
            &tag("concurrent_session_close_not_allowed"),
            "concurrent_session_close_not_allowed",
            AtOnce,
        ),
        too_large("payload_too_large"),
        plain(&tag("other"), "other", AtOnce),
    ];
    check(&test, START, &large(), cases).await;
}

#[tokio::test]
async fn a_refused_part_says_why_or_begins_another_session() {
    let (test, _) = TestApp::authorized().await;
    let cases = vec![
        plain(&tag("not_found"), "not_found", AnotherSession),
        plain(
            &json!({ ".tag": "incorrect_offset", "correct_offset": 4096 }),
            "incorrect_offset",
            AnotherSession,
        ),
        plain(&tag("closed"), "closed", AnotherSession),
        too_large("too_large"),
        plain(
            &tag("concurrent_session_invalid_offset"),
            "concurrent_session_invalid_offset",
            AtOnce,
        ),
        plain(
            &tag("concurrent_session_invalid_data_size"),
            "concurrent_session_invalid_data_size",
            AtOnce,
        ),
        too_large("payload_too_large"),
        differs(),
        plain(&tag("other"), "other", AtOnce),
    ];
    check(&test, APPEND, &large(), cases).await;
}

#[tokio::test]
async fn a_refused_commit_says_why_or_begins_another_session() {
    let (test, _) = TestApp::authorized().await;
    let lookup = |name: &str| nested("lookup_failed", &tag(name));
    let mut cases = write_errors(|error| nested("path", error));
    let sessions = ["not_found", "incorrect_offset", "closed", "not_closed"];
    cases.extend(sessions.map(|name| plain(&lookup(name), &format!("lookup_failed/{name}"), AnotherSession)));
    let ours = ["concurrent_session_invalid_offset", "concurrent_session_invalid_data_size", "other"];
    cases.extend(ours.map(|name| plain(&lookup(name), &format!("lookup_failed/{name}"), AtOnce)));
    cases.extend(["too_large", "payload_too_large"].map(|name| {
        let message = format!("The file {PATH} is larger than Dropbox takes.");
        case(409, &lookup(name), "file_too_large", &message, "Split", AtOnce)
    }));
    let spoiled = ["concurrent_session_not_closed", "concurrent_session_missing_data"];
    cases.extend(spoiled.map(|name| plain(&tag(name), name, AnotherSession)));
    let rest = ["too_many_shared_folder_targets", "concurrent_session_data_not_allowed", "other"];
    cases.extend(rest.map(|name| plain(&tag(name), name, AtOnce)));
    cases.extend([
        plain(
            &nested("properties_error", &tag("does_not_fit_template")),
            "properties_error/does_not_fit_template",
            AtOnce,
        ),
        case(
            409,
            &tag("too_many_write_operations"),
            "dropbox_busy",
            "Dropbox is busy at the moment and asked to try again later: too_many_write_operations (HTTP 409, request NUMBER).",
            "Wait a few minutes",
            Repeated,
        ),
        too_large("payload_too_large"),
        case(
            409,
            &tag("encryption_not_supported"),
            "encrypted_folder",
            &format!("{PATH} lies in an encrypted team folder, into which apps cannot write."),
            "another Dropbox folder",
            AtOnce,
        ),
    ]);
    check(&test, FINISH, &large(), cases).await;
}

/// A refusal that any route may have, with the whole message.
fn any(fault: Fault, code: &'static str, message: &str, hint: &'static str, fate: Fate) -> Case {
    Case {
        fault,
        code,
        message: message.to_owned(),
        hint,
        fate,
    }
}

fn answer(status: u16, content_type: &'static str, body: &str) -> Fault {
    Fault::Refuse {
        status,
        content_type,
        body: body.to_owned(),
    }
}

fn denied(status: u16, error: &Value, tags: &str) -> Case {
    let message = format!("Dropbox does not let this app or this account do that: {tags} (HTTP {status}, request NUMBER).");
    case(status, error, "access_denied", &message, "Dropbox administrator", AtOnce)
}

/// 401: whom the token is of, and what it is good for.
fn unauthorized() -> Vec<Case> {
    vec![
        case(
            401,
            &tag("user_suspended"),
            "account_suspended",
            "The Dropbox account is suspended.",
            "unlocked",
            AtOnce,
        ),
        denied(401, &tag("invalid_select_user"), "invalid_select_user"),
        denied(401, &tag("invalid_select_admin"), "invalid_select_admin"),
        denied(401, &tag("route_access_denied"), "route_access_denied"),
        denied(401, &tag("other"), "other"),
        case(
            401,
            &json!({ ".tag": "missing_scope", "required_scope": "files.content.write" }),
            "missing_scope",
            "The app does not have the permission files.content.write, so Dropbox refuses what Outtray has to do.",
            "Permissions tab",
            AtOnce,
        ),
    ]
}

/// 403: what this account or this app may not do.
fn forbidden() -> Vec<Case> {
    let limit = json!({
        "error_summary": "invalid_account_type/feature/..",
        "error": { ".tag": "invalid_account_type", "invalid_account_type": { ".tag": "feature" } },
        "user_message": { "text": "Your team is over its data transport limit.", "locale": "en" },
    });
    vec![
        any(
            Fault::refuse_json(403, &limit),
            "transport_limit",
            "The Dropbox team has used up what apps may upload in a month: “Your team is over its data transport limit.”, \
             invalid_account_type/feature (HTTP 403, request NUMBER).",
            "first of the month",
            AtOnce,
        ),
        denied(
            403,
            &nested("invalid_account_type", &tag("endpoint")),
            "invalid_account_type/endpoint",
        ),
        denied(
            403,
            &nested("paper_access_denied", &tag("not_paper_user")),
            "paper_access_denied/not_paper_user",
        ),
        denied(403, &tag("team_access_denied"), "team_access_denied"),
        denied(403, &tag("no_permission"), "no_permission"),
        denied(403, &tag("other"), "other"),
    ]
}

/// 422 is about the path root; 400 says in words what it is about.
fn unfit() -> Vec<Case> {
    vec![
        case(
            422,
            &tag("no_permission"),
            "team_space_denied",
            "Dropbox does not let this account use the team’s space: no_permission (HTTP 422, request NUMBER).",
            "team’s space",
            AtOnce,
        ),
        case(
            422,
            &tag("other"),
            "dropbox_refused",
            "Dropbox refused the call: other (HTTP 422, request NUMBER).",
            "request id",
            AtOnce,
        ),
        any(
            Fault::refuse_plain(
                400,
                "Error in call to API function \"files/upload\": Your app (ID: 7) is not permitted to access this endpoint because it does not \
                 have the required scope 'files.content.write'. The owner of the app can enable the scope for the app.",
            ),
            "missing_scope",
            "The app does not have the permission files.content.write, so Dropbox refuses what Outtray has to do.",
            "Permissions tab",
            AtOnce,
        ),
        any(
            Fault::refuse_plain(
                400,
                "Error in call to API function \"files/upload\": request body: conflict/folder/too_large",
            ),
            "dropbox_refused",
            "Dropbox refused the call: Error in call to API function \"files/upload\": request body: conflict/folder/too_large (HTTP 400, \
             request NUMBER).",
            "request id",
            AtOnce,
        ),
    ]
}

#[tokio::test]
async fn a_call_that_the_account_or_the_app_may_not_make_says_why() {
    let (test, _) = TestApp::authorized().await;
    check(
        &test,
        UPLOAD,
        b"content",
        [unauthorized(), forbidden(), unfit()].into_iter().flatten().collect(),
    )
    .await;
}

#[tokio::test]
async fn a_busy_dropbox_and_whatever_stands_before_it_are_tried_again() {
    let (test, _) = TestApp::authorized().await;
    let busy = |fault, detail: &str| {
        let message = format!("Dropbox is busy at the moment and asked to try again later: {detail}, request NUMBER).");
        any(fault, "dropbox_busy", &message, "Wait a few minutes", Repeated)
    };
    let page = |status: u16| {
        let message = format!("Something on the way answered in place of Dropbox: HTTP {status} (request NUMBER).");
        let fault = answer(status, "text/html", "<h1>Please sign in to the network</h1>");
        any(fault, "not_dropbox", &message, "sign-in page", Repeated)
    };
    let limited = |reason: &str| Fault::refuse(429, &json!({ "reason": { ".tag": reason } }));
    let mut cases = vec![
        busy(limited("too_many_requests"), "too_many_requests (HTTP 429"),
        busy(limited("too_many_write_operations"), "too_many_write_operations (HTTP 429"),
        busy(limited("other"), "other (HTTP 429"),
    ];
    for (status, content_type, body) in [
        (500, "text/plain", "oops"),
        (502, "text/html", "<h1>Bad gateway</h1>"),
        (503, "text/html", ""),
    ] {
        let message = format!("Dropbox is busy at the moment and asked to try again later: HTTP {status} (request NUMBER).");
        cases.push(any(
            answer(status, content_type, body),
            "dropbox_busy",
            &message,
            "Wait a few minutes",
            Repeated,
        ));
    }
    let message = "Dropbox is busy at the moment and asked to try again later: HTTP 429 (request NUMBER).";
    cases.push(any(
        Fault::refuse_plain(429, "Slow down."),
        "dropbox_busy",
        message,
        "Wait a few minutes",
        Repeated,
    ));
    cases.extend([200, 302, 400, 401, 403, 404, 407, 451, 511].map(page));
    check(&test, UPLOAD, b"content", cases).await;
    assert!(!test.time.waits().is_empty(), "between the repeats it waits");
}

#[tokio::test]
async fn a_page_that_answers_in_place_of_dropbox_never_ends_an_authorization() {
    let (test, _) = TestApp::authorized().await;
    let page = |status| answer(status, "text/html", "<h1>Blocked by policy</h1>");
    for route in ["oauth2/token", UPLOAD] {
        for status in [200, 400, 401, 403] {
            test.simulator.inject(page(status), 1, Some(route));
            test.advance(std::time::Duration::from_secs(4 * 3600));
            test.send("AB", "report.pdf", b"content").await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_token_that_dropbox_repeats_is_told_to_nobody() {
    let (test, _) = TestApp::authorized().await;
    let echoed = Fault::Refuse {
        status: 400,
        content_type: "text/plain; charset=utf-8",
        body: "Error in call to API function \"files/upload\": Invalid authorization value in HTTP header \"Authorization\": \"Bearer sl.u.the-token\".  Expecting \"Bearer <oauth2-access-token>\".".to_owned(),
    };
    test.simulator.inject(echoed, 1, Some("files/upload"));
    let error = test.app.send_test_file("AB").await.unwrap_err();
    assert!(error.to_string().contains("Invalid authorization value"), "{error}");
    assert!(!error.to_string().contains("sl.u.the-token"), "{error}");
}
