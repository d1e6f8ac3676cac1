//! Operator: whose reports these are, where in Dropbox they go, and how the authorization stands.

use serde::{Deserialize, Serialize};

use crate::{
    destination::Destination,
    error::{Error, Field, Problem, both},
    typed::check_seen,
    unicode::{Search, cleaned},
};

pub use crate::operator_id::OperatorId;

/// The fields of an operator record that an administrator types.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorFields {
    /// The person's name.
    pub name: String,
    /// The e-mail of the Dropbox account that is expected; empty when unknown.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether reports of this operator are delivered.
    #[serde(default = "active")]
    pub active: bool,
    /// Where in the operator's Dropbox files go: a template, see [`Destination`].
    #[serde(default)]
    pub destination: String,
    /// What happens when the name is taken by another content; nothing leaves it as it is.
    #[serde(default)]
    pub conflict_rule: Option<ConflictRule>,
}

/// What happens when another content has the name already. The same content counts as delivered, whatever the rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConflictRule {
    /// Both are kept; the new one gets a name derived from its delivery.
    #[default]
    KeepBoth,
    /// The new one takes the place of the old one, which Dropbox keeps as a version.
    Replace,
    /// Nothing is written, and the delivery needs attention.
    Stop,
}

impl ConflictRule {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::KeepBoth, Self::Replace, Self::Stop];

    /// As it is typed on a command line and written in a CSV file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeepBoth => "keep-both",
            Self::Replace => "replace",
            Self::Stop => "stop",
        }
    }

    /// Reads [`ConflictRule::as_str`], whatever the case.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim().to_lowercase();
        let found = Self::ALL.into_iter().find(|rule| rule.as_str() == text);
        found.ok_or_else(|| Error::invalid(Field::ConflictRule, "The conflict rule has to be keep-both, replace or stop."))
    }
}

fn active() -> bool {
    true
}

/// Longest name and e-mail, in characters.
const TEXT_MAX: usize = 200;

impl OperatorFields {
    /// Trims, composes and checks every field; the error names each that is wrong. What copying leaves unseen in a text is dropped.
    pub fn checked(self) -> Result<Self, Error> {
        let email = checked_email(self.email.as_deref().unwrap_or_default());
        let typed = both(checked_name(&self.name), email);
        let ((name, email), destination) = both(typed, Destination::chosen(&self.destination))?;
        Ok(Self {
            name,
            email,
            destination: destination.template().to_owned(),
            ..self
        })
    }
}

fn checked_name(text: &str) -> Result<String, Error> {
    let name: String = cleaned(text).chars().map(plain_space).collect();
    check_seen(Field::Name, &name, true)?;
    let invalid = |reason: &str| Err(Error::invalid(Field::Name, reason));
    match name.chars().count() {
        0 => invalid("The name is missing. Type the name of the person whose reports these are."),
        1..=TEXT_MAX => Ok(name),
        _ => invalid("The name is too long. It may have at most 200 characters."),
    }
}

/// The e-mail, or nothing where none is typed.
fn checked_email(text: &str) -> Result<Option<String>, Error> {
    let email = cleaned(text);
    check_seen(Field::Email, &email, false)?;
    if email.is_empty() {
        return Ok(None);
    }
    if !looks_like_email(&email) {
        let reason = "This is not an e-mail address. Type it as in name@example.com, or leave the field empty.";
        return Err(Error::invalid(Field::Email, reason));
    }
    Ok(Some(email))
}

/// The spaces that spreadsheet programs and web pages put between words look like the usual one.
fn plain_space(c: char) -> char {
    match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => ' ',
        c => c,
    }
}

/// Only a typing aid: whether the address is right shows when Dropbox names the account.
fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    text.chars().count() <= TEXT_MAX
        && !local.is_empty()
        && domain.len() > 2
        && domain.contains('.')
        && !domain.contains('@')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !text.contains(char::is_whitespace)
}

/// How an operator's authorization stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AuthorizationStatus {
    /// Nobody has asked yet, or the last request ended without a result.
    NotAuthorized,
    /// Generate Key was clicked; the redirect or the Access code is awaited.
    AwaitingCode,
    /// Dropbox has confirmed; Save puts it in force.
    AwaitingSave,
    /// In force.
    Authorized,
    /// Dropbox has ended the authorization: it has to be given again.
    AuthorizeAgain,
}

/// An operator as the window and the command line see it. It holds no secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operator {
    /// The initials.
    pub id: OperatorId,
    /// The person's name.
    pub name: String,
    /// The e-mail of the Dropbox account that is expected.
    pub email: Option<String>,
    /// Whether reports of this operator are delivered.
    pub active: bool,
    /// The template of the place in Dropbox.
    pub destination: String,
    /// What happens when the name is taken by another content.
    pub conflict_rule: ConflictRule,
    /// How the authorization stands.
    pub status: AuthorizationStatus,
    /// User Name (App Key), as typed last.
    pub app_key: Option<String>,
    /// Whether a Password (App Secret) is stored.
    pub app_secret_stored: bool,
    /// When a file was delivered last, in milliseconds since 1970.
    pub last_delivered_at: Option<i64>,
    /// How many deliveries wait to be sent.
    pub waiting: u32,
    /// How many deliveries were not delivered, and neither sent again nor dismissed.
    pub open_failures: u32,
    /// Whether a person has to do something before reports arrive again: Dropbox has ended the authorization, the request for one has
    /// failed, or a delivery has. Nothing has to be done while an answer is awaited, or for an operator that is not active.
    pub needs_attention: bool,
    /// When the record was removed, in milliseconds since 1970; nothing for one that is there.
    pub removed_at: Option<i64>,
    /// What is in force.
    pub authorization: Option<Authorization>,
    /// What is under way.
    pub request: Option<AuthorizationRequest>,
}

impl Operator {
    /// What an administrator has typed of it.
    pub(crate) fn into_record(self) -> (OperatorId, OperatorFields) {
        let fields = OperatorFields {
            name: self.name,
            email: self.email,
            active: self.active,
            destination: self.destination,
            conflict_rule: Some(self.conflict_rule),
        };
        (self.id, fields)
    }

    /// Whether a search finds it in id, name, e-mail or Dropbox account.
    pub fn matches(&self, search: &Search) -> bool {
        let account = self.authorization.as_ref().map(|authorization| authorization.account.email.as_str());
        let fields = [Some(self.id.as_str()), Some(self.name.as_str()), self.email.as_deref(), account];
        search.finds(fields.into_iter().flatten())
    }
}

/// A Dropbox app whose secret is stored with other operators already: it takes up to 500 users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppInUse {
    /// User Name (App Key).
    pub app_key: String,
    /// How many other operators use it.
    pub operators: u32,
}

/// The Dropbox account behind an authorization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// `dbid:…`.
    pub account_id: String,
    /// The name shown in Dropbox.
    pub display_name: String,
    /// The account's e-mail.
    pub email: String,
    /// The namespace in which the account's paths begin: the team's space, where there is one that the app may use.
    #[serde(default)]
    pub path_root: Option<String>,
}

/// Dropbox Authorization: what is in force.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// Whose Dropbox.
    pub account: Account,
    /// What it permits, in Dropbox's names.
    pub scopes: Vec<String>,
    /// When it was put in force, in milliseconds since 1970.
    pub authorized_at: i64,
    /// Whether Dropbox has ended it since.
    pub revoked: bool,
}

/// A delivered file, as Dropbox has stored it.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// `path_display`.
    pub dropbox_path: String,
    /// The size in bytes.
    pub size: u64,
    /// The content hash.
    pub content_hash: String,
}

/// Where the user will click Allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// On this computer: Dropbox redirects to our loopback listener and nobody types a code.
    ThisComputer,
    /// On the user's computer: Dropbox shows the Access code.
    UsersComputer,
}

impl Place {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::ThisComputer, Self::UsersComputer];

    /// As it is typed on a command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ThisComputer => "this-computer",
            Self::UsersComputer => "users-computer",
        }
    }
}

/// How the user is asked on the pages of Dropbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Where the user will click Allow.
    pub place: Place,
    /// Whether Dropbox asks for sign-in again: for another account than the one that is signed in to the browser.
    pub force_reauthentication: bool,
    /// Whether whoever asks saves by itself what Dropbox confirms: then the browser does not send the user to Save.
    pub saves_itself: bool,
}

impl From<Place> for Consent {
    /// As whoever is signed in to the browser, with Save to come.
    fn from(place: Place) -> Self {
        Self {
            place,
            force_reauthentication: false,
            saves_itself: false,
        }
    }
}

/// Why the account that Dropbox named has to be confirmed before Save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// What it is: `account_differs` or `account_taken`.
    pub problem: Problem,
    /// What has to stand in [`Confirmed`]: the e-mail of the account, or the ids of the operators who have it.
    pub confirms: Vec<String>,
}

/// What was read and confirmed. It names what it is about, so that what has come about since is not confirmed by it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Confirmed {
    /// The e-mail of an account that is not the record's.
    pub account: Option<String>,
    /// The ids of operators with whom the account is shared.
    pub shared_with: Vec<String>,
}

impl From<Option<&str>> for Confirmed {
    /// The account alone.
    fn from(account: Option<&str>) -> Self {
        Self {
            account: account.map(str::to_owned),
            shared_with: Vec::new(),
        }
    }
}

impl Confirmed {
    /// Whether this was confirmed; what is no question of the account never is.
    pub fn has(&self, warning: &Error) -> bool {
        match warning {
            Error::AccountDiffers { actual, .. } => self.account.as_ref().is_some_and(|account| is_same(account, actual)),
            Error::AccountTaken { operators, .. } => operators
                .iter()
                .all(|operator| self.shared_with.iter().any(|confirmed| is_same(confirmed, operator))),
            _ => false,
        }
    }
}

/// Everything that has to be confirmed before an account goes into force: it is not the one of the record's e-mail, or other operators
/// have it.
pub fn to_confirm(email: Option<&str>, account: &Account, others: Vec<String>) -> Vec<Error> {
    let mut warnings = Vec::new();
    if let Some(expected) = email.filter(|expected| !is_same(expected, &account.email)) {
        warnings.push(Error::AccountDiffers {
            expected: expected.to_owned(),
            actual: account.email.clone(),
        });
    }
    if !others.is_empty() {
        warnings.push(Error::AccountTaken {
            email: account.email.clone(),
            operators: others,
        });
    }
    warnings
}

impl From<Error> for Warning {
    fn from(error: Error) -> Self {
        let problem = error.problem();
        let confirms = match error {
            Error::AccountDiffers { actual, .. } => vec![actual],
            Error::AccountTaken { operators, .. } => operators,
            _ => Vec::new(),
        };
        Self { problem, confirms }
    }
}

/// Compares e-mails and ids without regard to case, Unicode form and what copying leaves unseen: records of earlier programs have that.
fn is_same(one: &str, other: &str) -> bool {
    cleaned(one).to_lowercase() == cleaned(other).to_lowercase()
}

/// How far an authorization request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RequestPhase {
    /// The redirect or the Access code is awaited.
    AwaitingCode,
    /// The code is here and being exchanged at Dropbox.
    Exchanging,
    /// Dropbox has confirmed; Save puts it in force.
    Granted,
    /// Refused or failed; Generate Key starts again.
    Failed,
}

/// What Generate Key began. It lives one hour and survives a restart.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationRequest {
    /// The URL for the user.
    pub url: String,
    /// Where the user will click Allow.
    pub place: Place,
    /// The redirect URI that the app in the App Console needs; none when the code is typed.
    pub redirect_uri: Option<String>,
    /// When Generate Key was clicked, in milliseconds since 1970.
    pub created_at: i64,
    /// When it ends, in milliseconds since 1970.
    pub expires_at: i64,
    /// How far it is.
    pub phase: RequestPhase,
    /// Whether the code is here and waits for another try, because Dropbox could not be reached.
    pub code_received: bool,
    /// The account that Dropbox named, once granted.
    pub account: Option<Account>,
    /// What was granted, in Dropbox's names.
    pub scopes: Vec<String>,
    /// What has to be confirmed before Save, once granted.
    pub warnings: Vec<Warning>,
    /// What went wrong last, and what to do.
    pub problem: Option<Problem>,
    /// What may be wrong and what to do, while a redirect is awaited for longer than it takes to click. It has not failed.
    pub advice: Option<Problem>,
}
