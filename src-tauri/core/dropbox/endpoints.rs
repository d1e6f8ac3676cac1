//! Where Dropbox is: the real one, or a simulator on this computer.

use url::{Host, Url};

use super::Error;

/// The base addresses. Anything but the real Dropbox is accepted on a loopback address only, so that no setting can send a real
/// token elsewhere.
#[derive(Clone, Debug)]
pub struct Endpoints {
    www: Url,
    api: Url,
    content: Url,
    simulator: Option<Url>,
}

impl Endpoints {
    /// The real Dropbox.
    pub fn dropbox() -> Result<Self, Error> {
        Ok(Self {
            www: fixed("https://www.dropbox.com/")?,
            api: fixed("https://api.dropboxapi.com/")?,
            content: fixed("https://content.dropboxapi.com/")?,
            simulator: None,
        })
    }

    /// A simulator at a loopback address: its three hosts are the paths `/www/`, `/api/` and `/content/`.
    pub fn simulator(address: &str) -> Result<Self, Error> {
        let base = Url::parse(address).map_err(|_| Error::Address(address.to_owned()))?;
        let loopback = match base.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            _ => false,
        };
        if base.scheme() != "http" || !loopback || base.path() != "/" || base.query().is_some() || !base.username().is_empty() {
            return Err(Error::Address(address.to_owned()));
        }
        let below = |path: &str| base.join(path).map_err(|_| Error::Address(address.to_owned()));
        Ok(Self {
            www: below("www/")?,
            api: below("api/")?,
            content: below("content/")?,
            simulator: Some(base),
        })
    }

    /// Whether this is the practice mode's Dropbox.
    pub fn is_simulator(&self) -> bool {
        self.simulator.is_some()
    }

    /// The simulator's address, in practice mode.
    pub fn simulator_url(&self) -> Option<&Url> {
        self.simulator.as_ref()
    }

    /// `GET /oauth2/authorize`, in the user's browser.
    pub fn authorize(&self) -> Result<Url, Error> {
        self.below(&self.www, "oauth2/authorize")
    }

    /// The App Console, where a user creates the app.
    pub fn app_console(&self) -> Result<Url, Error> {
        self.below(&self.www, "developers/apps")
    }

    /// The page with the files that have arrived: in this folder, or in all for an empty one.
    pub fn files(&self, folder: &str) -> Result<Url, Error> {
        let mut page = self.below(&self.www, "home")?;
        let names = folder.split('/').filter(|name| !name.is_empty());
        // Encodes what a name may have that a path may not.
        page.path_segments_mut().map_err(|()| Error::Address(folder.to_owned()))?.extend(names);
        Ok(page)
    }

    /// `POST /oauth2/token`.
    pub(super) fn token(&self) -> Result<Url, Error> {
        self.below(&self.api, "oauth2/token")
    }

    /// A route of RPC style, such as `users/get_current_account`.
    pub(super) fn rpc(&self, route: &str) -> Result<Url, Error> {
        self.below(&self.api, &format!("2/{route}"))
    }

    /// A route of upload style, such as `files/upload`.
    pub(super) fn content(&self, route: &str) -> Result<Url, Error> {
        self.below(&self.content, &format!("2/{route}"))
    }

    fn below(&self, base: &Url, path: &str) -> Result<Url, Error> {
        base.join(path).map_err(|_| Error::Address(format!("{base}{path}")))
    }
}

fn fixed(address: &str) -> Result<Url, Error> {
    Url::parse(address).map_err(|_| Error::Address(address.to_owned()))
}
