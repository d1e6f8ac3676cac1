//! Diagnosis: what has to work, how it is, and what to do where it does not. `closed` is what is left of it while the database does not open.

mod closed;

use std::path::Path;

pub(crate) use self::closed::Closed;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    authorization::Authorizations,
    clock::Clock,
    dropbox,
    error::{Error, Problem},
    loopback::{Address, Listener},
    operator::OperatorId,
    paths::Paths,
    proxy::Script,
    settings::RedirectHost,
    size::size,
    store::Store,
};

/// How far our clock may be from Dropbox's, in seconds. The hour of a request and the life of a token are measured with it.
const CLOCK_DIFFERENCE_MAX: i64 = 120;

/// What the check that decides on others is called.
const INTERFACE: &str = "Interface to Dropbox";

/// How many operators are checked at a time: each costs two calls to Dropbox, which are nothing but waiting.
const OPERATORS_AT_ONCE: usize = 16;

/// One thing that was checked.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was checked: `database`, `keychain`, `redirect port 17653`, `network`, `operator AB`.
    pub name: String,
    /// How it is, where it is well.
    pub detail: Option<String>,
    /// What is wrong, and what to do.
    pub problem: Option<Problem>,
}

impl Check {
    /// How a check ended; `Ok` says how it is.
    fn of(name: impl Into<String>, result: Result<String, Error>) -> Self {
        let (detail, problem) = match result {
            Ok(detail) => (Some(detail), None),
            Err(error) => (None, Some(error.problem())),
        };
        Self {
            name: name.into(),
            detail,
            problem,
        }
    }
}

/// A check that has ended, and how far all of them are.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The check.
    pub check: Check,
    /// How many operators have been checked.
    pub operators_done: usize,
    /// How many operators are checked in all; 0 as long as it is about something else.
    pub operators: usize,
}

/// Who hears of each check when it has ended, in order.
pub(crate) type Heard<'a> = dyn FnMut(Checked) + Send + 'a;

/// What is checked.
pub(crate) struct Diagnosis<'a> {
    pub(crate) store: &'a Store,
    pub(crate) authorizations: &'a Authorizations,
    pub(crate) computer: Computer<'a>,
}

/// What is checked of the computer, whatever stands in the database.
pub(crate) struct Computer<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) dropbox: &'a dropbox::Client,
    pub(crate) clock: &'a Clock,
}

/// A check that is about no operator.
fn alone(check: Check) -> Checked {
    Checked {
        check,
        operators_done: 0,
        operators: 0,
    }
}

/// What the check of the place of the master key is called.
fn keychain_name(key_file: Option<&Path>) -> &'static str {
    match key_file {
        Some(_) => "key file",
        None => "keychain",
    }
}

impl Diagnosis<'_> {
    /// Checks everything, from the computer to each operator. While the interface is off, nothing is asked of Dropbox; while the keychain
    /// does not open, nothing about operators: what is wrong with it is said once.
    pub(crate) async fn run(&self, heard: &mut Heard<'_>) -> Result<(), Error> {
        let keychain = keychain_name(self.authorizations.key_file());
        let (mut keychain_opens, mut is_on) = (true, true);
        let mut each = |check: Check| {
            keychain_opens &= check.name != keychain || check.problem.is_none();
            is_on &= check.name != INTERFACE || check.problem.is_none();
            heard(alone(check));
        };
        self.run_without_operators(&mut each).await?;
        match keychain_opens && is_on {
            true => self.operators(heard).await,
            false => Ok(()),
        }
    }

    /// Checks everything but the operators: that costs calls for each.
    pub(crate) async fn run_without_operators(&self, heard: &mut (dyn FnMut(Check) + Send)) -> Result<(), Error> {
        heard(Check::of("data folder", self.computer.data_folder()));
        heard(Check::of("database", self.database().await));
        heard(Check::of(keychain_name(self.authorizations.key_file()), self.keychain().await));
        let settings = self.store.get_settings().await?;
        for &port in &settings.redirect_ports {
            let bound = self.redirect_port(settings.redirect_host, port).await;
            heard(Check::of(format!("redirect port {port}"), bound));
        }
        heard(Check::of("certificate store", certificates()));
        let way = self.authorizations.take_way(&settings).await;
        if !settings.interface_to_dropbox {
            heard(Check::of("proxy", way.and_then(|()| self.computer.proxy(false))));
            heard(Check::of(INTERFACE, Err(Error::InterfaceOff)));
            return Ok(());
        }
        let mut network = Vec::new();
        let proxy = match way {
            Ok(()) => {
                let answers = self.computer.network(&mut network).await;
                self.computer.proxy(answers)
            }
            Err(error) => Err(error),
        };
        heard(Check::of("proxy", proxy));
        heard(Check::of(INTERFACE, Ok("on".to_owned())));
        network.into_iter().for_each(heard);
        Ok(())
    }

    async fn database(&self) -> Result<String, Error> {
        let file = self.computer.paths.database();
        self.store.check(&file).await?;
        Ok(file.display().to_string())
    }

    async fn keychain(&self) -> Result<String, Error> {
        self.authorizations.check_keychain().await?;
        Ok("the master key is there".to_owned())
    }

    /// A port that Outtray itself listens on is as good as a free one.
    async fn redirect_port(&self, host: RedirectHost, port: u16) -> Result<String, Error> {
        let address = Address { host, port };
        match Listener::bind(host, &[port]).await {
            Ok(_) => Ok(address.redirect_uri()),
            Err(error) => match self.authorizations.awaited_at(address).await? {
                Some(operator) => Ok(format!("{}, operator {operator} is awaited there now", address.redirect_uri())),
                None if self.authorizations.listens_at(address).await => Ok(address.redirect_uri()),
                None => Err(Error::PortsBusy(error.to_string())),
            },
        }
    }

    /// Several at a time; they are heard of in the order of the list.
    async fn operators(&self, heard: &mut Heard<'_>) -> Result<(), Error> {
        let mut authorized = self.store.list_operators().await?;
        authorized.retain(|operator| operator.authorization.is_some());
        let operators = authorized.len();
        let checks = authorized.into_iter().map(|operator| self.operator(operator.id));
        let mut checks = stream::iter(checks).buffered(OPERATORS_AT_ONCE).enumerate();
        while let Some((at, check)) = checks.next().await {
            // One that was removed meanwhile needs no line.
            if let Some(check) = check? {
                heard(Checked {
                    check,
                    operators_done: at + 1,
                    operators,
                });
            }
        }
        Ok(())
    }

    async fn operator(&self, id: OperatorId) -> Result<Option<Check>, Error> {
        let found = self.store.find_operator(id.as_str()).await?;
        let Some((row, operator)) = found.filter(|(_, operator)| operator.authorization.is_some()) else {
            return Ok(None);
        };
        let account = self.authorizations.check(row, &operator.id).await;
        Ok(Some(Check::of(
            format!("operator {}", operator.id),
            account.map(|account| account.email),
        )))
    }
}

impl Computer<'_> {
    fn data_folder(&self) -> Result<String, Error> {
        let free = self.paths.check()?;
        Ok(format!("{}, {} free", self.paths.folder().display(), size(free)))
    }

    /// What calls use. A script that is not read is no fault where Dropbox answers all the same.
    fn proxy(&self, dropbox_answers: bool) -> Result<String, Error> {
        let way = self.dropbox.way()?;
        match way.script {
            Some(Script::At(script)) if way.proxy.is_none() && !dropbox_answers => Err(Error::ProxyScript(script)),
            _ => Ok(self.dropbox.described_way()?),
        }
    }

    /// Whether Dropbox answers, and what it says about our clock.
    async fn network(&self, checks: &mut Vec<Check>) -> bool {
        match self.dropbox.reach().await {
            Ok(reached) => {
                let content = self.dropbox.reach_content().await.map_err(Error::from);
                checks.push(Check::of("network", content.map(|()| "Dropbox answers".to_owned())));
                checks.extend(reached.date.map(|date| Check::of("clock", clock(self.clock.reading(), date))));
                true
            }
            Err(error) => {
                checks.push(Check::of("network", Err(error.into())));
                false
            }
        }
    }
}

fn certificates() -> Result<String, Error> {
    dropbox::check_certificates().map_err(Error::CertificatesMissing)?;
    Ok("the system’s certificates can be used".to_owned())
}

fn clock(ours: Timestamp, theirs: Timestamp) -> Result<String, Error> {
    let ahead = ours.as_second() - theirs.as_second();
    if ahead.abs() < CLOCK_DIFFERENCE_MAX {
        return Ok("as Dropbox’s".to_owned());
    }
    let side = if ahead > 0 { "ahead of" } else { "behind" };
    Err(Error::ClockWrong(format!("{} minutes {side} Dropbox’s", ahead.abs() / 60)))
}
