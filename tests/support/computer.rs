//! A computer on which somebody has authorized operator AB, and the command line on it.

use std::{
    path::PathBuf,
    process::{Output, Stdio},
    time::Duration,
};

use outtray::{
    App, Options,
    clock::Clock,
    dropbox::Endpoints,
    operator::Place,
    paths::Paths,
    proxy::{SystemProxy, SystemSays},
    secret::Secret,
    settings::Settings,
    vault::KeyFile,
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, process::Command};

use super::{ACCESS_EMAIL, browser::Browser, free_ports, operator_fields};
use crate::simulator::{AccountId, AppHandle, Simulator};

/// A computer on which somebody has authorized operator AB, with a key file.
pub(crate) struct Computer {
    pub(crate) simulator: Simulator,
    pub(crate) account: AccountId,
    pub(crate) folder: TempDir,
    /// Of the redirect.
    pub(crate) ports: Vec<u16>,
}

impl Computer {
    pub(crate) async fn new() -> Self {
        let (simulator, folder) = (Simulator::start().await, TempDir::new().unwrap());
        let account = simulator.add_account("Anna Berg", ACCESS_EMAIL);
        let computer = Self {
            simulator,
            account,
            folder,
            ports: free_ports(),
        };
        computer.authorize().await;
        computer
    }

    pub(crate) async fn authorize(&self) {
        let key = self.simulator.create_app(self.account.clone(), "Reports");
        let app = App::open(Options {
            paths: Paths::at(self.data_folder()),
            keychain: std::sync::Arc::new(KeyFile::new(self.key_file())),
            endpoints: Endpoints::simulator(&self.simulator.base_url()).unwrap(),
            clock: Clock::system(),
            actor: "tester, test".to_owned(),
            dropbox_info: Vec::new(),
            system_proxy: SystemProxy::new(SystemSays::default),
        })
        .await
        .unwrap();
        app.set_settings(Settings {
            interface_to_dropbox: true,
            redirect_ports: self.ports.clone(),
            ..Settings::default()
        })
        .await
        .unwrap();
        app.add_operator("AB", operator_fields("Anna Berg", Some(ACCESS_EMAIL))).await.unwrap();
        let secret = Secret::new(key.secret);
        let operator = app.begin_authorization("AB", &key.key, Some(secret), Place::UsersComputer).await.unwrap();
        let browser = Browser::new();
        browser.sign_in(&self.simulator.base_url(), ACCESS_EMAIL).await;
        let code = browser.access_code(&operator.request.unwrap().url).await;
        app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap();
        app.save_authorization("AB", None).await.unwrap();
        app.close().await;
    }

    /// An app of the user in the App Console, with the redirect URIs registered.
    pub(crate) fn another_app(&self) -> AppHandle {
        let app = self.simulator.create_app(self.account.clone(), "Another app");
        for port in &self.ports {
            self.simulator.add_redirect_uri(&app.key, &format!("http://127.0.0.1:{port}/dropbox"));
        }
        app
    }

    pub(crate) fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.path().join("master-key")
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = outtray();
        command.args(["--simulator", &self.simulator.base_url(), "--data-folder"]).arg(self.data_folder());
        command.arg("--key-file").arg(self.key_file()).args(arguments);
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        output(self.command(arguments)).await
    }

    /// `operator list`, which has to end.
    pub(crate) async fn list(&self) -> Output {
        self.run(&["operator", "list"]).await
    }

    /// Runs with this as the standard input, which is where secrets are read from.
    pub(crate) async fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        self.run_with_bytes(arguments, format!("{input}\n").as_bytes()).await
    }

    /// The same with bytes as they are.
    pub(crate) async fn run_with_bytes(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input).await.unwrap();
        drop(stdin);
        tokio::time::timeout(Duration::from_secs(60), child.wait_with_output())
            .await
            .expect("it should have ended")
            .unwrap()
    }

    /// Begins an authorization of `AB` on the user's computer, and returns the Access code that this account's user is shown.
    pub(crate) async fn access_code(&self, app: &AppHandle, email: &str) -> String {
        self.access_code_of("AB", app, email).await
    }

    /// The same for any operator.
    pub(crate) async fn access_code_of(&self, operator: &str, app: &AppHandle, email: &str) -> String {
        let begin = begin_elsewhere(&app.key).map(|argument| if argument == "AB" { operator } else { argument });
        let begun = self.run_with(&begin, &app.secret).await;
        let request: Value = serde_json::from_str(&text(&begun.stdout)).unwrap();
        let browser = Browser::new();
        browser.sign_in(&self.simulator.base_url(), email).await;
        browser.access_code(request["url"].as_str().unwrap()).await
    }

    /// Runs well, and returns what it said.
    pub(crate) async fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).await;
        assert!(
            output.status.success(),
            "{arguments:?}: {}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout)
    }
}

/// The database or its folder is refused with this code, and the message names the file.
pub(crate) fn assert_store_refused(output: &Output, code: &str, named: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(
        said.contains(&format!("[{code}]")) && said.contains(named),
        "{code}, {named}: {said}"
    );
}

/// `authorize begin` for `AB`, whose user clicks Allow elsewhere; the answer is for programs.
pub(crate) fn begin_elsewhere(app_key: &str) -> [&str; 8] {
    [
        "--json",
        "authorize",
        "begin",
        "AB",
        "--app-key",
        app_key,
        "--place",
        "users-computer",
    ]
}

pub(crate) fn outtray() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outtray"));
    command.kill_on_drop(true).env_remove("OUTTRAY_LOG");
    command
}

pub(crate) async fn output(mut command: Command) -> Output {
    tokio::time::timeout(Duration::from_secs(60), command.output())
        .await
        .expect("it should have ended")
        .unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
