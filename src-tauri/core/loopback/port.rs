//! Where a redirect arrives, and which ports can be had there.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::net::TcpListener;

use super::PATH;
use crate::settings::RedirectHost;

/// How long a port is waited for that another listener of ours may have just given up.
const MOMENT: Duration = Duration::from_millis(50);
/// EAFNOSUPPORT, or WSAEAFNOSUPPORT: a computer without IPv6.
const NO_SUCH_FAMILY: i32 = if cfg!(windows) {
    10047
} else if cfg!(target_os = "macos") {
    47
} else {
    97
};

/// Host and port of a redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The host.
    pub host: RedirectHost,
    /// The port.
    pub port: u16,
}

impl Address {
    /// The redirect URI, exactly as it has to be registered in the App Console.
    pub fn redirect_uri(&self) -> String {
        format!("http://{}{PATH}", self.authority())
    }

    /// The address of a redirect URI of ours.
    pub fn of(redirect_uri: &str) -> Option<Self> {
        let authority = redirect_uri.strip_prefix("http://")?.strip_suffix(PATH)?;
        let (host, port) = authority.split_once(':')?;
        Some(Self {
            host: RedirectHost::named(host)?,
            port: port.parse().ok()?,
        })
    }

    /// Host and port, as a `Host` header has them.
    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host.as_str(), self.port)
    }

    /// Binds every address that a browser may take the host for.
    pub(super) async fn bind(&self) -> io::Result<Vec<TcpListener>> {
        let v4 = bind_patiently(Ipv4Addr::LOCALHOST.into(), self.port).await;
        let v6 = match self.host {
            RedirectHost::Ipv4 => None,
            RedirectHost::Localhost => Some(bind_patiently(Ipv6Addr::LOCALHOST.into(), self.port).await),
        };
        usable(v4, v6)
    }
}

/// A port counts when every address of the host could be bound: a browser that finds another program on one of them would hand the
/// code to that program. A computer without IPv6 has one address less.
pub fn usable<S>(v4: io::Result<S>, v6: Option<io::Result<S>>) -> io::Result<Vec<S>> {
    let v4 = v4?;
    match v6 {
        None => Ok(vec![v4]),
        Some(Ok(v6)) => Ok(vec![v4, v6]),
        Some(Err(error)) if is_without_ipv6(&error) => Ok(vec![v4]),
        Some(Err(error)) => Err(error),
    }
}

fn is_without_ipv6(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(NO_SUCH_FAMILY)
}

/// Busy and reserved read differently, because what helps is different. Windows reserves ranges for Hyper-V and answers WSAEACCES.
pub fn port_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => "is in use by another program".to_owned(),
        ErrorKind::PermissionDenied => "is reserved by the system".to_owned(),
        _ => format!("cannot be used ({error})"),
    }
}

/// A listener that has just ended gives its port back a moment later; another program keeps it.
async fn bind_patiently(ip: IpAddr, port: u16) -> io::Result<TcpListener> {
    let address = SocketAddr::from((ip, port));
    match TcpListener::bind(address).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            tokio::time::sleep(MOMENT).await;
            TcpListener::bind(address).await
        }
        bound => bound,
    }
}
