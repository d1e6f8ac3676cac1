//! Everything that is printed: sentences and tables for people, or with `--json` one object a line for programs.
//!
//! The JSON has the shapes of the library's own types, which the window reads too; a problem is `{"problem": {code, kind, message, hint, field, …}}`,
//! and advice while nothing has failed is `{"advice": {…}}` of the same shape.
//!
//! What others have named (files, people, accounts, Dropbox's texts) passes [`shown`] where it becomes part of a line, so that no name ends the
//! line or turns it around; whatever is printed passes [`shown_lines`], so that nothing but text reaches the terminal.

use std::{
    io::{self, IsTerminal, Write, stderr, stdout},
    path::Path,
    process::ExitCode,
    sync::OnceLock,
};

use comfy_table::{Table, presets::NOTHING};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{Timestamp, tz::TimeZone};
use outtray::{
    Error, Sent,
    activity::Activity,
    app::ProxyTest,
    diagnosis::Check,
    diagnostics::Diagnostics,
    error::Problem,
    local_copy::LocalCopy,
    operator::{AuthorizationRequest, AuthorizationStatus, ConflictRule, Operator, RequestPhase, Warning},
    operator_csv::{Import, ImportedRow},
    secret::Secret,
    settings::Settings,
    size::size,
    store::deliveries::{Delivery, DeliveryState},
    unicode::{hidden_in, shown, shown_lines},
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit;

/// Where results go.
#[derive(Clone)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// For people, or for programs.
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// A bar on the terminal; nothing where there is no terminal, or for programs.
    pub(crate) fn progress(&self, file: &Path) -> Progress {
        Progress(self.bar(
            "{msg}  {bar:30}  {decimal_bytes} of {decimal_total_bytes}  {decimal_bytes_per_sec}",
            name(file),
        ))
    }

    /// The hour of a request, as a clock.
    pub(crate) fn clock(&self, request: &AuthorizationRequest) -> Clock {
        Clock {
            bar: self.bar("{msg}", String::new()),
            until: request.expires_at,
        }
    }

    fn bar(&self, template: &str, message: String) -> ProgressBar {
        let bar = if self.json { ProgressBar::hidden() } else { ProgressBar::new(0) };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(message);
        bar
    }

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

    /// Operators, as a table.
    pub(crate) fn operators(&self, operators: &[Operator]) {
        self.list(operators, &["Operator", "Name", "Dropbox account", "Status"], |operator| {
            vec![
                operator.id.to_string(),
                operator.name.clone(),
                account(operator),
                status(operator).to_owned(),
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
                ("Status", status(operator).to_owned()),
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

    /// A record is out of sight.
    pub(crate) fn removed(&self, id: &str) {
        self.one(&json!({ "removed": id }), || {
            let id = shown(id);
            format!("{id} is removed. For 30 days it can be restored: outtray operator restore {id}")
        });
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

    /// What may be wrong while nothing has failed.
    pub(crate) fn advice(&self, advice: &Problem) {
        if self.json {
            return line(&json!({ "advice": advice }));
        }
        complain(&sentences(advice));
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
    pub(crate) fn deliveries(&self, deliveries: &[Delivery]) {
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
    }

    /// Who did what, as a table.
    pub(crate) fn activity(&self, activity: &[Activity]) {
        self.list(activity, &["Time", "Who", "What", "Operator", "Detail"], |row| {
            vec![
                time(row.at),
                row.actor.clone(),
                row.action.clone(),
                row.operator_id.clone().unwrap_or_default(),
                row.detail.clone().unwrap_or_default(),
            ]
        });
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

    /// How many operators are checked.
    pub(crate) fn count(&self) -> Count {
        Count(self.bar("{bar:30}  {pos} of {len} operators checked", String::new()))
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

    /// How far an import is. Where the rows themselves go to the terminal, they say so.
    pub(crate) fn import_progress(&self, file: &Path) -> Progress {
        let bar = self.bar("{msg}  {bar:30}  {percent} %", name(file));
        if stdout().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Progress(bar)
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

    /// Nothing could be done; the exit code that says so.
    pub(crate) fn failed(&self, problem: &Problem) -> ExitCode {
        self.problem(problem);
        exit::code(problem)
    }

    /// The end of the program: what could not be written is said, and is no success.
    pub(crate) fn ended(&self, code: ExitCode) -> ExitCode {
        noted(stdout().flush());
        match unwritable() {
            None => code,
            Some(error) => {
                let problem = error.problem();
                complain(&sentences(&problem));
                exit::code(&problem)
            }
        }
    }

    /// The program ends although something still goes on. The standard output may be what is stuck, so nothing is said there.
    pub(crate) fn ended_at_once(&self) {
        if !self.json {
            complain(&sentences(&Error::CommandEnded.problem()));
        }
    }

    /// Nothing could be done.
    pub(crate) fn problem(&self, problem: &Problem) {
        if self.json {
            return line(&json!({ "problem": problem }));
        }
        complain(&sentences(problem));
    }

    fn one<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) {
        match self.json {
            true => line(&json!(value)),
            false => print(&text()),
        }
    }

    fn list<T: Serialize>(&self, items: &[T], header: &[&str], row: impl Fn(&T) -> Vec<String>) {
        if self.json {
            return items.iter().for_each(|item| line(&json!(item)));
        }
        if items.is_empty() {
            return print("None.");
        }
        let mut table = Table::new();
        table.load_style(NOTHING).set_header(header.iter().copied());
        items.iter().for_each(|item| {
            table.add_row(row(item).iter().map(|cell| shown(cell).into_owned()));
        });
        print(&table.trim_fmt());
    }
}

/// How far a file is.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Moves the bar.
    pub(crate) fn set(&self, bytes_sent: u64, size_bytes: u64) {
        self.0.set_length(size_bytes);
        self.0.set_position(bytes_sent);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // The result takes its place.
        self.0.finish_and_clear();
    }
}

/// How many of many are done.
pub(crate) struct Count(ProgressBar);

impl Count {
    /// Moves the bar, and prints something above it.
    pub(crate) fn set(&self, done: usize, total: usize, print: impl FnOnce()) {
        self.0.suspend(print);
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        // The lines take its place.
        self.0.finish_and_clear();
    }
}

/// How long a request still lives.
pub(crate) struct Clock {
    bar: ProgressBar,
    until: i64,
}

impl Clock {
    /// Shows what is left.
    pub(crate) fn tick(&self) {
        let left = (self.until - Timestamp::now().as_millisecond()).max(0) / 1000;
        self.bar.set_message(format!(
            "Waiting for Allow, {:02}:{:02} left. Ctrl+C ends the waiting.",
            left / 60,
            left % 60
        ));
    }

    /// Prints something above it.
    pub(crate) fn above(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
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

fn account(operator: &Operator) -> String {
    let request = operator.request.as_ref().and_then(|request| request.account.as_ref());
    let authorization = operator.authorization.as_ref().map(|authorization| &authorization.account);
    authorization.or(request).map_or_else(|| "–".to_owned(), |account| account.email.clone())
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

/// Names and values, one pair a line, the values below each other.
fn rows(pairs: &[(&str, String)]) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count() + 1).max().unwrap_or(0).max(16);
    let row = |(name, value): &(&str, String)| format!("{:<width$} {}", format!("{name}:"), shown(value));
    pairs.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn conflict_rule(operator: &Operator) -> &'static str {
    match operator.conflict_rule {
        ConflictRule::KeepBoth => "keep both",
        ConflictRule::Replace => "replace",
        ConflictRule::Stop => "stop, the delivery needs attention",
    }
}

/// Milliseconds since 1970, as this computer's clock shows them.
fn time(ms: i64) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or_default();
    moment.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Milliseconds since 1970, as the hour and the minute of this computer's clock.
fn hour(ms: i64) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or_default();
    moment.to_zoned_datetime(TimeZone::system()).strftime("%H:%M").to_string()
}

/// What happened, what to do, and the code to look up.
fn sentences(problem: &Problem) -> String {
    let hint = problem.hint.as_ref().map(|hint| format!("\n  {}", shown(hint))).unwrap_or_default();
    let others: String = problem.others.iter().map(|other| format!("\n{}", sentences(other))).collect();
    format!("{} [{}]{hint}{others}", shown(&problem.message), problem.code)
}

fn name(file: &Path) -> String {
    shown(&file.file_name().unwrap_or(file.as_os_str()).to_string_lossy()).into_owned()
}

fn line(value: &Value) {
    print(&json_shown(&value.to_string()));
}

/// JSON that means the same and holds nothing that a terminal would obey, or that nobody sees: JSON itself escapes the first 32 characters only
/// (RFC 8259 section 7).
fn json_shown(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match hidden_in(c.encode_utf8(&mut [0; 4]), true) {
            None => text.push(c),
            Some(c) => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    text
}

/// Why something could not be written, once that has happened.
static UNWRITABLE: OnceLock<String> = OnceLock::new();

/// Why the output is not complete, if it is not.
fn unwritable() -> Option<Error> {
    let reason = UNWRITABLE.get()?.clone();
    let path = "the standard output".to_owned();
    Some(Error::FileUnwritable { path, reason })
}

/// Writes what is for programs as it is.
pub(crate) fn write(bytes: &[u8]) {
    noted(stdout().write_all(bytes));
}

fn print(text: &str) {
    noted(writeln!(stdout(), "{}", shown_lines(text)));
}

fn complain(text: &str) {
    noted(writeln!(stderr(), "{}", shown_lines(text)));
}

/// A reader that has gone away, such as `head`, is no reason to stop sending; a full disk is no reason either, but is told at the end.
pub(crate) fn noted(written: io::Result<()>) {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            // The first reason is the one that counts.
            let _ = UNWRITABLE.set(error.to_string());
        }
        _ => {}
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
