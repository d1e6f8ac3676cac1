//! What the simulator remembers: accounts, apps, codes, tokens, files, and every call.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    apps::App,
    content::Content,
    faults::Faults,
    ids::{AccountId, random, random_lower},
    limits::Limits,
    listing::Cursor,
    session::Session,
    teams::{Member, Team, TeamId},
    tree::Space,
};

/// App key and App secret, as the Settings tab shows them.
#[derive(Clone, Debug)]
pub(crate) struct AppHandle {
    /// App key.
    pub(crate) key: String,
    /// App secret.
    pub(crate) secret: String,
}

/// A call that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `api` or `content`.
    pub(crate) host: String,
    /// `files/upload`, `oauth2/token`.
    pub(crate) route: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// How many bytes the body had.
    pub(crate) request_bytes: u64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) id: AccountId,
    pub(super) name: String,
    pub(super) email: String,
    /// Its home namespace.
    #[serde(default)]
    pub(super) namespace: u64,
    /// Of a team member: a home in the team's space instead of a space of its own.
    #[serde(default)]
    pub(super) member: Option<Member>,
    #[serde(flatten)]
    pub(super) space: Space,
}

impl Account {
    /// The user id, which is older than the account id.
    pub(super) fn uid(&self) -> String {
        (1_000_000 + self.namespace).to_string()
    }
}

/// What Allow gives out.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Code {
    pub(super) app_key: String,
    pub(super) account: AccountId,
    pub(super) redirect_uri: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) scopes: BTreeSet<String>,
    pub(super) offline: bool,
    pub(super) issued_at: Timestamp,
}

/// What a refresh token stands for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Grant {
    pub(super) app_key: String,
    pub(super) account: AccountId,
    pub(super) scopes: BTreeSet<String>,
    pub(super) pkce: bool,
}

/// What an access token stands for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct AccessToken {
    pub(super) app_key: String,
    pub(super) account: AccountId,
    pub(super) scopes: BTreeSet<String>,
    pub(super) refresh_token: Option<String>,
    pub(super) expires_at: Timestamp,
}

pub(super) struct State {
    pub(super) ahead: Duration,
    pub(super) latency: Duration,
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) teams: BTreeMap<TeamId, Team>,
    pub(super) apps: BTreeMap<String, App>,
    pub(super) codes: HashMap<String, Code>,
    pub(super) refresh_tokens: HashMap<String, Grant>,
    pub(super) access_tokens: HashMap<String, AccessToken>,
    pub(super) sessions: HashMap<String, Session>,
    /// How far each listing has come.
    pub(super) cursors: HashMap<String, Cursor>,
    /// Who is signed in, by the cookie of the browser.
    pub(super) browsers: HashMap<String, AccountId>,
    pub(super) calls: Vec<Call>,
    pub(super) secrets: BTreeSet<String>,
    /// Tokens that count as revoked until somebody says otherwise.
    pub(super) suspended: BTreeSet<String>,
    pub(super) faults: Faults,
    pub(super) revisions: u64,
    /// How many namespace ids are given out.
    pub(super) namespaces: u64,
    /// Whether `start_batch` and `append_batch` exist.
    pub(super) has_new_routes: bool,
    /// Whether bytes are thrown away once they are hashed.
    pub(super) drops_contents: bool,
    pub(super) limits: Limits,
    /// How long a code works. Dropbox says no time; the procedure says one hour.
    pub(super) code_lifetime: Duration,
    /// Whether somebody who has allowed an app before is redirected without a click.
    pub(super) skips_approved: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            ahead: Duration::ZERO,
            latency: Duration::ZERO,
            accounts: BTreeMap::new(),
            teams: BTreeMap::new(),
            apps: BTreeMap::new(),
            codes: HashMap::new(),
            refresh_tokens: HashMap::new(),
            access_tokens: HashMap::new(),
            sessions: HashMap::new(),
            cursors: HashMap::new(),
            browsers: HashMap::new(),
            calls: Vec::new(),
            secrets: BTreeSet::new(),
            suspended: BTreeSet::new(),
            faults: Faults::default(),
            revisions: 0,
            namespaces: 0,
            has_new_routes: true,
            drops_contents: false,
            limits: Limits::default(),
            code_lifetime: Duration::from_secs(3600),
            skips_approved: false,
        }
    }
}

impl State {
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::now() + self.ahead
    }

    pub(super) fn add_account(&mut self, name: &str, email: &str) -> AccountId {
        let id = AccountId::random();
        let account = Account {
            id: id.clone(),
            name: name.to_owned(),
            email: email.to_owned(),
            namespace: self.next_namespace(),
            member: None,
            space: Space::default(),
        };
        self.accounts.insert(id.clone(), account);
        id
    }

    pub(super) fn account(&self, id: &AccountId) -> &Account {
        &self.accounts[id]
    }

    pub(super) fn account_mut(&mut self, id: &AccountId) -> &mut Account {
        self.accounts.get_mut(id).expect("an account of this simulator")
    }

    /// Where this account's files are: its own space, or its team's.
    pub(super) fn space(&self, id: &AccountId) -> &Space {
        let account = self.account(id);
        self.team_of(account).map_or(&account.space, |(team, _)| &team.space)
    }

    pub(super) fn space_mut(&mut self, id: &AccountId) -> &mut Space {
        let account = self.accounts.get_mut(id).expect("an account of this simulator");
        match account.member.as_ref().and_then(|member| self.teams.get_mut(&member.team)) {
            Some(team) => &mut team.space,
            None => &mut account.space,
        }
    }

    /// Every token that there is now, of this account or of all, counts as revoked from now on. What is granted later works.
    pub(super) fn suspend(&mut self, account: Option<&AccountId>) {
        let is_theirs = |owner: &AccountId| account.is_none_or(|account| account == owner);
        let refresh = self.refresh_tokens.iter().filter(|(_, grant)| is_theirs(&grant.account)).map(|(token, _)| token);
        let access = self.access_tokens.iter().filter(|(_, access)| is_theirs(&access.account)).map(|(token, _)| token);
        self.suspended.extend(refresh.chain(access).cloned());
    }

    /// Whether a token, or the refresh token behind it, counts as revoked.
    pub(super) fn is_suspended(&self, token: &str, behind: Option<&str>) -> bool {
        self.suspended.contains(token) || behind.is_some_and(|behind| self.suspended.contains(behind))
    }

    pub(super) fn next_namespace(&mut self) -> u64 {
        self.namespaces += 1;
        self.namespaces
    }

    pub(super) fn account_by_email(&self, email: &str) -> Option<AccountId> {
        let found = self.accounts.values().find(|account| account.email.eq_ignore_ascii_case(email));
        found.map(|account| account.id.clone())
    }

    /// Remembers that this must leak nowhere.
    pub(super) fn secret(&mut self, secret: String) -> String {
        self.secrets.insert(secret.clone());
        secret
    }

    pub(super) fn next_revision(&mut self) -> String {
        self.revisions += 1;
        format!("{:015x}", 0x6_0000_0000_u64 + self.revisions)
    }
}

/// Apps.
impl State {
    pub(super) fn create_app(&mut self, owner: AccountId, name: &str, folder_only: bool) -> String {
        let key = random_lower(15);
        let app = App {
            secret: self.secret(random_lower(15)),
            key: key.clone(),
            name: name.to_owned(),
            number: self.apps.len() + 1,
            owner,
            folder_only,
            scopes: BTreeSet::from(["account_info.read".to_owned()]),
            redirect_uris: Vec::new(),
            additional_users: false,
            production: false,
            connected: BTreeMap::new(),
            users: BTreeSet::new(),
            apply_until: None,
        };
        self.apps.insert(key.clone(), app);
        key
    }

    pub(super) fn app_mut(&mut self, key: &str) -> &mut App {
        self.apps.get_mut(key).expect("an app of this simulator")
    }

    /// The user removes the app from the connected apps: its codes and tokens end.
    pub(super) fn disconnect(&mut self, account: &AccountId, app_key: &str) {
        self.codes.retain(|_, code| code.account != *account || code.app_key != app_key);
        self.refresh_tokens.retain(|_, grant| grant.account != *account || grant.app_key != app_key);
        self.access_tokens.retain(|_, token| token.account != *account || token.app_key != app_key);
        if let Some(app) = self.apps.get_mut(app_key) {
            app.connected.remove(account);
        }
    }

    /// The apps that somebody has connected.
    pub(super) fn connected_apps<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a App> {
        self.apps.values().filter(move |app| app.connected.contains_key(account))
    }
}

/// Teams.
impl State {
    pub(super) fn create_team(&mut self, name: &str) -> TeamId {
        let id = TeamId(format!("dbtid:{}", random(34)));
        let team = Team {
            id: id.clone(),
            name: name.to_owned(),
            namespace: self.next_namespace(),
            space: Space::default(),
        };
        self.teams.insert(id.clone(), team);
        id
    }

    pub(super) fn add_team_account(&mut self, team: &TeamId, name: &str, email: &str) -> AccountId {
        let account = self.add_account(name, email);
        let home_path = format!("/{name}");
        self.account_mut(&account).member = Some(Member {
            team: team.clone(),
            id: format!("dbmid:{}", random(34)),
            home_path: home_path.clone(),
        });
        self.space_mut(&account).make_folder(&home_path);
        account
    }

    pub(super) fn team_of<'a>(&'a self, account: &'a Account) -> Option<(&'a Team, &'a Member)> {
        let member = account.member.as_ref()?;
        Some((self.teams.get(&member.team)?, member))
    }

    /// RootInfo: a struct with subtypes, so it has a `.tag`.
    pub(super) fn root_info(&self, id: &AccountId) -> Value {
        let account = self.account(id);
        let home = account.namespace.to_string();
        match self.team_of(account) {
            Some((team, member)) => json!({
                ".tag": "team",
                "root_namespace_id": team.namespace.to_string(),
                "home_namespace_id": home,
                "home_path": member.home_path,
            }),
            None => json!({ ".tag": "user", "root_namespace_id": home, "home_namespace_id": home }),
        }
    }
}

/// Upload sessions.
impl State {
    /// Begins one; returns its id.
    pub(super) fn add_session(&mut self, account: &AccountId, concurrent: bool, closed: bool, body: Content) -> String {
        let id = format!("pid_upload_session:{}", random(60));
        let mut session = Session {
            account: account.clone(),
            concurrent,
            closed,
            parts: BTreeMap::new(),
            started_at: self.now(),
            drops_contents: self.drops_contents,
        };
        session.put(0, body);
        self.sessions.insert(id.clone(), session);
        id
    }
}
