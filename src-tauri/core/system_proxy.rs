//! What this computer says about proxies: the environment first, as everywhere; then the settings of Windows or macOS.

use std::env;

use crate::proxy::{Exceptions, Origin, Proxy, Script, SystemProxy, SystemSays};

/// For calls by HTTPS, the more specific first; the first that is not empty holds.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// What some desktops put into the environment for a configuration script.
const SCRIPTS: [&str; 2] = ["AUTO_PROXY", "auto_proxy"];

/// Asks the environment and the system.
pub fn system_proxy() -> SystemProxy {
    SystemProxy::new(|| {
        let environment = of_environment();
        // A part of both would be neither's.
        if environment.proxy.is_some() {
            return environment;
        }
        let system = of_system();
        SystemSays {
            exceptions: environment.exceptions.or(system.exceptions),
            script: environment.script.or(system.script),
            ..system
        }
    })
}

fn of_environment() -> SystemSays {
    SystemSays {
        proxy: variable(PROXIES).map(|(name, text)| (Proxy::parse(&text), Origin::Variable(name))),
        exceptions: variable(EXCEPTIONS).map(|(name, text)| (Exceptions::of_environment(&text), Origin::Variable(name))),
        script: variable(SCRIPTS).map(|(_, address)| Script::At(address)),
    }
}

/// The first of these that is set and not empty.
fn variable<const N: usize>(names: [&'static str; N]) -> Option<(&'static str, String)> {
    let set = |name: &'static str| Some((name, env::var(name).ok()?)).filter(|(_, text)| !text.trim().is_empty());
    names.into_iter().find_map(set)
}

#[cfg(windows)]
use self::windows::of_system;

/// Internet Settings: of the user, or of the computer where a policy says that they hold for everybody.
#[cfg(windows)]
mod windows {
    use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

    use crate::proxy::{Exceptions, Origin, Proxy, Script, SystemSays, of_windows};

    const SETTINGS: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";
    const POLICY: &str = r"Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";
    /// In the ninth byte of `DefaultConnectionSettings`: the network is asked for a script.
    const DETECT: u8 = 0x08;

    pub(super) fn of_system() -> SystemSays {
        let policy = LOCAL_MACHINE.open(POLICY).and_then(|policy| policy.get_u32("ProxySettingsPerUser"));
        let root = if policy.is_ok_and(|per_user| per_user == 0) {
            LOCAL_MACHINE
        } else {
            CURRENT_USER
        };
        root.open(SETTINGS).map(|settings| of_settings(&settings)).unwrap_or_default()
    }

    fn of_settings(settings: &Key) -> SystemSays {
        let text = |name: &str| settings.get_string(name).ok().filter(|text| !text.trim().is_empty());
        let is_on = settings.get_u32("ProxyEnable").unwrap_or(0) != 0;
        let server = text("ProxyServer").filter(|_| is_on).and_then(|text| of_windows(&text));
        let detects = || {
            let connections = settings.open("Connections").and_then(|key| key.get_value("DefaultConnectionSettings"));
            connections.is_ok_and(|value| value.get(8).is_some_and(|flags| flags & DETECT != 0))
        };
        SystemSays {
            proxy: server.map(|server| (Proxy::parse(&server), Origin::System)),
            exceptions: text("ProxyOverride").map(|text| (Exceptions::of_system(&text), Origin::System)),
            script: text("AutoConfigURL").map(Script::At).or_else(|| detects().then_some(Script::Detected)),
        }
    }
}

#[cfg(target_os = "macos")]
use self::macos::of_system;

/// System Settings › Network › Proxies, of the network that is in use.
#[cfg(target_os = "macos")]
mod macos {
    use std::io::Cursor;

    use plist::{Dictionary, Value};
    use system_configuration::{
        core_foundation::{
            base::TCFType,
            propertylist::{create_data, kCFPropertyListXMLFormat_v1_0},
        },
        dynamic_store::SCDynamicStoreBuilder,
    };

    use crate::proxy::{Exceptions, Origin, Proxy, Script, SystemSays};

    pub(super) fn of_system() -> SystemSays {
        proxies().map(|proxies| of_proxies(&proxies)).unwrap_or_default()
    }

    /// Taken as a property list: its arrays can be read without `unsafe` so.
    fn proxies() -> Option<Dictionary> {
        let proxies = SCDynamicStoreBuilder::new("outtray").build()?.get_proxies()?;
        let data = create_data(proxies.as_CFTypeRef(), kCFPropertyListXMLFormat_v1_0).ok()?;
        Value::from_reader(Cursor::new(data.bytes())).ok()?.into_dictionary()
    }

    fn of_proxies(proxies: &Dictionary) -> SystemSays {
        let text = |key: &str| proxies.get(key).and_then(Value::as_string).filter(|text| !text.is_empty());
        let is_on = |key: &str| proxies.get(key).and_then(Value::as_signed_integer) == Some(1);
        let named = |kind: &str, scheme: &str| {
            let host = text(&format!("{kind}Proxy")).filter(|_| is_on(&format!("{kind}Enable")))?;
            let port = proxies.get(&format!("{kind}Port")).and_then(Value::as_signed_integer);
            Some(port.map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}")))
        };
        let proxy = named("HTTPS", "http").or_else(|| named("SOCKS", "socks5"));
        let exceptions = proxies.get("ExceptionsList").and_then(Value::as_array);
        let exceptions = exceptions.map(|list| list.iter().filter_map(Value::as_string).collect::<Vec<_>>().join(";"));
        let script = text("ProxyAutoConfigURLString").filter(|_| is_on("ProxyAutoConfigEnable"));
        SystemSays {
            proxy: proxy.map(|proxy| (Proxy::parse(&proxy), Origin::System)),
            exceptions: exceptions.map(|text| (Exceptions::of_system(&text), Origin::System)),
            script: (script.map(|address| Script::At(address.to_owned())))
                .or_else(|| is_on("ProxyAutoDiscoveryEnable").then_some(Script::Detected)),
        }
    }
}

/// Elsewhere desktops put their settings into the environment of what they start.
#[cfg(not(any(windows, target_os = "macos")))]
fn of_system() -> SystemSays {
    SystemSays::default()
}
