//! Two proxies of the world, squid and tinyproxy, between the command line and Dropbox. They pass what they let through on to a proxy of the
//! test, behind which Dropbox has its real names. Debian has both; where they are not installed the test says so and proves nothing.

use std::{
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    cli_proxy::Behinds,
    support::{
        assert_no_secret, files_below, free_ports,
        proxy::{Manner, TestProxy},
        text,
    },
};

const USER: &str = "anna";
/// Of what tinyproxy takes in its configuration.
const PASSWORD: &str = "Pass-of.the_proxy";

/// A proxy that runs until this is dropped.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Asked to end, squid takes away what it shares with its helpers. It may have ended by itself.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let begun = Instant::now();
        while self.child.try_wait().is_ok_and(|ended| ended.is_none()) && begun.elapsed() < Duration::from_secs(10) {
            std::thread::yield_now();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where Debian puts a program that administrators run.
#[expect(clippy::print_stdout, reason = "what was not tested has to be seen")]
fn program(name: &str) -> Option<PathBuf> {
    let found = ["/usr/sbin", "/usr/bin"]
        .map(|folder| Path::new(folder).join(name))
        .into_iter()
        .find(|path| path.exists());
    if found.is_none() {
        println!("skipped: {name} is not installed");
    }
    found
}

/// Starts one, and waits until it takes connections.
fn start(program: &Path, arguments: &[&str], folder: &Path, port: u16) -> Running {
    let log = std::fs::File::create(folder.join("output.log")).unwrap();
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    let mut child = command.spawn().unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let begun = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        let ended = child.try_wait().unwrap();
        let said = || std::fs::read_to_string(folder.join("output.log")).unwrap();
        assert!(ended.is_none(), "it has ended: {ended:?} {}", said());
        assert!(begun.elapsed() < Duration::from_secs(30), "it takes no connections: {}", said());
        std::thread::yield_now();
    }
    Running { child, address }
}

fn tinyproxy(folder: &Path, behind: SocketAddr, with_password: bool) -> Option<Running> {
    let program = program("tinyproxy")?;
    let [port, ..] = free_ports()[..] else { return None };
    let login = if with_password {
        format!("BasicAuth {USER} {PASSWORD}\n")
    } else {
        String::new()
    };
    let file = folder.join("tinyproxy.conf");
    std::fs::write(
        &file,
        format!("Port {port}\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nUpstream http {behind}\n{login}"),
    )
    .unwrap();
    Some(start(&program, &["-d", "-c", file.to_str().unwrap()], folder, port))
}

fn squid(folder: &Path, behind: SocketAddr, with_password: bool) -> Option<Running> {
    let program = program("squid")?;
    let [port, ..] = free_ports()[..] else { return None };
    let folder_text = folder.display();
    std::fs::write(folder.join("passwords"), format!("{USER} {PASSWORD}\n")).unwrap();
    // The helper gets a line with both, the password in percent encoding, and answers OK or ERR.
    let helper = folder.join("helper.sh");
    let right = format!("{USER} {PASSWORD}");
    std::fs::write(
        &helper,
        format!("#!/bin/sh\nwhile read line; do [ \"$line\" = '{right}' ] && echo OK || echo ERR; done\n"),
    )
    .unwrap();
    let login = match with_password {
        true => format!(
            "auth_param basic program /bin/sh {}\nauth_param basic children 1\nauth_param basic realm test\nacl known proxy_auth REQUIRED\nhttp_access allow known\n",
            helper.display()
        ),
        false => "http_access allow all\n".to_owned(),
    };
    // Started by root it is somebody else, who has to get at its files.
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
    let file = folder.join("squid.conf");
    let configuration = format!(
        "http_port 127.0.0.1:{port}\n{login}http_access deny all\ncache_peer 127.0.0.1 parent {} 0 no-query no-digest no-netdb-exchange default\n\
         never_direct allow all\ncache deny all\npid_filename {folder_text}/squid.pid\naccess_log none\ncache_log {folder_text}/cache.log\n\
         coredump_dir {folder_text}\nvisible_hostname test\npinger_enable off\nnetdb_filename none\nshutdown_lifetime 0 seconds\n",
        behind.port()
    );
    std::fs::write(&file, configuration).unwrap();
    Some(start(
        &program,
        &["-N", "-n", &format!("outtray{port}"), "-f", file.to_str().unwrap()],
        folder,
        port,
    ))
}

type Start = fn(&Path, SocketAddr, bool) -> Option<Running>;

async fn without_password(start: Start) {
    let behind = Behinds::new().await;
    let last = TestProxy::start(Manner::Connects(behind.dropbox.clone())).await;
    let folder = tempfile::TempDir::new().unwrap();
    let Some(proxy) = start(folder.path(), last.address, false) else {
        return;
    };
    let url = format!("http://{}", proxy.address);
    assert_eq!(
        behind.doctor(&[("HTTPS_PROXY", &url)]).await,
        format!("✓ proxy: {url}, from HTTPS_PROXY\n✓ network: Dropbox answers")
    );
    behind.delivers(&[("HTTPS_PROXY", &url)]).await;
    assert!(!last.heads().is_empty(), "it did not go this way");
    // Dropbox is gone behind it.
    drop(last);
    let said = behind.doctor(&[("HTTPS_PROXY", &url)]).await;
    assert!(said.contains("✗ network") && said.contains("[proxy_refused]"), "{said}");
}

async fn with_password(start: Start) {
    let behind = Behinds::new().await;
    let last = TestProxy::start(Manner::Connects(behind.dropbox.clone())).await;
    let folder = tempfile::TempDir::new().unwrap();
    let Some(proxy) = start(folder.path(), last.address, true) else {
        return;
    };
    let url = format!("http://{}", proxy.address);
    let none = behind.doctor(&[("HTTPS_PROXY", &url)]).await;
    assert!(none.contains("[proxy_credentials_missing]"), "{none}");
    for (password, said) in [("wrong", "[proxy_credentials_wrong]"), (PASSWORD, "Dropbox answers")] {
        let set = ["settings", "set", "--proxy-address", &url, "--proxy-user", USER, "--proxy-password"];
        assert!(behind.run_with(&set, password).await.status.success());
        let tested = behind.run(&["settings", "test-proxy"], &[]).await;
        let output = text(&tested.stdout) + &text(&tested.stderr);
        assert!(output.contains(said), "{password}: {output}");
    }
    behind.delivers(&[]).await;
    assert_no_secret(&[PASSWORD.to_owned()], &files_below(&behind.computer.data_folder()));
}

#[tokio::test]
async fn reports_go_through_tinyproxy() {
    without_password(tinyproxy).await;
}

#[tokio::test]
async fn reports_go_through_tinyproxy_with_a_password() {
    with_password(tinyproxy).await;
}

#[tokio::test]
async fn reports_go_through_squid() {
    without_password(squid).await;
}

#[tokio::test]
async fn reports_go_through_squid_with_a_password() {
    with_password(squid).await;
}
