//! The command line by way of a proxy: reports arrive, by TLS from end to end. The environment of a process is set where it is started, and
//! which certificates it trusts can be set there on Linux alone.

use std::process::{Output, Stdio};

use tokio::{io::AsyncWriteExt, process::Command};

use crate::support::{
    Computer, assert_no_secret, files_below, output, outtray,
    proxy::{Behind, Manner, PROXY_VARIABLES, TestProxy},
    text, within,
};

/// A computer on which `AB` is authorized, and a Dropbox with its real names that only a proxy can reach.
pub(crate) struct Behinds {
    pub(crate) computer: Computer,
    pub(crate) dropbox: Behind,
}

impl Behinds {
    pub(crate) async fn new() -> Self {
        let computer = Computer::new().await;
        let dropbox = Behind::new(&computer.simulator.base_url());
        dropbox.write_authority(&computer.folder.path().join("authority.pem"));
        Self { computer, dropbox }
    }

    /// Without the simulator's address: what it asks for is Dropbox.
    pub(crate) fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let mut command = outtray();
        for name in PROXY_VARIABLES {
            command.env_remove(name);
        }
        command.arg("--data-folder").arg(self.computer.data_folder());
        command.arg("--key-file").arg(self.computer.key_file()).args(arguments);
        command
            .env("SSL_CERT_FILE", self.computer.folder.path().join("authority.pem"))
            .env_remove("SSL_CERT_DIR");
        command.env("OUTTRAY_LOG", "trace").envs(environment.iter().copied());
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        output(self.command(arguments, environment)).await
    }

    pub(crate) async fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments, &[]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(format!("{input}\n").as_bytes()).await.unwrap();
        drop(stdin);
        within(child.wait_with_output(), "it should have ended").await.unwrap()
    }

    /// The doctor's lines about the proxy and the network.
    pub(crate) async fn doctor(&self, environment: &[(&str, &str)]) -> String {
        let said = text(&self.run(&["doctor"], environment).await.stdout);
        let lines = said.lines().filter(|line| line.contains(" proxy: ") || line.contains(" network: "));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A test file arrives.
    pub(crate) async fn delivers(&self, environment: &[(&str, &str)]) {
        self.does(&["test", "AB"], environment).await;
    }

    /// A command succeeds.
    pub(crate) async fn does(&self, words: &[&str], environment: &[(&str, &str)]) {
        let output = self.run(words, environment).await;
        assert!(
            output.status.success(),
            "{words:?} {environment:?}: {}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
    }
}

#[tokio::test]
async fn reports_go_by_the_proxy_of_the_environment() {
    let behind = Behinds::new().await;
    let proxy = TestProxy::start(Manner::Connects(behind.dropbox.clone())).await;
    let url = proxy.url();
    for (name, value) in [
        ("HTTPS_PROXY", url.clone()),
        ("https_proxy", format!("{url}/")),
        ("ALL_PROXY", proxy.address.to_string()),
    ] {
        let environment = [(name, value.as_str())];
        assert_eq!(
            behind.doctor(&environment).await,
            format!("✓ proxy: {url}, from {name}\n✓ network: Dropbox answers")
        );
        let before = proxy.heads().len();
        behind.delivers(&environment).await;
        assert!(proxy.heads().len() > before, "{name} was not used");
    }
    // An empty variable is none, and the more specific one holds.
    let environment = [("HTTPS_PROXY", ""), ("https_proxy", &url), ("ALL_PROXY", "http://127.0.0.1:9")];
    behind.delivers(&environment).await;
}

#[tokio::test]
async fn one_connection_serves_all_calls_while_nothing_changes() {
    let behind = Behinds::new().await;
    let proxy = TestProxy::start(Manner::Connects(behind.dropbox.clone())).await;
    let files: Vec<String> = (0..4)
        .map(|number| behind.computer.folder.path().join(format!("{number}.txt")).display().to_string())
        .collect();
    for file in &files {
        std::fs::write(file, file).unwrap();
    }
    let arguments: Vec<&str> = ["send", "--operator", "AB"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let sent = behind.run(&arguments, &[("HTTPS_PROXY", &proxy.url())]).await;
    assert!(sent.status.success(), "{}{}", text(&sent.stdout), text(&sent.stderr));
    let mut hosts: Vec<String> = proxy.heads().iter().map(|head| head.lines().next().unwrap_or_default().to_owned()).collect();
    hosts.sort();
    assert_eq!(
        hosts,
        [
            "CONNECT api.dropboxapi.com:443 HTTP/1.1",
            "CONNECT content.dropboxapi.com:443 HTTP/1.1"
        ]
    );
}

/// A password with every sign that has a meaning in an address.
const PASSWORD: &str = "p@ss:w/%41örd#1";

/// The last @ ends a password in the environment too.
async fn delivers_by_environment(behind: &Behinds, proxy: &TestProxy) {
    let system = behind.run(&["settings", "set", "--proxy", "system"], &[]).await;
    assert!(system.status.success());
    let (address, url) = (proxy.address, proxy.url());
    for written in [
        format!("http://anna:{PASSWORD}@{address}").replace("%41", "%2541"),
        format!("http://anna:p%40ss%3Aw%2F%2541%C3%B6rd%231@{address}"),
    ] {
        let environment = [("HTTPS_PROXY", written.as_str())];
        assert_eq!(
            behind.doctor(&environment).await,
            format!("✓ proxy: {url}, from HTTPS_PROXY\n✓ network: Dropbox answers")
        );
        behind.delivers(&environment).await;
    }
}

#[tokio::test]
async fn a_password_may_hold_anything_and_is_found_nowhere() {
    let behind = Behinds::new().await;
    let proxy = TestProxy::start(Manner::WantsPassword(behind.dropbox.clone(), "anna", PASSWORD)).await;
    let mut seen = Vec::new();
    let mut see = |output: Output| {
        seen.push(("standard output".to_owned(), output.stdout.clone()));
        seen.push(("standard error".to_owned(), output.stderr.clone()));
        output
    };
    let url = proxy.url();
    let set = [
        "settings",
        "set",
        "--proxy-address",
        &url,
        "--proxy-user",
        "anna",
        "--proxy-password",
    ];
    for (password, expected) in [("wrong-proxy-password", Some("proxy_credentials_wrong")), (PASSWORD, None)] {
        let output = see(behind.run_with(&set, password).await);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let tested = see(behind.run(&["settings", "test-proxy"], &[]).await);
        match expected {
            Some(code) => assert!(text(&tested.stderr).contains(code), "{}", text(&tested.stderr)),
            None => assert_eq!(
                text(&tested.stdout),
                format!("Dropbox answers. Proxy: {url}, from Administrator Options\n")
            ),
        }
    }
    behind.delivers(&[]).await;
    for arguments in [
        &["settings", "get"][..],
        &["--json", "settings", "get"],
        &["doctor"],
        &["activity"],
        &["deliveries"],
        &["diagnostics"],
        &["--json", "diagnostics"],
    ] {
        see(behind.run(arguments, &[]).await);
    }
    seen.extend(files_below(&behind.computer.data_folder()));
    let pairs = [PASSWORD, "wrong-proxy-password"].map(|password| format!("anna:{password}"));
    let secrets = [&pairs[..], &[PASSWORD.to_owned(), "wrong-proxy-password".to_owned()]].concat();
    assert_no_secret(&secrets, &seen);
    assert!(
        seen.iter().any(|(_, content)| text(content).contains(&proxy.url())),
        "the search finds nothing"
    );

    delivers_by_environment(&behind, &proxy).await;
    assert_no_secret(&secrets, &files_below(&behind.computer.data_folder()));
}

#[tokio::test]
async fn socks_is_spoken_with_a_password() {
    let behind = Behinds::new().await;
    let proxy = TestProxy::start(Manner::Socks(behind.dropbox.clone(), "anna", "p@ss")).await;
    let right = format!("socks5h://anna:p@ss@{}", proxy.address);
    assert_eq!(
        behind.doctor(&[("ALL_PROXY", &right)]).await,
        format!("✓ proxy: socks5h://{}, from ALL_PROXY\n✓ network: Dropbox answers", proxy.address)
    );
    behind.delivers(&[("ALL_PROXY", &right)]).await;
    assert!(
        proxy.heads().iter().all(|asked| asked.ends_with(".dropboxapi.com:443")),
        "{:?}",
        proxy.heads()
    );
    for wrong in [
        format!("socks5h://anna:wrong@{}", proxy.address),
        format!("socks5h://{}", proxy.address),
    ] {
        let said = behind.doctor(&[("ALL_PROXY", &wrong)]).await;
        assert!(said.contains("[proxy_refused]") && said.contains("SOCKS"), "{said}");
    }
}

/// Nothing is asked of Dropbox: the interface is off.
#[tokio::test]
async fn the_doctor_says_what_the_environment_says() {
    let behind = Behinds::new().await;
    let off = behind.run(&["settings", "set", "--interface-to-dropbox", "off"], &[]).await;
    assert!(off.status.success());
    for (environment, said) in [
        (
            &[("HTTPS_PROXY", "http://proxy:1"), ("NO_PROXY", "dropboxapi.com")][..],
            "✓ proxy: none: NO_PROXY excepts Dropbox from http://proxy:1",
        ),
        (
            &[("HTTPS_PROXY", "http://proxy:1"), ("no_proxy", "localhost")],
            "✓ proxy: http://proxy:1, from HTTPS_PROXY",
        ),
        (&[("HTTP_PROXY", "http://proxy:1")], "✓ proxy: none"),
        (&[], "✓ proxy: none"),
        (
            &[("HTTPS_PROXY", "gopher://anna:hunter2@proxy")],
            "✗ proxy: The proxy that is set in HTTPS_PROXY cannot be used.",
        ),
        (
            &[("AUTO_PROXY", "http://wpad/proxy.pac")],
            "✗ proxy: This computer is configured by the script http://wpad/proxy.pac, which",
        ),
    ] {
        let doctor = behind.doctor(environment).await;
        assert!(doctor.starts_with(said) && !doctor.contains("hunter2"), "{doctor}");
    }
}

/// A proxy that opens TLS knows both the call and its own log-in, and its debug page shows all of it.
#[tokio::test]
async fn what_a_page_repeats_of_the_log_in_to_the_proxy_reaches_nobody() {
    let behind = Behinds::new().await;
    let (user, password) = ("anna", "Sommer-2026!");
    let pair = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{user}:{password}"));
    let text_page = format!("Proxy-Authorization: Basic {pair}\r\nuser {user} password {password}");
    let json_page = format!(
        r#"{{"error":{{".tag":"{text}"}},"user_message":{{"text":"{text}"}}}}"#,
        text = text_page.replace("\r\n", " ")
    );
    for (status, kind, page) in [
        ("400 Bad Request", "text/plain", &text_page),
        ("409 Conflict", "application/json", &json_page),
    ] {
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\nX-Dropbox-Request-Id: {pair}\r\nContent-Length: {}\r\n\r\n{page}",
            page.len()
        );
        let proxy = TestProxy::start(Manner::WantsPassword(behind.dropbox.answering(answer), user, password)).await;
        let address = format!("http://{user}:{password}@{}", proxy.address);
        let mut seen = Vec::new();
        for words in [&["test", "AB"][..], &["doctor"], &["authorize", "check", "AB"]] {
            let output = behind.run(words, &[("ALL_PROXY", &address)]).await;
            assert!(!output.status.success());
            let said = text(&output.stdout) + &text(&output.stderr);
            assert!(words[0] != "test" || said.contains("password …"), "the page was not read: {said}");
            seen.push((format!("what {words:?} says"), said.into_bytes()));
        }
        assert!(!proxy.heads().is_empty());
        seen.extend(files_below(&behind.computer.data_folder()));
        assert_no_secret(&[password.to_owned(), pair.clone()], &seen);
    }
}

/// A password may be any word. What Dropbox says of a file is read all the same.
#[tokio::test]
async fn a_password_that_is_a_word_of_dropboxs_changes_nothing_of_its_answers() {
    let behind = Behinds::new().await;
    let (file, password) = (behind.computer.file("conflict.txt", b"one"), "conflict");
    let proxy = TestProxy::start(Manner::WantsPassword(behind.dropbox.clone(), "anna", password)).await;
    let address = format!("http://anna:{password}@{}", proxy.address);
    let send = ["--json", "send", "--operator", "AB", &file];
    for (content, arrives) in [("one", "/Reports/AB/conflict.txt"), ("another", "/Reports/AB/conflict (")] {
        std::fs::write(&file, content).unwrap();
        let output = behind.run(&send, &[("ALL_PROXY", &address)]).await;
        let said = text(&output.stdout);
        assert!(output.status.success() && said.contains(arrives), "{said}{}", text(&output.stderr));
    }
}

/// Nothing on the way to such a proxy sees its password, or where calls go.
#[tokio::test]
async fn reports_go_by_a_proxy_that_is_spoken_to_by_tls() {
    let behind = Behinds::new().await;
    let (user, password) = ("anna", "p@ss:word/%?#");
    let manner = Manner::WantsPassword(behind.dropbox.clone(), user, password);
    let proxy = TestProxy::start_secured(manner, &behind.dropbox).await;
    let set = [
        "settings",
        "set",
        "--proxy-address",
        &proxy.url(),
        "--proxy-user",
        user,
        "--proxy-password",
    ];
    let saved = behind.run_with(&set, password).await;
    assert!(saved.status.success(), "{}", text(&saved.stderr));
    behind.delivers(&[]).await;
    let doctor = behind.doctor(&[]).await;
    assert_eq!(
        doctor,
        format!("✓ proxy: {}, from Administrator Options\n✓ network: Dropbox answers", proxy.url())
    );
    assert!(proxy.heads().iter().all(|head| head.starts_with("CONNECT ")), "{:?}", proxy.heads());

    // What is wrong with it is said as of any other proxy.
    let wrong = behind.run_with(&set, "another").await;
    assert!(wrong.status.success());
    let doctor = behind.doctor(&[]).await;
    assert!(doctor.contains("does not accept this user name and password"), "{doctor}");
    let stranger = Behinds::new().await;
    let distrusted = TestProxy::start_secured(Manner::Connects(stranger.dropbox.clone()), &stranger.dropbox).await;
    let set = behind.run(&["settings", "set", "--proxy", "system", "--connect-timeout-seconds", "2"], &[]).await;
    assert!(set.status.success());
    let url = distrusted.url();
    let said = behind.doctor(&[("HTTPS_PROXY", &url)]).await;
    assert!(
        said.contains(&format!("✗ network: The proxy {url} cannot be reached")) && said.contains("certificate"),
        "{said}"
    );
    assert!(distrusted.heads().is_empty(), "nothing is sent to a proxy that nobody vouches for");
    // One that is spoken to without TLS waits for the end of a head that never comes.
    let plain = TestProxy::start(Manner::Connects(behind.dropbox.clone())).await;
    let said = behind.doctor(&[("HTTPS_PROXY", &plain.url().replace("http:", "https:"))]).await;
    assert!(said.contains("✗ network: The proxy https://"), "{said}");
}
