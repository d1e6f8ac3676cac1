//! Reports on their way, and what became of them.

use std::path::Path;

use outtray::{
    Sent,
    app::Page,
    error::Problem,
    local_copy::LocalCopy,
    size::size,
    store::deliveries::{Delivery, DeliveryState},
    unicode::shown,
};
use serde_json::json;

use super::{
    Output,
    print::{complain, line},
    text::{name, sentences, time},
};

impl Output {
    /// A test file is in Dropbox.
    pub(crate) fn test_delivered(&self, delivery: &Delivery) {
        self.one(delivery, || delivered(&delivery.file_name, delivery));
    }

    /// What was seen of it on this computer.
    pub(crate) fn local_copy(&self, copy: &LocalCopy) {
        let text = match copy {
            LocalCopy::NotInstalled => {
                "The Dropbox application is not installed on this computer, so there is no local Dropbox folder to look into.".to_owned()
            }
            LocalCopy::NotSeen => {
                "It has not appeared in the local Dropbox folder; the Dropbox application may belong to another account.".to_owned()
            }
            LocalCopy::Seen { path } => format!("It has appeared in the local Dropbox folder: {}", shown(path)),
        };
        self.one(&json!({ "localCopy": copy }), || text);
    }

    /// A file is in Dropbox, and the content hashes agree.
    pub(crate) fn delivered(&self, file: &Path, sent: &Sent) {
        let Sent { delivery, beside } = sent;
        let beside = beside.as_ref().map(|other| other.display().to_string());
        let value = json!({ "file": file.display().to_string(), "delivery": delivery, "keptBeside": beside });
        self.one(&value, || match &beside {
            Some(other) => format!(
                "{}\n  Kept beside {}, which has the same name in Dropbox.",
                delivered(&name(file), delivery),
                shown(other)
            ),
            None => delivered(&name(file), delivery),
        });
    }

    /// A file is not in Dropbox.
    pub(crate) fn not_delivered(&self, file: &Path, problem: &Problem) {
        if self.json {
            return line(&json!({ "file": file.display().to_string(), "problem": problem, "keptBeside": null }));
        }
        complain(&format!("{}: not delivered. {}", name(file), sentences(problem)));
    }

    /// A delivery was given up.
    pub(crate) fn dismissed(&self, delivery: &Delivery) {
        self.one(delivery, || {
            format!("Delivery {} ({}) is dismissed.", delivery.id, shown(&delivery.file_name))
        });
    }

    /// Deliveries, as a table.
    pub(crate) fn deliveries(&self, deliveries: &[Delivery], page: Page) {
        self.list(
            deliveries,
            &["Delivery", "Time", "Operator", "File", "Size", "Status", "In Dropbox"],
            |delivery| {
                let state = match delivery.state {
                    DeliveryState::Queued => "waiting",
                    DeliveryState::Uploading => "being sent",
                    DeliveryState::Delivered => "delivered",
                    DeliveryState::NeedsAttention => "needs attention",
                    DeliveryState::Cancelled => "cancelled",
                    DeliveryState::Dismissed if delivery.superseded_by.is_some() => "sent again",
                    DeliveryState::Dismissed => "dismissed",
                };
                let problem = delivery.problem.as_ref().map(|problem| problem.message.clone());
                vec![
                    delivery.id.to_string(),
                    time(delivery.finished_at.unwrap_or(delivery.created_at)),
                    delivery.operator_id.to_string(),
                    delivery.file_name.clone(),
                    size(delivery.size_bytes),
                    state.to_owned(),
                    delivery.dropbox_path.clone().or(problem).unwrap_or_default(),
                ]
            },
        );
        self.goes_on(deliveries, page, |delivery| delivery.id);
    }
}

fn delivered(name: &str, delivery: &Delivery) -> String {
    let path = delivery.dropbox_path.as_deref().unwrap_or_default();
    let renamed = match (&delivery.renamed_from, path.rsplit('/').next()) {
        (Some(from), Some(to)) => format!("\n  Its name was changed: “{}” is “{}” in Dropbox.", shown(from), shown(to)),
        _ => String::new(),
    };
    format!(
        "{}: delivered to {} ({}), verified: Dropbox's content hash equals ours\n  {}{renamed}",
        shown(name),
        shown(path),
        size(delivery.size_bytes),
        delivery.content_hash.as_deref().unwrap_or_default(),
    )
}
