//! A Dropbox on this computer: its pages, its OAuth endpoints and the API routes that the product uses, on one loopback address.
//!
//! The three hosts of Dropbox are three path prefixes: `/www` (pages), `/api` (token endpoint and RPC routes), `/content` (upload
//! routes); a call to the wrong one is refused. It is strict on purpose: what the real Dropbox refuses is refused here, in the same
//! words, because a lenient Dropbox would hide the bugs of its clients.
//!
//! `server` takes requests, each read to its end (`inbound`), with what all connections share (`shared`). `token` speaks OAuth, `routes` lists
//! the routes and `left_out` those that are not here, `caller` is who calls, `schema` and `shapes` are what an argument must look like, `api`
//! and `argument` read it, `content` is bytes and their hash, `limits` and `writers` are how much at once, `path_root` is where a path begins.
//! `users`, `files`, `folders`, `download`, `sessions` and `batches` are routes, `pages` is what a person sees. `state` is what it knows (`apps`,
//! `teams`, `session`, `listing`, and the files and folders of a `tree`), `memory` what it remembers between two runs, `ids` is given out.
//! `faults` is how calls can end, `repeated` is the page of a proxy, `cable` how the network fails, and `control` is where a person, a program
//! or a test says so. A route that Dropbox has and the product does not need answers 501 and says so.

mod answer;
mod api;
mod apps;
mod argument;
mod batches;
mod cable;
mod caller;
mod content;
mod control;
mod download;
mod faults;
mod files;
mod folders;
mod hash;
mod ids;
mod inbound;
mod left_out;
mod limits;
mod listing;
mod memory;
mod pages;
mod path_root;
mod paths;
pub(crate) mod repeated;
mod routes;
mod schema;
mod server;
mod session;
mod sessions;
mod shapes;
mod shared;
mod state;
mod teams;
mod token;
mod tree;
mod users;
mod writers;

use std::{collections::BTreeSet, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use tokio::{net::TcpListener, task::AbortHandle};

pub(crate) use self::{
    faults::{Fault, Gate, Moment},
    ids::AccountId,
    state::{AppHandle, Call},
    teams::TeamId,
    tree::StoredFile,
};
use self::{memory::Ports, shared::Shared};

/// A running simulator. It ends when this is dropped.
pub(crate) struct Simulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    servers: [AbortHandle; 2],
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Simulator {
    /// On any free port.
    pub(crate) async fn start() -> Self {
        Self::start_on(0, 0, None).await.expect("a free port")
    }

    /// On this port, with the control page on another; 0 is any free one. With a folder it goes on where it stopped, on the ports of the last
    /// run if those are free.
    pub(crate) async fn start_on(port: u16, control_port: u16, folder: Option<&Path>) -> std::io::Result<Self> {
        let (shared, last) = match folder {
            Some(folder) => Shared::remembering(folder)?,
            None => (Shared::default(), Ports::default()),
        };
        let listener = bind(port, last.dropbox).await?;
        let control = bind(control_port, last.control).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(shared);
        shared.set_ports(Ports {
            dropbox: address.port(),
            control: control.local_addr()?.port(),
        });
        let servers = [
            tokio::spawn(server::serve(listener, shared.clone())).abort_handle(),
            tokio::spawn(control::serve(control, shared.clone())).abort_handle(),
        ];
        Ok(Self { shared, address, servers })
    }

    /// Nobody is connected any more, and nobody gets through.
    fn stop(&self) {
        self.servers.iter().for_each(AbortHandle::abort);
        self.shared.set_plugged(false);
    }

    /// Ends it, and waits until its ports are free.
    pub(crate) async fn end(&self) {
        self.stop();
        let Ports { dropbox, control } = self.shared.ports();
        for port in [dropbox, control] {
            while TcpListener::bind(("127.0.0.1", port)).await.is_err() {
                tokio::task::yield_now().await;
            }
        }
    }

    /// Where it can be told what to do: `http://127.0.0.1:PORT`, another port than Dropbox's.
    pub(crate) fn control_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.shared.ports().control)
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What an option of the command line says: `fault`, `account`, `offline` or `ahead`.
    pub(crate) fn option(&self, name: &str, value: &str) -> Result<(), String> {
        control::option(&self.shared, name, value)
    }

    /// Milliseconds by which every call is answered later, and calls a second for each user; nothing is none and as many as anybody likes.
    pub(crate) fn limits(&self, latency: &str, calls: &str, contention: bool) -> Result<(), String> {
        control::limits(&self.shared, latency, calls, contention)
    }

    /// Somebody signs up.
    pub(crate) fn add_account(&self, name: &str, email: &str) -> AccountId {
        self.shared.state().add_account(name, email)
    }

    /// A company gets a team space.
    pub(crate) fn create_team(&self, name: &str) -> TeamId {
        self.shared.state().create_team(name)
    }

    /// Somebody of this team signs up; the home folder in the team space has the member's name.
    pub(crate) fn add_team_account(&self, team: &TeamId, name: &str, email: &str) -> AccountId {
        self.shared.state().add_team_account(team, name, email)
    }

    /// Somebody creates an app in the App Console, with Full Dropbox, `account_info.read` and `files.content.write`.
    pub(crate) fn create_app(&self, owner: AccountId, name: &str) -> AppHandle {
        let mut state = self.shared.state();
        let key = state.create_app(owner, name, false);
        let app = state.app_mut(&key);
        app.scopes.insert("files.content.write".to_owned());
        AppHandle {
            key: app.key.clone(),
            secret: app.secret.clone(),
        }
    }

    /// The app gets a folder of its own, and nothing but it. (A real app is so from the start.)
    pub(crate) fn make_app_folder_only(&self, app_key: &str) {
        self.shared.state().app_mut(app_key).folder_only = true;
    }

    /// The Permissions tab.
    pub(crate) fn set_scopes(&self, app_key: &str, scopes: &[&str]) {
        self.shared.state().app_mut(app_key).scopes = scopes.iter().map(ToString::to_string).collect();
    }

    /// The Settings tab, Redirect URIs.
    pub(crate) fn add_redirect_uri(&self, app_key: &str, uri: &str) {
        self.shared.state().app_mut(app_key).redirect_uris.push(uri.to_owned());
    }

    /// The Settings tab, Enable additional users.
    pub(crate) fn enable_additional_users(&self, app_key: &str) {
        self.shared.state().app_mut(app_key).additional_users = true;
    }

    /// The files of an account, by path; of a team member, those of the team space, by their path in it.
    pub(crate) fn files(&self, account: &AccountId) -> Vec<StoredFile> {
        self.shared.state().space(account).files().map(StoredFile::from).collect()
    }

    /// The user deletes a file.
    pub(crate) fn delete(&self, account: &AccountId, path: &str) {
        self.shared.state().space_mut(account).delete(path);
    }

    /// Every API and token call so far, in the order in which they were answered.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// The next `times` calls (of this route only, when one is named) end like this.
    pub(crate) fn inject(&self, fault: Fault, times: u32, route: Option<&str>) {
        self.shared.state().faults.inject(fault, times, route);
    }

    /// The next call of this route waits, before or after its work, until the gate is released.
    pub(crate) fn hold(&self, moment: Moment, route: &str) -> Gate {
        self.hold_after(0, moment, route)
    }

    /// As [`Simulator::hold`], after so many other calls of the route.
    pub(crate) fn hold_after(&self, calls: usize, moment: Moment, route: &str) -> Gate {
        self.shared.state().faults.hold(calls, moment, route)
    }

    /// From now on every API and token call is answered this much later.
    pub(crate) fn set_latency(&self, latency: Duration) {
        self.shared.state().latency = latency;
    }

    /// Whether this Dropbox has `start_batch` and `append_batch`, as today's has, or is one from before.
    pub(crate) fn set_new_routes(&self, has: bool) {
        self.shared.state().has_new_routes = has;
    }

    /// How long a code works from now on; an hour unless this says otherwise.
    pub(crate) fn set_code_lifetime(&self, lifetime: Duration) {
        self.shared.state().code_lifetime = lifetime;
    }

    /// Whether somebody who has allowed an app before is redirected without a click, as Dropbox may do.
    pub(crate) fn set_skips_approved(&self, skips: bool) {
        self.shared.state().skips_approved = skips;
    }

    /// So many more people connect the app.
    pub(crate) fn connect_strangers(&self, app_key: &str, number: usize) {
        let mut state = self.shared.state();
        let now = state.now();
        for stranger in (0..number).map(|_| AccountId::random()) {
            state.app_mut(app_key).connect(&stranger, &BTreeSet::new(), now);
        }
    }

    /// Dropbox has reviewed the app.
    pub(crate) fn approve_for_production(&self, app_key: &str) {
        self.shared.state().app_mut(app_key).production = true;
    }

    /// Whether files keep their bytes; without them a benchmark needs little memory, and sizes and hashes are as they were.
    pub(crate) fn keep_contents(&self, keep: bool) {
        self.shared.state().drops_contents = !keep;
    }

    /// From now on an account may make so many calls through one app in this time; one more is 429, and counts too.
    pub(crate) fn set_rate_limit(&self, calls: usize, window: Duration) {
        self.shared.state().limits.set_rate(calls, window);
    }

    /// Whether a commit is refused while another one of the same namespace is under way.
    pub(crate) fn set_write_contention(&self, contention: bool) {
        self.shared.state().limits.contention = contention;
    }

    /// The network fails: connections end, and nobody gets through.
    pub(crate) fn unplug(&self) {
        self.shared.set_plugged(false);
    }

    /// Everything answers again.
    pub(crate) fn plug_in(&self) {
        self.shared.set_plugged(true);
    }

    /// Time passes at Dropbox: codes, tokens and sessions grow old.
    pub(crate) fn advance(&self, duration: Duration) {
        self.shared.state().ahead += duration;
    }

    /// The user removes the app from the connected apps.
    pub(crate) fn disconnect(&self, account: &AccountId, app_key: &str) {
        self.shared.state().disconnect(account, app_key);
    }

    /// Every route that Dropbox has and this simulator does not, with its host.
    pub(crate) fn left_out() -> impl Iterator<Item = (&'static str, String)> {
        left_out::left_out()
    }

    /// How many routes are answered.
    pub(crate) fn answered() -> usize {
        routes::ROUTES.len()
    }

    /// Whether a refresh token still works.
    pub(crate) fn is_alive(&self, refresh_token: &str) -> bool {
        let state = self.shared.state();
        state.refresh_tokens.contains_key(refresh_token) && !state.is_suspended(refresh_token, None)
    }

    /// How many refresh tokens of an account still work.
    pub(crate) fn alive_grants(&self, account: &AccountId) -> usize {
        self.shared.state().refresh_tokens.values().filter(|grant| grant.account == *account).count()
    }

    /// Every app secret, code, verifier, access token and refresh token that was ever issued or received.
    pub(crate) fn issued_secrets(&self) -> Vec<String> {
        self.shared.state().secrets.iter().cloned().collect()
    }
}

/// The port that was asked for; where any will do, the one of the last run, or else any.
async fn bind(asked: u16, last: u16) -> std::io::Result<TcpListener> {
    let first = if asked == 0 { last } else { asked };
    match TcpListener::bind(("127.0.0.1", first)).await {
        Err(_) if first != asked => TcpListener::bind(("127.0.0.1", asked)).await,
        bound => bound,
    }
}
