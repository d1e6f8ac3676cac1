//! Diagnosis: what has to work, how it is, and what to do where it does not.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    authorization::Authorizations,
    clock::Clock,
    dropbox,
    error::{Error, Problem},
    loopback::{Address, Listener},
    paths::Paths,
    settings::RedirectHost,
    store::Store,
};

/// How far our clock may be from Dropbox's, in seconds. The hour of a request and the life of a token are measured with it.
const CLOCK_DIFFERENCE_MAX: i64 = 120;

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

/// What is checked.
pub(crate) struct Diagnosis<'a> {
    pub(crate) store: &'a Store,
    pub(crate) paths: &'a Paths,
    pub(crate) authorizations: &'a Authorizations,
    pub(crate) dropbox: &'a dropbox::Client,
    pub(crate) clock: &'a Clock,
}

impl Diagnosis<'_> {
    /// Checks everything, from the computer to each operator. While the interface is off, nothing is asked of Dropbox.
    pub(crate) async fn run(&self) -> Result<Vec<Check>, Error> {
        let mut checks = self.run_without_operators().await?;
        if self.store.get_settings().await?.interface_to_dropbox {
            self.operators(&mut checks).await?;
        }
        Ok(checks)
    }

    /// Checks everything but the operators: that costs a call for each.
    pub(crate) async fn run_without_operators(&self) -> Result<Vec<Check>, Error> {
        let mut checks = vec![
            Check::of("data folder", self.data_folder()),
            Check::of("database", self.database().await),
            Check::of("keychain", self.keychain().await),
        ];
        let settings = self.store.get_settings().await?;
        for &port in &settings.redirect_ports {
            let bound = self.redirect_port(settings.redirect_host, port).await;
            checks.push(Check::of(format!("redirect port {port}"), bound));
        }
        checks.push(Check::of("certificate store", certificates()));
        checks.push(Check::of("proxy", Ok(self.proxy())));
        if !settings.interface_to_dropbox {
            checks.push(Check::of("Interface to Dropbox", Err(Error::InterfaceOff)));
            return Ok(checks);
        }
        checks.push(Check::of("Interface to Dropbox", Ok("on".to_owned())));
        self.network(&mut checks).await;
        Ok(checks)
    }

    fn data_folder(&self) -> Result<String, Error> {
        let free = self.paths.check()?;
        Ok(format!("{}, {} MiB free", self.paths.folder().display(), free >> 20))
    }

    async fn database(&self) -> Result<String, Error> {
        self.store.check(&self.paths.database()).await?;
        Ok(self.paths.database().display().to_string())
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
                None => Err(Error::PortsBusy(error.to_string())),
            },
        }
    }

    fn proxy(&self) -> String {
        match self.dropbox.proxy() {
            Some(proxy) => proxy,
            None if self.dropbox.endpoints().is_simulator() => "none: the practice Dropbox runs on this computer".to_owned(),
            None => "none".to_owned(),
        }
    }

    async fn network(&self, checks: &mut Vec<Check>) {
        match self.dropbox.reach().await {
            Ok(reached) => {
                let content = self.dropbox.reach_content().await.map_err(Error::from);
                checks.push(Check::of("network", content.map(|()| "Dropbox answers".to_owned())));
                checks.extend(reached.date.map(|date| Check::of("clock", clock(self.clock.reading(), date))));
            }
            Err(error) => checks.push(Check::of("network", Err(error.into()))),
        }
    }

    async fn operators(&self, checks: &mut Vec<Check>) -> Result<(), Error> {
        for operator in self.store.list_operators(self.clock.now_ms()).await? {
            let found = self.store.find_operator(operator.id.as_str(), self.clock.now_ms()).await?;
            if let Some((row, operator)) = found.filter(|(_, operator)| operator.authorization.is_some()) {
                let account = self.authorizations.check(row, &operator.id).await;
                checks.push(Check::of(format!("operator {}", operator.id), account.map(|account| account.email)));
            }
        }
        Ok(())
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
