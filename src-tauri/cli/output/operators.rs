//! Operator records, and what became of a CSV file of them.

use std::path::Path;

use outtray::{
    operator::{AuthorizationRequest, AuthorizationStatus, ConflictRule, Operator, RequestPhase},
    operator_csv::{Import, ImportedRow},
    unicode::shown,
};
use serde_json::json;

use super::{
    Output,
    authorization::confirming,
    print::{complain, line, print},
    progress::Progress,
    text::{rows, sentences, time},
};

impl Output {
    /// Operators, as a table.
    pub(crate) fn operators(&self, operators: &[Operator]) {
        self.list(operators, &["Operator", "Name", "Dropbox account", "Status"], |operator| {
            vec![
                operator.id.to_string(),
                operator.name.clone(),
                account(operator),
                standing(operator),
            ]
        });
    }

    /// Operators that can be restored, as a table.
    pub(crate) fn removed_operators(&self, operators: &[Operator]) {
        self.list(operators, &["Operator", "Name", "E-mail", "Removed"], |operator| {
            vec![
                operator.id.to_string(),
                operator.name.clone(),
                operator.email.clone().unwrap_or_default(),
                operator.removed_at.map(time).unwrap_or_default(),
            ]
        });
    }

    /// One operator, with how its authorization stands.
    pub(crate) fn operator(&self, operator: &Operator) {
        self.one(operator, || {
            let mut lines = vec![
                ("Operator", operator.id.to_string()),
                ("Name", operator.name.clone()),
                ("E-mail", operator.email.clone().unwrap_or_else(|| "–".to_owned())),
                ("Dropbox folder", operator.destination.clone()),
                ("Name is taken", conflict_rule(operator).to_owned()),
                ("Active", if operator.active { "yes" } else { "no" }.to_owned()),
                ("Status", standing(operator)),
                ("Dropbox account", account(operator)),
            ];
            if let Some(authorization) = &operator.authorization {
                lines.push(("May", authorization.scopes.join(", ")));
                lines.push(("Since", time(authorization.authorized_at)));
            }
            if let Some(request) = &operator.request {
                lines.push(("URL for the user", request.url.clone()));
                lines.extend(request.redirect_uri.iter().map(|uri| ("Redirect URI", uri.clone())));
                lines.push(("Request until", time(request.expires_at)));
                lines.extend(request.warnings.iter().map(|warning| ("To confirm", sentences(&warning.problem))));
                lines.push(("Next", next_step(operator, request)));
            }
            let mut text = rows(&lines);
            if let Some(request) = &operator.request {
                let said = [("Problem", &request.problem), ("Advice", &request.advice)];
                for (name, problem) in said.into_iter().filter_map(|(name, problem)| Some((name, problem.as_ref()?))) {
                    text.push_str(&format!("\n{:<16} {}", format!("{name}:"), sentences(problem)));
                }
            }
            text
        });
    }

    /// A record is out of sight.
    pub(crate) fn removed(&self, id: &str) {
        self.one(&json!({ "removed": id }), || {
            let id = shown(id);
            format!("{id} is removed. For 30 days it can be restored: outtray operator restore {id}")
        });
    }

    /// What became of a row of a CSV file.
    pub(crate) fn imported(&self, row: &ImportedRow, preview: bool, progress: &Progress) {
        if self.json {
            return line(&json!(row));
        }
        let done = if preview { "would be added" } else { "added" };
        match &row.problem {
            None => print(&format!("line {}: {} {} {done}", row.line, shown(&row.id), shown(&row.name))),
            Some(problem) => progress.0.suspend(|| complain(&format!("line {}: {}", row.line, sentences(problem)))),
        }
    }

    /// What became of a CSV file as a whole.
    pub(crate) fn import(&self, import: &Import, preview: bool) {
        if self.json {
            let (added, refused) = (import.added, import.refused);
            return line(&json!({ "added": added, "refused": refused, "unknownColumns": import.unknown_columns, "preview": preview }));
        }
        if !import.unknown_columns.is_empty() {
            complain(&format!(
                "Left out, because no operator has such a column: {}",
                shown(&import.unknown_columns.join(", "))
            ));
        }
        let done = if preview { "would be added" } else { "added" };
        print(&format!("{} {done}, {} not", import.added, import.refused));
    }

    /// Every record is in a file.
    pub(crate) fn exported(&self, file: &Path) {
        let file = file.display().to_string();
        self.one(&json!({ "exported": file }), || format!("All operators are in {}", shown(&file)));
    }
}

fn account(operator: &Operator) -> String {
    let request = operator.request.as_ref().and_then(|request| request.account.as_ref());
    let authorization = operator.authorization.as_ref().map(|authorization| &authorization.account);
    authorization.or(request).map_or_else(|| "–".to_owned(), |account| account.email.clone())
}

/// How the authorization stands, and what was not delivered.
fn standing(operator: &Operator) -> String {
    match operator.open_failures {
        0 => status(operator).to_owned(),
        1 => format!("{}; 1 delivery needs attention", status(operator)),
        number => format!("{}; {number} deliveries need attention", status(operator)),
    }
}

fn status(operator: &Operator) -> &'static str {
    match operator.status {
        _ if !operator.active => "not active",
        AuthorizationStatus::NotAuthorized => "not authorized",
        AuthorizationStatus::AwaitingCode => "waiting for Allow",
        AuthorizationStatus::AwaitingSave => "confirmed, waiting for save",
        AuthorizationStatus::Authorized => "authorized",
        AuthorizationStatus::AuthorizeAgain => "authorize again",
    }
}

/// What somebody has to do for a request that is under way.
fn next_step(operator: &Operator, request: &AuthorizationRequest) -> String {
    let id = &operator.id;
    match request.phase {
        RequestPhase::Granted => format!("Dropbox has confirmed: {}", confirming(id.as_str(), &request.warnings)),
        RequestPhase::Failed => format!("Begin anew: outtray authorize begin {id}"),
        _ if request.code_received => format!("The code has come; to try again: outtray authorize complete {id} --retry"),
        _ if request.redirect_uri.is_some() => {
            format!("Open the URL on this computer, or paste the address of the page that failed to load: outtray authorize complete {id}")
        }
        _ => format!("Ask the user for the Access code, then: outtray authorize complete {id}"),
    }
}

fn conflict_rule(operator: &Operator) -> &'static str {
    match operator.conflict_rule {
        ConflictRule::KeepBoth => "keep both",
        ConflictRule::Replace => "replace",
        ConflictRule::Stop => "stop, the delivery needs attention",
    }
}
