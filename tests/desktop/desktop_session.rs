//! The program's window, and the system browser that it opens.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::webdriver::WebDriver;

const MINI_BROWSER: &str = "webkit2gtk-4.1/MiniBrowser";
const DEADLINE: Duration = Duration::from_secs(30);

/// The window, started on a folder of its own.
pub(crate) struct DesktopSession {
    pub(crate) window: WebDriver,
    folder: TempDir,
}

impl DesktopSession {
    /// Starts the program with these arguments.
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        Self::start_in(TempDir::new().unwrap(), arguments).await
    }

    /// Ends the program, as a crash would; its folder stays.
    pub(crate) fn close(self) -> TempDir {
        self.folder
    }

    /// Starts the program again on a folder that it has used.
    pub(crate) async fn start_in(folder: TempDir, arguments: &[&str]) -> Self {
        // WebKitGTK's WebDriver waits for the next picture of the page for ever when it is drawn without a graphics processor.
        Self::open(folder, arguments, Some(("WEBKIT_DISABLE_COMPOSITING_MODE", OsString::from("0")))).await
    }

    /// Starts the program as it draws where it is installed; its WebDriver takes no pictures then.
    pub(crate) async fn start_as_installed(arguments: &[&str]) -> Self {
        Self::open(TempDir::new().unwrap(), arguments, None).await
    }

    async fn open(folder: TempDir, arguments: &[&str], drawing: Option<(&str, OsString)>) -> Self {
        until_no_window().await;
        let system_browser = fake_system_browser(folder.path());
        let data = folder.path().join("data").display().to_string();
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).chain(["--data-folder".to_owned(), data]).collect();
        let home = folder.path().join("home");
        fs::create_dir_all(&home).unwrap();
        let environment = [
            ("PATH", system_browser),
            ("OUTTRAY_LOG", OsString::from("trace")),
            ("HOME", home.into_os_string()),
        ];
        let environment: Vec<_> = environment.into_iter().chain(drawing).collect();
        let window = WebDriver::start(env!("CARGO_BIN_EXE_outtray-desktop"), &arguments, &environment).await;
        Self { window, folder }
    }

    /// The program's data folder.
    pub(crate) fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// How often the log says this.
    pub(crate) fn logged(&self, text: &str) -> usize {
        let logs = crate::support::files_below(&self.data_folder().join("logs"));
        logs.into_iter().map(|(_, log)| String::from_utf8_lossy(&log).matches(text).count()).sum()
    }

    /// Waits until the log says this.
    pub(crate) async fn until_log(&self, text: &str) {
        let start = Instant::now();
        while self.logged(text) == 0 {
            assert!(start.elapsed() < DEADLINE, "the log should say “{text}”");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// The home folder of whoever uses the program.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A place for the test's own files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The number of a process that the window has started, directly or not, or of the window itself, by its name.
    pub(crate) fn process(&self, name: &str) -> Option<u32> {
        self.window.processes().into_iter().find(|process| {
            let found = fs::read_link(format!("/proc/{process}/exe"));
            found.is_ok_and(|program| program.file_name().is_some_and(|program| program == name))
        })
    }

    /// Waits until the program has ended by itself.
    pub(crate) async fn until_ended(&self) {
        let start = Instant::now();
        while self.process("outtray-desktop").is_some() {
            assert!(start.elapsed() < DEADLINE, "the program should have ended");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// The address that the program opened in the system browser last. It is forgotten then.
    pub(crate) async fn opened(&self) -> String {
        let (file, start) = (self.folder.path().join("opened"), Instant::now());
        loop {
            if let Ok(address) = fs::read_to_string(&file) {
                fs::remove_file(&file).unwrap();
                return address;
            }
            assert!(start.elapsed() < DEADLINE, "the system browser was not opened");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }
}

/// Waits until the bus has noticed that the last window is gone: a new one would only ask it to come to the front.
pub(crate) async fn until_no_window() {
    let start = Instant::now();
    loop {
        let ask = [
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
        ];
        let answer = Command::new("dbus-send")
            .args(ask)
            .arg("string:io.outtray.desktop.SingleInstance")
            .output()
            .unwrap();
        if String::from_utf8_lossy(&answer.stdout).contains("false") {
            return;
        }
        let said = String::from_utf8_lossy(&answer.stderr);
        assert!(start.elapsed() < DEADLINE, "the last window is still there. {said}");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// A PATH that begins with an `xdg-open` which notes what it is asked to open.
fn fake_system_browser(folder: &Path) -> OsString {
    let programs = folder.join("programs");
    fs::create_dir_all(&programs).unwrap();
    let opened = folder.join("opened").display().to_string();
    let script = format!("#!/bin/sh\nprintf '%s' \"$1\" > '{opened}.part' && mv '{opened}.part' '{opened}'\n");
    let program = programs.join("xdg-open");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let usual = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(std::iter::once(programs).chain(std::env::split_paths(&usual))).unwrap()
}

/// The user's browser.
pub(crate) async fn browser() -> WebDriver {
    let folders = [
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
        "/usr/libexec",
        "/usr/lib",
    ];
    let found = folders.iter().map(|folder| Path::new(folder).join(MINI_BROWSER)).find(|path| path.exists());
    let program = found.expect("WebKitGTK's small browser, which `cargo xtask test` installs");
    WebDriver::start(&program.display().to_string(), &["--automation".to_owned()], &[]).await
}
