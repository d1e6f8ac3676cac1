//! The orders, one for each form of the page.

use std::time::Duration;

use super::{
    catalogue::{self, Details},
    fields::Fields,
};
use crate::simulator::{
    faults::{Fault, Planned, TOKEN},
    ids::AccountId,
    repeated::Written,
    routes::ROUTES,
    shared::Shared,
    state::State,
};

/// What can be tried, as the practice mode calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The user has removed the app.
    Revoked,
    /// No space is left.
    Full,
    /// Too many requests.
    Busy,
    /// Every answer is late.
    Slow,
    /// The network has failed.
    Offline,
}

impl Trouble {
    pub(super) const ALL: [Self; 5] = [Self::Revoked, Self::Full, Self::Busy, Self::Slow, Self::Offline];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Full => "full",
            Self::Busy => "busy",
            Self::Slow => "slow",
            Self::Offline => "offline",
        }
    }

    pub(super) fn happens(self, shared: &Shared) -> bool {
        let state = shared.state();
        let is_planned = |name: &str| state.faults.planned().any(|(_, planned)| planned.name == name);
        match self {
            Self::Revoked => !state.suspended.is_empty(),
            Self::Full | Self::Busy => is_planned(self.name()),
            Self::Slow => !state.latency.is_zero(),
            Self::Offline => !shared.is_plugged(),
        }
    }

    fn begin(self, shared: &Shared) {
        /// How long a busy Dropbox asks to wait, in seconds.
        const BUSY: u64 = 5;
        /// How late a slow Dropbox answers.
        const SLOW: Duration = Duration::from_secs(5);
        if self.happens(shared) && self != Self::Revoked {
            return;
        }
        match self {
            Self::Revoked => shared.state().suspend(None),
            Self::Full => self.plan(shared, Fault::InsufficientSpace),
            Self::Busy => self.plan(shared, Fault::RateLimitedJson { retry_after: BUSY }),
            Self::Slow => shared.state().latency = SLOW,
            Self::Offline => shared.set_plugged(false),
        }
    }

    /// Until it is cleared, for everybody.
    fn plan(self, shared: &Shared, fault: Fault) {
        shared.state().faults.add(Planned {
            fault,
            name: self.name().to_owned(),
            times: None,
            after: 0,
            route: None,
            user: None,
        });
    }
}

type Followed = Result<(), String>;

/// Does what an order says, and writes down what has changed.
pub(super) fn follow(shared: &Shared, name: &str, fields: &Fields) -> Followed {
    match name {
        "faults" => add_fault(shared, fields),
        "clear" => clear(shared, fields),
        "limits" => set_limits(shared, fields),
        "network" => set_network(shared, fields),
        "time" => set_time(shared, fields),
        "accounts" => add_account(shared, fields),
        "revoke" => revoke(shared, fields),
        "try" => try_what_happens(shared, fields),
        other => Err(format!(
            "There is no “{other}”. There are faults, clear, limits, network, time, accounts, revoke and try."
        )),
    }?;
    shared.remember();
    Ok(())
}

/// One fault: which, for which calls, how often.
fn add_fault(shared: &Shared, fields: &Fields) -> Followed {
    const KNOWN: [&str; 10] = [
        "fault",
        "route",
        "user",
        "times",
        "after",
        "seconds",
        "milliseconds",
        "entry",
        "error",
        "written",
    ];
    fields.only(&KNOWN)?;
    let error = fields.get("error").unwrap_or("too_many_write_operations");
    let written = fields.get("written").unwrap_or(Written::Plainly.name());
    let details = Details {
        seconds: fields.number("seconds", 0, u64::MAX)?.unwrap_or(1),
        milliseconds: fields.number("milliseconds", 1, 3_600_000)?.unwrap_or(200),
        entry: fields.number("entry", 0, 999)?.unwrap_or(0),
        error: catalogue::write_error(error).ok_or_else(|| format!("error: “{error}” is no WriteError"))?,
        written: catalogue::written(written).ok_or_else(|| format!("written: “{written}” is no way to write a request"))?,
    };
    let name = fields.need("fault")?;
    let planned = Planned {
        fault: catalogue::find(name, &details).ok_or_else(|| format!("fault: “{name}” is not known"))?,
        name: name.to_owned(),
        times: fields.number("times", 1, u32::MAX)?,
        after: fields.number("after", 0, u32::MAX)?.unwrap_or(0),
        route: route(fields)?,
        user: user(fields)?,
    };
    shared.state().faults.add(planned);
    Ok(())
}

fn route(fields: &Fields) -> Result<Option<String>, String> {
    match fields.get("route") {
        Some(route) if route != TOKEN && ROUTES.iter().all(|known| known.name != route) => {
            Err(format!("route: “{route}” is not answered here"))
        }
        route => Ok(route.map(str::to_owned)),
    }
}

/// An e-mail; whoever has it may sign up later.
fn user(fields: &Fields) -> Result<Option<String>, String> {
    match fields.get("user") {
        Some(user) if !user.contains('@') => Err(format!("user: “{user}” is no e-mail address")),
        user => Ok(user.map(str::to_owned)),
    }
}

/// One fault, or everything that goes wrong.
fn clear(shared: &Shared, fields: &Fields) -> Followed {
    fields.only(&["id"])?;
    match fields.number("id", 0, u64::MAX)? {
        Some(id) => match shared.state().faults.clear(id) {
            true => Ok(()),
            false => Err(format!("id: there is no fault {id}; it may be used up")),
        },
        None => {
            as_before(shared);
            Ok(())
        }
    }
}

fn as_before(shared: &Shared) {
    let mut state = shared.state();
    state.faults.clear_all();
    state.suspended.clear();
    state.latency = Duration::ZERO;
    state.limits.lift_rate();
    state.limits.contention = false;
    state.ahead = Duration::ZERO;
    shared.set_plugged(true);
}

/// Latency, calls a second for each user, one writer in a namespace. What is not said is off.
fn set_limits(shared: &Shared, fields: &Fields) -> Followed {
    fields.only(&["latency", "calls", "contention"])?;
    let latency = fields.number("latency", 0, 3_600_000)?.unwrap_or(0);
    let calls = fields.number("calls", 1, 1_000_000)?;
    let contention = fields.flag("contention")?;
    let mut state = shared.state();
    state.latency = Duration::from_millis(latency);
    state.limits.contention = contention;
    match calls {
        Some(calls) => state.limits.set_rate(calls, Duration::from_secs(1)),
        None => state.limits.lift_rate(),
    }
    Ok(())
}

fn set_network(shared: &Shared, fields: &Fields) -> Followed {
    fields.only(&["offline"])?;
    shared.set_plugged(!fields.flag("offline")?);
    Ok(())
}

/// How far Dropbox's clock is ahead of this computer's.
fn set_time(shared: &Shared, fields: &Fields) -> Followed {
    fields.only(&["ahead"])?;
    shared.state().ahead = fields.duration("ahead")?.unwrap_or_default();
    Ok(())
}

/// Somebody signs up, alone or in a team; a team that is not there yet is made.
fn add_account(shared: &Shared, fields: &Fields) -> Followed {
    fields.only(&["name", "email", "team"])?;
    let (name, email) = (fields.need("name")?, fields.need("email")?);
    let mut state = shared.state();
    if !email.contains('@') {
        return Err(format!("email: “{email}” is no e-mail address"));
    }
    if state.account_by_email(email).is_some() {
        return Err(format!("email: {email} has an account already"));
    }
    let Some(team) = fields.get("team") else {
        state.add_account(name, email);
        return Ok(());
    };
    if name.contains(['/', '\\']) {
        return Err("name: it becomes the name of a folder in the team space, so it has no slash".to_owned());
    }
    let known = state
        .teams
        .values()
        .find(|known| known.name.eq_ignore_ascii_case(team))
        .map(|known| known.id.clone());
    let team = known.unwrap_or_else(|| state.create_team(team));
    state.add_team_account(&team, name, email);
    Ok(())
}

/// All authorizations that there are, of a user or of everybody, count as revoked.
fn revoke(shared: &Shared, fields: &Fields) -> Followed {
    fields.only(&["user"])?;
    let mut state = shared.state();
    let account = fields.get("user").map(|user| account(&state, user)).transpose()?;
    state.suspend(account.as_ref());
    Ok(())
}

fn account(state: &State, email: &str) -> Result<AccountId, String> {
    state.account_by_email(email).ok_or_else(|| format!("user: nobody has the e-mail {email}"))
}

fn try_what_happens(shared: &Shared, fields: &Fields) -> Followed {
    fields.only(&["what"])?;
    let what = fields.need("what")?;
    if what == "as_before" {
        as_before(shared);
        return Ok(());
    }
    let Some(trouble) = Trouble::ALL.into_iter().find(|trouble| trouble.name() == what) else {
        return Err(format!(
            "what: “{what}” is not known; there are revoked, full, busy, slow, offline and as_before"
        ));
    };
    trouble.begin(shared);
    Ok(())
}
