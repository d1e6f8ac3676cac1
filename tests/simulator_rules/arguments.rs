//! What an argument must look like. `arguments.json` has arguments of every route that is answered, each judged by the official validators
//! (`stone_serializers.json_decode` of the Python SDK 12.2.4, strict): here they are judged the same.

use super::*;

/// What a route refuses although its argument is in order: what these say is no matter of its shape.
const OTHERWISE: [&str; 3] = [
    "Invalid \"cursor\" parameter",
    "The root folder is unsupported",
    "Specify the root folder as an empty string",
];

#[tokio::test]
async fn arguments_are_judged_as_the_official_validators_judge_them() {
    let dropbox = Dropbox::with_all_scopes().await;
    let token = dropbox.access_token().await;
    let table: Value = serde_json::from_str(include_str!("arguments.json")).unwrap();
    let (mut judged, mut wrong) = (0, Vec::new());
    for (route, arguments) in table.as_object().unwrap() {
        for (expected, is_legal) in [("legal", true), ("illegal", false)] {
            for argument in arguments[expected].as_array().unwrap() {
                let answer = answer(dropbox.with_argument(route, &token, argument)).await;
                let is_refused = answer.status == 400 && !OTHERWISE.iter().any(|other| answer.text.contains(other));
                judged += 1;
                if is_refused == is_legal {
                    wrong.push(format!("{route} {argument} is {expected}: {} {}", answer.status, answer.text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(judged > 1300, "only {judged}");
}

#[tokio::test]
async fn lists_are_as_long_as_the_validators_allow() {
    let dropbox = Dropbox::with_all_scopes().await;
    let token = dropbox.access_token().await;
    let cursor = json!({ "session_id": "pid_upload_session:none", "offset": 0 });
    let append = json!({ "cursor": cursor, "length": 0 });
    let finish = json!({ "cursor": cursor, "commit": { "path": "/a" } });
    for (route, entry, most) in [
        ("files/upload_session/append_batch", append, 500),
        ("files/upload_session/finish_batch_v2", finish, 1000),
    ] {
        for (number, status) in [(0, 200), (most, 200), (most + 1, 400)] {
            let argument = json!({ "entries": vec![entry.clone(); number] });
            let answer = answer(dropbox.with_argument(route, &token, &argument)).await;
            assert_eq!(answer.status.as_u16(), status, "{route} with {number} entries: {}", answer.text);
            if status == 200 {
                assert_eq!(answer.json()["entries"].as_array().unwrap().len(), number);
            }
        }
    }
}

#[tokio::test]
async fn a_property_group_needs_a_template_and_a_shared_link_a_link() {
    let dropbox = Dropbox::with_all_scopes().await;
    let token = dropbox.access_token().await;
    let groups = json!([{ "template_id": "ptid:1a5n2i6d3OYEAAAAAAAAAYa", "fields": [] }]);
    let upload = json!({ "path": "/a", "property_groups": groups });
    let refused = answer(dropbox.upload("files/upload", &token, &upload, vec![1])).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json()["error"][".tag"], "properties_error");
    assert_eq!(refused.json()["error"]["properties_error"][".tag"], "template_not_found");
    let list = json!({ "path": "", "shared_link": { "url": "https://www.dropbox.com/s/nothing" } });
    let refused = answer(dropbox.rpc("files/list_folder", &token, &list)).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]["path"][".tag"]),
        (409, &json!("not_found"))
    );
}

#[tokio::test]
async fn the_last_days_that_a_time_can_have_come_back_as_they_were() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    for time in ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"] {
        let upload = json!({ "path": format!("/{}", &time[..4]), "client_modified": time });
        let answer = answer(dropbox.upload("files/upload", &token, &upload, vec![1])).await;
        assert_eq!(answer.json()["client_modified"], time, "{}", answer.text);
    }
}

impl Dropbox {
    /// With every scope that a route here needs.
    pub(super) async fn with_all_scopes() -> Self {
        let dropbox = Self::new().await;
        let scopes = [
            "account_info.read",
            "files.content.write",
            "files.content.read",
            "files.metadata.read",
        ];
        dropbox.simulator.set_scopes(&dropbox.app.key, &scopes);
        dropbox
    }

    /// A call of any route with this argument.
    fn with_argument(&self, route: &str, token: &str, argument: &Value) -> RequestBuilder {
        const CONTENT: [&str; 5] = [
            "files/upload",
            "files/upload_session/start",
            "files/upload_session/append_v2",
            "files/upload_session/finish",
            "files/upload_session/append_batch",
        ];
        match route {
            "Dropbox-API-Path-Root" => {
                let call = self.rpc("check/user", token, &json!({}));
                call.header("Dropbox-API-Path-Root", argument.to_string())
            }
            "check/app" => {
                let url = format!("{}/api/2/{route}", self.simulator.base_url());
                let call = self.http.post(url).basic_auth(&self.app.key, Some(&self.app.secret));
                call.header("Content-Type", "application/json").body(argument.to_string())
            }
            "files/download" => self.call("content", route, token).header("Dropbox-API-Arg", argument.to_string()),
            route if CONTENT.contains(&route) => self.upload(route, token, argument, Vec::new()),
            route => self.rpc(route, token, argument),
        }
    }
}
