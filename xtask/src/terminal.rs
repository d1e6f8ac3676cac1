//! `cargo xtask run --terminal`: the main job in a terminal, from an empty data folder to a verified report.

use std::{
    fs,
    io::{BufRead, BufReader, IsTerminal, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{
    Result,
    build::{build_terminal, program, target},
    http::{Browser, text_of},
    process::succeed,
};

const OPERATOR: &str = "AB";
const EMAIL: &str = "anna.berg@example.com";
const REDIRECT_URIS: [&str; 3] = [
    "http://127.0.0.1:17653/dropbox",
    "http://127.0.0.1:27653/dropbox",
    "http://127.0.0.1:37653/dropbox",
];
/// The smallest report that a reader opens.
const SAMPLE: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
4 0 obj<</Length 53>>stream\nBT /F 18 Tf 20 40 Td (A sample report of Outtray) Tj ET\nendstream endobj\n\
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// The simulator while it runs.
struct Simulator {
    process: Child,
    address: String,
}

impl Simulator {
    fn start() -> Result<Self> {
        let mut process = Command::new(program("examples/simulator"))
            .args(["--json", "--until-stdin-closes"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the simulator could not be started: {error}"))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        }
        let address = line.split('"').nth(3).ok_or("the simulator did not say its address")?.to_owned();
        Ok(Self { process, address })
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The command line on a data folder of its own.
struct Terminal {
    simulator: Simulator,
    folder: PathBuf,
}

impl Terminal {
    fn command(&self, words: &[&str]) -> Command {
        println!("\n$ outtray {}", quoted(words));
        let mut command = Command::new(program("outtray"));
        command
            .args(["--simulator", &self.simulator.address, "--data-folder"])
            .arg(self.folder.join("data"));
        command.arg("--key-file").arg(self.folder.join("master-key")).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> Result {
        succeed(self.command(words))
    }
}

/// Walks the procedure. `--yes` clicks Allow by itself; files are reports to send.
pub(crate) fn run(arguments: &[String]) -> Result {
    let yes = arguments.iter().any(|argument| argument == "--yes");
    let reports = reports(arguments)?;
    build_terminal()?;
    let folder = target().join("tmp").join(format!("terminal-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let terminal = Terminal {
        simulator: Simulator::start()?,
        folder,
    };
    let result = walk(&terminal, yes, &reports);
    // What is left behind lies in the target folder and does no harm.
    let _ = fs::remove_dir_all(&terminal.folder);
    result
}

/// The reports to send, from where the command was typed. A wrong name is said before anything is built.
fn reports(arguments: &[String]) -> Result<Vec<PathBuf>> {
    let known = ["--terminal", "--yes"];
    let mut reports = Vec::new();
    for argument in arguments.iter().filter(|argument| !known.contains(&argument.as_str())) {
        if argument.starts_with("--") {
            return Err(format!("cargo xtask run --terminal does not know {argument}"));
        }
        match fs::metadata(argument) {
            Ok(file) if file.is_file() => reports.push(PathBuf::from(argument)),
            Ok(_) => return Err(format!("{argument} is not a file")),
            Err(error) => return Err(format!("{argument} cannot be sent: {error}")),
        }
    }
    Ok(reports)
}

fn walk(terminal: &Terminal, yes: bool, reports: &[PathBuf]) -> Result {
    let mut browser = Browser::new(&terminal.simulator.address);
    println!(
        "A practice Dropbox runs at {}. Its user, {EMAIL}, creates an app.",
        terminal.simulator.address
    );
    let (key, secret) = create_app(&mut browser)?;
    terminal.run(&["settings", "set", "--interface-to-dropbox", "on"])?;
    terminal.run(&["operator", "add", OPERATOR, "--name", "Anna Berg", "--email", EMAIL])?;
    authorize(terminal, &mut browser, &key, &secret, yes)?;
    terminal.run(&["test", OPERATOR])?;
    send(terminal, reports)?;
    println!(
        "\nThe arrived files: {}/www/home (signed in as {EMAIL})",
        terminal.simulator.address
    );
    if !std::io::stdin().is_terminal() {
        println!("The practice Dropbox ends with this command.");
        return Ok(());
    }
    println!("Press Enter to end the practice Dropbox.");
    std::io::stdin().read_line(&mut String::new()).map(|_| ()).map_err(|error| error.to_string())
}

/// Step 2 of the procedure, on the simulator's pages.
fn create_app(browser: &mut Browser) -> Result<(String, String)> {
    browser.post("/www/login", &[("name", "Anna Berg"), ("email", EMAIL)])?;
    let form = [("scoped", "yes"), ("access", "full"), ("name", "Report output"), ("terms", "yes")];
    let page = browser.post("/www/developers/apps/create", &form)?;
    let key = text_of(&page, "app-key").ok_or("the App Console did not show the App key")?;
    let app = format!("/www/developers/apps/info/{key}");
    browser.post(&app, &[("action", "permissions"), ("scope", "files.content.write")])?;
    for uri in REDIRECT_URIS {
        browser.post(&app, &[("action", "add-redirect-uri"), ("redirect_uri", uri)])?;
    }
    let page = browser.post(&app, &[("action", "show")])?;
    let secret = text_of(&page, "app-secret").ok_or("the App Console did not show the App secret")?;
    Ok((key, secret))
}

/// Steps 3 to 5: Generate Key, Continue, Allow, the redirect, Save.
fn authorize(terminal: &Terminal, browser: &mut Browser, key: &str, secret: &str, yes: bool) -> Result {
    let mut words = vec!["authorize", "begin", OPERATOR, "--app-key", key];
    if !yes {
        words.push("--open");
    }
    let mut begin = terminal.command(&words);
    begin.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = begin.spawn().map_err(|error| format!("outtray could not be started: {error}"))?;
    if let Some(mut input) = process.stdin.take() {
        writeln!(input, "{secret}").map_err(|error| error.to_string())?;
    }
    let output = process.stdout.take().ok_or("outtray has no output")?;
    for line in BufReader::new(output).lines() {
        let line = line.map_err(|error| error.to_string())?;
        println!("{line}");
        if yes && line.starts_with("http://") {
            allow(browser, &line)?;
        }
    }
    let status = process.wait().map_err(|error| error.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("outtray authorize begin failed ({status})"))
    }
}

/// Continue, Allow, and the redirect to the program that waits.
fn allow(browser: &mut Browser, url: &str) -> Result {
    browser.get(url)?;
    browser.post(url, &[("step", "continue")])?;
    let page = browser.post(url, &[("step", "decide"), ("decision", "allow")])?;
    if !page.contains("Dropbox is authorized") {
        return Err("the browser did not come back to Outtray".to_owned());
    }
    println!("(Continue, Allow: the browser says “Dropbox is authorized”.)");
    Ok(())
}

fn send(terminal: &Terminal, reports: &[PathBuf]) -> Result {
    let sample = terminal.folder.join("Sample report.pdf");
    fs::write(&sample, SAMPLE).map_err(|error| format!("{}: {error}", sample.display()))?;
    let sample = [sample];
    for report in if reports.is_empty() { &sample } else { reports } {
        terminal.run(&["send", "--operator", OPERATOR, &shown(report)])?;
    }
    Ok(())
}

/// Words as they would be typed.
fn quoted(words: &[&str]) -> String {
    let quote = |word: &&str| {
        if word.contains(' ') {
            format!("\"{word}\"")
        } else {
            (*word).to_owned()
        }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
