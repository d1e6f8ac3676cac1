//! Start at login: on the same data as now. Only the system knows whether it is on: somebody may have changed it there.

use std::path::Path;

use auto_launch::{AutoLaunch, AutoLaunchBuilder};
use outtray::Error;
use sha2::{Digest, Sha256};
use tauri::{AppHandle, Manager};

use crate::arguments::Arguments;

/// Longer command lines are not started by Windows (learn.microsoft.com, "Run and RunOnce Registry Keys").
const WINDOWS_MAX: usize = 260;
const NO_UNICODE: &str = "a path is not valid Unicode";
/// How much of a hash tells one set of arguments from another, in bytes.
const MARK: usize = 4;

/// How this program is registered, or why it cannot be.
struct Login(Result<AutoLaunch, String>);

/// Prepares a registration with these arguments; nothing is registered yet.
pub(crate) fn prepare(handle: &AppHandle, arguments: &Arguments) {
    handle.manage(Login(login(handle, arguments)));
}

/// Whether the system starts the program, on this data, at a login; nothing where the system does not say.
pub(crate) fn get(handle: &AppHandle) -> Option<bool> {
    handle.state::<Login>().0.as_ref().ok()?.is_enabled().ok()
}

/// Changes it, where it is not so already.
pub(crate) fn set(handle: &AppHandle, on: bool) -> Result<(), Error> {
    if get(handle) == Some(on) {
        return Ok(());
    }
    let login = handle.state::<Login>();
    let changed = match &login.0 {
        Ok(login) if on => login.enable().map_err(|error| error.to_string()),
        Ok(login) => login.disable().map_err(|error| error.to_string()),
        Err(reason) => Err(reason.clone()),
    };
    changed.map_err(Error::StartAtLogin)
}

fn login(handle: &AppHandle, arguments: &Arguments) -> Result<AutoLaunch, String> {
    let words = arguments.to_repeat().ok_or(NO_UNICODE)?;
    let program = program(handle)?;
    let program = program_word(&program)?;
    let words_quoted = words.iter().map(|word| quoted(word));
    let quoted: Vec<String> = std::iter::once(Ok("--hidden".to_owned())).chain(words_quoted).collect::<Result<_, _>>()?;
    let length = program.chars().count() + quoted.iter().map(|word| 1 + word.chars().count()).sum::<usize>();
    if cfg!(windows) && length > WINDOWS_MAX {
        return Err(format!(
            "Windows starts no command line of more than {WINDOWS_MAX} characters at a login"
        ));
    }
    let mut builder = AutoLaunchBuilder::new();
    builder.set_app_name(&name(&words)).set_app_path(&program).set_args(&quoted);
    #[cfg(windows)]
    builder.set_windows_enable_mode(auto_launch::WindowsEnableMode::CurrentUser);
    #[cfg(target_os = "macos")]
    builder.set_macos_launch_mode(auto_launch::MacOSLaunchMode::LaunchAgent);
    builder.build().map_err(|error| error.to_string())
}

/// Each data folder is registered by itself: one does not take the place of another, nor seems to be on because another is.
fn name(words: &[String]) -> String {
    if words.is_empty() {
        return "Outtray".to_owned();
    }
    let hash = Sha256::digest(words.join("\0"));
    let mark: String = hash.iter().take(MARK).map(|byte| format!("{byte:02x}")).collect();
    format!("Outtray-{mark}")
}

/// On Linux an AppImage is started as a whole: the program within it is mounted elsewhere each time.
fn program(handle: &AppHandle) -> Result<String, String> {
    #[cfg(target_os = "linux")]
    if let Some(image) = handle.env().appimage {
        return text(Path::new(&image));
    }
    #[cfg(not(target_os = "linux"))]
    let _ = handle;
    text(&std::env::current_exe().map_err(|error| error.to_string())?)
}

fn text(path: &Path) -> Result<String, String> {
    path.to_str().map(str::to_owned).ok_or_else(|| NO_UNICODE.to_owned())
}

/// Where it is looked for as a file, it stands as it is.
fn program_word(program: &str) -> Result<String, String> {
    if cfg!(target_os = "macos") {
        Ok(program.to_owned())
    } else {
        quoted(program)
    }
}

/// A word of the command line as the system's registration takes it.
fn quoted(word: &str) -> Result<String, String> {
    if word.chars().any(char::is_control) {
        return Err("a path has a control character in its name".to_owned());
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:\\".contains(c);
    Ok(match word.chars().all(is_plain) && !(cfg!(unix) && word.contains('\\')) {
        true => word.to_owned(),
        false => in_quotes(word),
    })
}

/// A value of a desktop entry: quoted for the command line, and its backslashes once more for the file; `%` begins a field code (Desktop
/// Entry Specification, "The Exec key").
#[cfg(target_os = "linux")]
fn in_quotes(word: &str) -> String {
    let mut quoted = String::from("\"");
    for c in word.chars() {
        match c {
            '\\' => quoted.push_str(r"\\\\"),
            '"' | '`' | '$' => quoted.extend([r"\\", c.encode_utf8(&mut [0; 4])]),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// An element of a property list, which takes words as they are but for the signs of XML.
#[cfg(target_os = "macos")]
fn in_quotes(word: &str) -> String {
    word.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What programs of Windows take apart again ("Parsing C command-line arguments"): a path has no quotation marks, but backslashes before the
/// last one would take it away.
#[cfg(windows)]
fn in_quotes(word: &str) -> String {
    let at_end = word.len() - word.trim_end_matches('\\').len();
    format!("\"{word}{}\"", "\\".repeat(at_end))
}
