//! Team accounts: one space for all members, a home folder for each, and which of the two a path begins in.
//! Source: Dropbox documentation, "Namespaces" (the `Dropbox-API-Path-Root` header, PathRootError, RootInfo).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    answer::{self, Refusal, Result, nested},
    caller::Caller,
    server::Inbound,
    shapes::PATH_ROOT,
    state::{Account, AccountId, State, random},
    tree::Space,
};

/// A team's id, `dbtid:…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct TeamId(String);

/// A company and its space.
#[derive(Serialize, Deserialize)]
pub(super) struct Team {
    pub(super) id: TeamId,
    pub(super) name: String,
    /// Its root namespace.
    pub(super) namespace: u64,
    pub(super) space: Space,
}

/// What an account is in its team.
#[derive(Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) team: TeamId,
    pub(super) id: String,
    /// The home folder in the team space.
    pub(super) home_path: String,
}

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

/// Where a path of this call begins in the account's space: the home folder, unless the header says the root.
pub(super) fn path_root(state: &State, caller: &Caller, inbound: &Inbound) -> Result<String> {
    let account = state.account(&caller.account);
    let home = account.member.as_ref().map(|member| member.home_path.clone()).unwrap_or_default();
    let app = &state.apps[&caller.app_key];
    let base = match inbound.headers.get("dropbox-api-path-root") {
        // An app with a folder of its own sees nothing else, so it has no root to choose.
        Some(_) if app.folder_only => return Err(Refusal::PathRoot(no_permission())),
        Some(header) => asked(state, caller, header.as_bytes(), &home)?,
        None => home,
    };
    Ok(match app.folder_only {
        true => format!("{base}/Apps/{}", app.name),
        false => base,
    })
}

fn asked(state: &State, caller: &Caller, header: &[u8], home: &str) -> Result<String> {
    const PLACE: &str = "HTTP header \"Dropbox-API-Path-Root\"";
    let undecoded = || Refusal::Request(format!("{PLACE}: could not decode input as JSON"));
    let value: Value = serde_json::from_slice(header).map_err(|_| undecoded())?;
    PATH_ROOT.check(&value).map_err(|wrong| Refusal::Request(format!("{PLACE}: {wrong}")))?;
    let tag = value.as_str().or_else(|| value[".tag"].as_str()).unwrap_or_default();
    let namespace = value[tag].as_str();
    let info = state.root_info(&caller.account);
    let (root, own) = (info["root_namespace_id"].as_str(), info["home_namespace_id"].as_str());
    match tag {
        "home" => Ok(home.to_owned()),
        "root" if namespace == root => Ok(String::new()),
        "root" => Err(Refusal::PathRoot(nested("invalid_root", info))),
        _ if namespace == own => Ok(home.to_owned()),
        _ if namespace == root => Ok(String::new()),
        _ => Err(Refusal::PathRoot(no_permission())),
    }
}

fn no_permission() -> Value {
    answer::tag("no_permission")
}
