//! Administrator Options, who did what, and what has to work.

use std::path::Path;

use outtray::{
    activity::Activity,
    app::{Page, ProxyTest},
    diagnosis::Check,
    diagnostics::Diagnostics,
    settings::Settings,
    size::size,
    unicode::shown,
};
use serde_json::json;

use super::{
    Output,
    print::{complain, line, print},
    text::{rows, sentences, time},
};

impl Output {
    /// Administrator Options.
    pub(crate) fn settings(&self, settings: &Settings) {
        let mut shown = json!(settings);
        if let Some(fields) = shown.as_object_mut() {
            // Kept for the day on which folders are watched; until then it does nothing, and is not offered.
            fields.remove("reportOutputRoot");
        }
        self.one(&shown, || rows(&settings.described()));
    }

    /// Dropbox answers, and by which way.
    pub(crate) fn proxy_tested(&self, test: &ProxyTest) {
        self.one(test, || format!("Dropbox answers. Proxy: {}", test.proxy));
    }

    /// Who did what, as a table.
    pub(crate) fn activity(&self, activity: &[Activity], page: Page) {
        self.list(activity, &["Time", "Who", "What", "Operator", "Detail"], |row| {
            vec![
                time(row.at),
                row.actor.clone(),
                row.action.clone(),
                row.operator_id.clone().unwrap_or_default(),
                row.detail.clone().unwrap_or_default(),
            ]
        });
        self.goes_on(activity, page, |row| row.id);
    }

    /// What was checked, with what to do.
    pub(crate) fn check(&self, check: &Check) {
        if self.json {
            return line(&json!(check));
        }
        match (&check.detail, &check.problem) {
            (_, Some(problem)) => print(&format!("✗ {}: {}", shown(&check.name), sentences(problem))),
            (detail, None) => print(&format!("✓ {}: {}", shown(&check.name), shown(detail.as_deref().unwrap_or("well")))),
        }
    }

    /// What is in the bundle for whoever helps; for programs with its texts, unless it is in a file.
    pub(crate) fn diagnostics(&self, diagnostics: &Diagnostics, file: Option<&Path>) {
        let file = file.map(|file| file.display().to_string());
        let value = match &file {
            Some(file) => json!({ "exported": file, "leftOut": diagnostics.left_out, "notSearched": diagnostics.not_searched }),
            None => json!(diagnostics),
        };
        self.one(&value, || {
            let files = diagnostics.files.iter().map(|file| (file.name.as_str(), size(file.text.len() as u64)));
            let mut text = rows(&files.collect::<Vec<_>>());
            if let Some(file) = file {
                text.push_str(&format!("\n\nAll of this is in {}", shown(&file)));
            }
            text
        });
        if self.json {
            return;
        }
        for name in &diagnostics.left_out {
            complain(&format!("{name} stays out: it holds a secret."));
        }
        match &diagnostics.not_searched {
            Some(problem) => complain(&format!(
                "Not searched for secrets, so read it before you give it away: {}",
                sentences(problem)
            )),
            None => print("Searched for every secret that Outtray knows: none is in it."),
        }
    }
}
