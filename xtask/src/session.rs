//! A desktop session of its own for tests: a bus, an unlocked keychain, a home folder, a display. Nobody's own is touched.

use std::{env, ffi::OsString, fs, path::PathBuf, process::Command};

use crate::{
    Result,
    build::target,
    display::Display,
    process::{command, succeed},
};

/// Starts a bus, unlocks a new keychain with an empty password, then becomes the command that follows. Only the command speaks: what
/// the bus and its services say at their end would come after the closing line of the tests.
const SESSION: &str = "exec 3>&2 2>/dev/null; exec dbus-run-session -- sh -c '\
    printf \"\\n\" | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec env --default-signal \"$@\" 2>&3 3>&-' sh \"$@\"";

/// Runs a command in a session of its own; where there is no such thing, as it is.
pub(crate) fn succeed_in_session(inner: &Command) -> Result {
    let words: Vec<OsString> = std::iter::once(inner.get_program()).chain(inner.get_args()).map(OsString::from).collect();
    let settings: Vec<_> = inner.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    if !cfg!(target_os = "linux") {
        let mut plain = command(&words[0].to_string_lossy(), &[]);
        plain.args(&words[1..]).envs(settings);
        return succeed(plain);
    }
    let (display, home) = (Display::start()?, Home::new()?);
    let mut session = command("sh", &["-c", SESSION, "sh"]);
    session.args(words).envs(settings);
    for (name, _) in inner.get_envs().filter(|(_, value)| value.is_none()) {
        session.env_remove(name);
    }
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        session.env(name, kept(name, folder)?);
    }
    for name in [
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "WAYLAND_DISPLAY",
    ] {
        session.env_remove(name);
    }
    session.env("HOME", &home.0).env("XDG_RUNTIME_DIR", &home.0).env("DISPLAY", display.name());
    // What the system lacks is nothing that a test is about.
    session.env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
    succeed(session)
}

/// Where cargo and rustup live, although the home folder is another one.
fn kept(name: &str, folder: &str) -> Result<OsString> {
    let usual = || Some(PathBuf::from(env::var_os("HOME")?).join(folder).into_os_string());
    env::var_os(name).or_else(usual).ok_or_else(|| format!("neither {name} nor HOME is set"))
}

/// A home folder that goes away with this.
struct Home(PathBuf);

impl Home {
    fn new() -> Result<Self> {
        let path = target().join("tmp").join(format!("home-{}", std::process::id()));
        let failed = |error: std::io::Error| format!("{} could not be made: {error}", path.display());
        fs::create_dir_all(&path).map_err(failed)?;
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(failed)?;
        Ok(Self(path))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left behind lies in the target folder and does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
