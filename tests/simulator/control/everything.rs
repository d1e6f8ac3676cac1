//! Everything that can be told, what is set, and the way back: for people who test. In English, as the names of Dropbox's API are.

use axum::{http::StatusCode, response::Response};

use super::{
    Desk,
    catalogue::{FAULTS, WRITE_ERRORS},
};
use crate::simulator::{
    faults::{Planned, TOKEN},
    pages::escape,
    repeated::Written,
    routes::ROUTES,
    shared::Shared,
    tree::seconds,
};

pub(super) fn page(desk: &Desk, status: StatusCode, wrong: Option<&str>) -> Response {
    let wrong = wrong
        .map(|wrong| format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(wrong)))
        .unwrap_or_default();
    let main = format!(
        "{wrong}<p><a href=\"/\">Try what happens when…</a></p>{}{}{}{}{}{}",
        set(desk),
        faults(desk),
        limits(desk),
        network(desk),
        time(desk),
        accounts(desk),
    );
    let banner = "The practice Dropbox on this computer: what it is told to do. Programs say the same in JSON.";
    super::page(status, "en", "What goes wrong", banner, &main)
}

/// A form that posts to this order.
fn form(desk: &Desk, order: &str, inside: &str) -> String {
    format!(
        "<form class=\"stack\" method=\"post\" action=\"/{order}\"><input type=\"hidden\" name=\"token\" value=\"{}\">{inside}</form>",
        escape(&desk.token)
    )
}

/// A form in a line.
fn button(desk: &Desk, order: &str, inside: &str) -> String {
    form(desk, order, inside).replacen("class=\"stack\"", "class=\"inline\"", 1)
}

fn section(id: &str, title: &str, inside: &str) -> String {
    format!("<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>{inside}</section>")
}

/// What is set, each with its end.
fn set(desk: &Desk) -> String {
    let rows = rows(desk);
    let list = match rows.is_empty() {
        true => "<p>Nothing: everything goes well.</p>".to_owned(),
        false => format!(
            "<table><thead><tr><th scope=\"col\">What</th><th scope=\"col\">For</th><th scope=\"col\">How often</th>\
             <th scope=\"col\">End it</th></tr></thead><tbody>{rows}</tbody></table>"
        ),
    };
    let clear = button(desk, "clear", "<button class=\"main\" id=\"clear\">Clear everything</button>");
    section("set", "What is set", &format!("{list}<p>{clear}</p>"))
}

fn rows(desk: &Desk) -> String {
    let row = |what: &str, whom: &str, often: &str, end: &str| {
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{end}</td></tr>",
            escape(what),
            escape(whom),
            escape(often)
        )
    };
    let state = desk.shared.state();
    let mut rows: String = state
        .faults
        .planned()
        .map(|(id, planned)| {
            let end = format!(
                "<input type=\"hidden\" name=\"id\" value=\"{id}\"><button aria-label=\"Clear {}\">Clear</button>",
                escape(&planned.name)
            );
            row(&planned.name, &whom(planned), &often(planned), &button(desk, "clear", &end))
        })
        .collect();
    if !state.suspended.is_empty() {
        let tokens = format!("{} tokens count as revoked", state.suspended.len());
        rows.push_str(&row(&tokens, "", "until it is cleared", ""));
    }
    rows
}

fn whom(planned: &Planned) -> String {
    let route = planned.route.as_deref().unwrap_or("every call that it can happen to");
    match &planned.user {
        Some(user) => format!("{route}, {user}"),
        None => route.to_owned(),
    }
}

fn often(planned: &Planned) -> String {
    let times = planned.times.map_or("until it is cleared".to_owned(), |times| format!("{times} times"));
    match planned.after {
        0 => times,
        after => format!("after {after} calls, {times}"),
    }
}

fn options<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    names
        .map(|(value, text)| format!("<option value=\"{}\">{}</option>", escape(value), escape(text)))
        .collect()
}

fn faults(desk: &Desk) -> String {
    let own = FAULTS.iter().map(|known| (known.name, known.says));
    let own = own
        .map(|(name, says)| format!("<option value=\"{name}\">{name}: {}</option>", escape(says)))
        .collect::<String>();
    let writes = options(WRITE_ERRORS.iter().map(|name| (*name, *name)));
    let written = options(Written::ALL.iter().map(|written| (written.name(), written.name())));
    let routes = options(ROUTES.iter().map(|route| route.name).chain([TOKEN]).map(|name| (name, name)));
    let inside = format!(
        "<label>What happens <select name=\"fault\" id=\"fault\"><optgroup label=\"Calls\">{own}</optgroup>\
         <optgroup label=\"Refusals of a write (409)\">{writes}</optgroup></select></label>\
         <label>To which calls <select name=\"route\" id=\"route\"><option value=\"\">every call that it can happen to</option>{routes}</select></label>\
         <label>Of whom <select name=\"user\" id=\"user\"><option value=\"\">everybody</option>{users}</select></label>\
         <label>How often <input name=\"times\" id=\"times\" inputmode=\"numeric\" autocomplete=\"off\" placeholder=\"until it is cleared\"></label>\
         <label>After so many calls that go well <input name=\"after\" inputmode=\"numeric\" autocomplete=\"off\" placeholder=\"0\"></label>\
         <label>Wait to ask for, in seconds <input name=\"seconds\" inputmode=\"numeric\" autocomplete=\"off\" placeholder=\"1\"></label>\
         <label>Between two bytes, in milliseconds <input name=\"milliseconds\" inputmode=\"numeric\" autocomplete=\"off\" placeholder=\"200\"></label>\
         <label>Entry of a batch, from 0 <input name=\"entry\" inputmode=\"numeric\" autocomplete=\"off\" placeholder=\"0\"></label>\
         <label>Error of that entry <select name=\"error\"><option value=\"\">too_many_write_operations</option>{writes}</select></label>\
         <label>How a page repeats the request <select name=\"written\">{written}</select></label>\
         <button class=\"main\" id=\"add\">Make it happen</button>",
        users = users(&desk.shared),
    );
    section("faults", "A fault", &form(desk, "faults", &inside))
}

/// The people who have an account.
fn users(shared: &Shared) -> String {
    let state = shared.state();
    options(state.accounts.values().map(|account| (account.email.as_str(), account.email.as_str())))
}

fn limits(desk: &Desk) -> String {
    let (latency, calls, contention) = {
        let state = desk.shared.state();
        let calls = state.limits.rate().map_or(String::new(), |(calls, _)| calls.to_string());
        (state.latency.as_millis(), calls, state.limits.contention)
    };
    let inside = format!(
        "<label>Every answer later, in milliseconds <input name=\"latency\" id=\"latency\" inputmode=\"numeric\" autocomplete=\"off\" value=\"{latency}\"></label>\
         <label>Calls a second for each user <input name=\"calls\" id=\"calls\" inputmode=\"numeric\" autocomplete=\"off\" value=\"{calls}\" placeholder=\"as many as anybody likes\"></label>\
         <label><input type=\"checkbox\" name=\"contention\" value=\"on\"{}> Only one write at a time in one Dropbox</label><button>Set</button>",
        if contention { " checked" } else { "" },
    );
    section("limits", "Speed and limits", &form(desk, "limits", &inside))
}

fn network(desk: &Desk) -> String {
    let (now, wanted, label) = match desk.shared.is_plugged() {
        true => ("The network works.", "on", "Let it fail"),
        false => ("The network has failed: connections are reset.", "off", "Let it work"),
    };
    let inside = format!("<p>{now}</p><input type=\"hidden\" name=\"offline\" value=\"{wanted}\"><button>{label}</button>");
    section("network", "Network", &form(desk, "network", &inside))
}

fn time(desk: &Desk) -> String {
    let (now, ahead) = {
        let state = desk.shared.state();
        (seconds(state.now()), state.ahead.as_secs())
    };
    let inside = format!(
        "<p>At Dropbox it is {now}. Codes end after an hour, access tokens after four, upload sessions after seven days.</p>\
         <label>Ahead of this computer, such as 90s, 15m, 4h or 7d <input name=\"ahead\" id=\"ahead\" autocomplete=\"off\" value=\"{ahead}s\"></label><button>Set</button>"
    );
    section("time", "Time", &form(desk, "time", &inside))
}

fn accounts(desk: &Desk) -> String {
    let rows: String = {
        let state = desk.shared.state();
        let row = |account| {
            let team = state.team_of(account).map_or("", |(team, _)| team.name.as_str());
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
                escape(&account.name),
                escape(&account.email),
                escape(team)
            )
        };
        state.accounts.values().map(row).collect()
    };
    let inside = "<label>Name <input name=\"name\" id=\"name\" autocomplete=\"off\"></label>\
         <label>E-mail <input name=\"email\" id=\"email\" autocomplete=\"off\"></label>\
         <label>Team, with a team space <input name=\"team\" id=\"team\" autocomplete=\"off\" placeholder=\"none\"></label><button>Sign up</button>";
    let inside = format!(
        "<table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">E-mail</th><th scope=\"col\">Team</th></tr></thead><tbody>{rows}</tbody></table>{}{}",
        form(desk, "accounts", inside),
        form(
            desk,
            "revoke",
            &format!(
                "<label>Authorizations of <select name=\"user\"><option value=\"\">everybody</option>{}</select></label><button>Revoke</button>",
                users(&desk.shared)
            )
        ),
    );
    section("accounts", "Accounts and teams", &inside)
}
