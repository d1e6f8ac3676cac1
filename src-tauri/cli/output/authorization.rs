//! Authorizing Dropbox, step by step.

use outtray::{
    error::Problem,
    operator::{AuthorizationRequest, AuthorizationStatus, Operator, Warning},
    secret::Secret,
    unicode::shown,
};
use serde_json::json;

use super::{
    Output,
    print::{complain, line},
    text::{hour, sentences, time},
};

impl Output {
    /// Dropbox Authorization in the clear: the only secret that is ever printed, because somebody asked for it.
    pub(crate) fn authorization_revealed(&self, secret: &Secret) {
        self.one(&json!({ "dropboxAuthorization": secret.expose() }), || secret.expose().to_owned());
    }

    /// The master key was replaced; who has to be authorized again.
    pub(crate) fn master_key_replaced(&self, operators: &[Operator], proxy_password_lost: bool) {
        let ended = operators.iter().filter(|operator| operator.status == AuthorizationStatus::AuthorizeAgain);
        let ids: Vec<String> = ended.map(|operator| operator.id.to_string()).collect();
        self.one(
            &json!({ "masterKeyReplaced": true, "authorizeAgain": ids, "proxyPasswordLost": proxy_password_lost }),
            || {
                let again = match ids.is_empty() {
                    true => String::new(),
                    false => format!(" Authorize again: {}.", ids.join(", ")),
                };
                let password = match proxy_password_lost {
                    true => " Type the password of the proxy again: outtray settings set --proxy-password",
                    false => "",
                };
                format!("The master key is replaced.{again}{password}")
            },
        );
    }

    /// The code has come, but could not be used yet.
    pub(crate) fn code_is_kept(&self, id: &str) {
        if !self.json {
            let id = shown(id);
            complain(&format!(
                "  The code has come and is kept. To try again: outtray authorize complete {id} --retry"
            ));
        }
    }

    /// Generate Key: the URL for the user, and what to do next.
    pub(crate) fn request(&self, id: &str, request: &AuthorizationRequest) {
        self.one(request, || {
            let id = shown(id);
            let next = match &request.redirect_uri {
                Some(uri) => format!(
                    "Open it in a browser on this computer, then click Continue and Allow.\nDoes Dropbox say “Invalid redirect_uri”? Add {uri} \
                     to the Redirect URIs in the App Console, exactly as it stands."
                ),
                None => format!(
                    "Give it to the user, and ask for the Access code that Dropbox shows after Continue and Allow.\n\
                     Then: outtray authorize complete {id}"
                ),
            };
            format!("URL for the user:\n{}\n\n{next}\nIt works until {}.", request.url, time(request.expires_at))
        });
    }

    /// Nobody waits for the redirect any more, but the request lives on.
    pub(crate) fn waiting_ended(&self, id: &str, request: &AuthorizationRequest) {
        if self.json {
            return line(&json!({ "interrupted": { "operatorId": id, "expiresAt": request.expires_at } }));
        }
        let id = shown(id);
        complain(&format!(
            "Nobody waits for Allow any more, but the request lives until {}.\n  When the user has clicked Allow, the browser cannot load the \
             page that follows. Copy its whole address, then: outtray authorize complete {id}\n  To end the request: outtray authorize cancel {id}",
            hour(request.expires_at)
        ));
    }

    /// What may be wrong while nothing has failed.
    pub(crate) fn advice(&self, advice: &Problem) {
        if self.json {
            return line(&json!({ "advice": advice }));
        }
        complain(&sentences(advice));
    }
}

/// The command that saves what is warned of.
pub(crate) fn confirming(id: &str, warnings: &[Warning]) -> String {
    let options = warnings.iter().map(|warning| match warning.problem.code.as_str() {
        "account_taken" => format!(" --confirm-shared-with {}", warning.confirms.join(",")),
        _ => format!(" --confirm-account {}", warning.confirms.join(",")),
    });
    format!("outtray authorize save {id}{}", options.collect::<String>())
}
