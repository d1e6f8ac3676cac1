//! What is set, and who there is, as JSON.

use serde_json::{Value, json};

use crate::simulator::{
    faults::Planned,
    shared::Shared,
    state::{Account, State},
    tree::seconds,
};

pub(super) fn state(shared: &Shared) -> Value {
    let offline = !shared.is_plugged();
    let state = shared.state();
    json!({
        "offline": offline,
        "latency_ms": state.latency.as_millis(),
        "calls_per_second": state.limits.rate().map(|(calls, window)| calls as f64 / window.as_secs_f64()),
        "write_contention": state.limits.contention,
        "ahead_seconds": state.ahead.as_secs(),
        "now": seconds(state.now()),
        "revoked_tokens": state.suspended.len(),
        "faults": state.faults.planned().map(|(id, planned)| fault(id, planned)).collect::<Vec<_>>(),
        "accounts": state.accounts.values().map(|known| account(&state, known)).collect::<Vec<_>>(),
    })
}

fn fault(id: u64, planned: &Planned) -> Value {
    json!({
        "id": id,
        "fault": planned.name,
        "route": planned.route,
        "user": planned.user,
        "times": planned.times,
        "after": planned.after,
    })
}

fn account(state: &State, account: &Account) -> Value {
    json!({
        "name": account.name,
        "email": account.email,
        "team": state.team_of(account).map(|(team, _)| &team.name),
    })
}
