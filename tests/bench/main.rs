//! `cargo xtask bench`: the content hash beside plain SHA-256, a large send, a small send over a slow line, and a database as it is after
//! years. It prints seconds, calls, bytes and the peak memory; Dropbox is a simulator in a process of its own. With names only these.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on ends"
)]

#[path = "../support/browser.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod browser;
mod command;
mod dropbox;
mod import;
mod large;
mod migration;
#[path = "../simulator/mod.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod simulator;
mod table;

use std::{
    hint::black_box,
    io::Write,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use outtray::{
    App, Options,
    clock::Clock,
    content_hash::content_hash,
    dropbox::Endpoints,
    operator::{OperatorFields, Place},
    paths::Paths,
    proxy::{SystemProxy, SystemSays},
    secret::Secret,
    settings::Settings,
    vault::KeyFile,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use self::{browser::Browser, dropbox::Dropbox};

const MIB: usize = 1 << 20;
/// The large file, in MiB.
const LARGE: usize = 2048;
/// How many parts are hashed.
const HASHED: usize = 64;
/// The most that the sending program may have in memory, in MiB.
const PEAK_MAX: u64 = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match arguments.iter().position(|argument| argument == dropbox::ARGUMENT) {
        Some(at) => runtime.block_on(dropbox::serve(arguments[at + 1].parse().unwrap())),
        None => runtime.block_on(measure(&arguments)),
    }
}

/// Measures what is named, or everything; `--bench` comes from cargo.
async fn measure(arguments: &[String]) {
    let named: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|named| *named == name);
    if is_wanted("hashes") {
        hashes();
    }
    if is_wanted("send") {
        large_send().await;
        small_send().await;
    }
    if is_wanted("large") {
        large::large().await;
    }
    if is_wanted("import") {
        import::import();
    }
    if is_wanted("migration") {
        migration::migration().await;
    }
}

/// In pieces of a part's size, as a delivery hashes them, and so that little memory is taken.
fn hashes() {
    let part = vec![0x5a; 8 * MIB];
    let speed = |work: &dyn Fn(&[u8])| {
        let start = Instant::now();
        (0..HASHED).for_each(|_| work(&part));
        (HASHED * part.len()) as f64 / start.elapsed().as_secs_f64() / 1e9
    };
    println!("plain SHA-256:  {:.2} GB/s", speed(&|part| _ = black_box(Sha256::digest(part))));
    println!("content hash:   {:.2} GB/s", speed(&|part| _ = black_box(content_hash(part))));
}

async fn large_send() {
    let computer = Computer::new(Duration::ZERO).await;
    let file = computer.folder.path().join("large.bin");
    write(&file, LARGE);
    computer.measure(&format!("send of {LARGE} MiB"), &file).await;
}

async fn small_send() {
    let computer = Computer::new(Duration::from_millis(50)).await;
    for (number, what) in ["first send", "next send"].into_iter().enumerate() {
        let file = computer.folder.path().join(format!("{what}.pdf"));
        std::fs::write(&file, vec![number as u8; 100_000]).unwrap();
        computer.measure(&format!("{what} of 100 kB, 50 ms away"), &file).await;
    }
}

fn write(path: &Path, mebibytes: usize) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut block: Vec<u8> = (0..MIB).map(|at| (at * 31 % 251) as u8).collect();
    for number in 0..mebibytes {
        block[..8].copy_from_slice(&number.to_le_bytes());
        file.write_all(&block).unwrap();
    }
    file.flush().unwrap();
}

/// The library on a folder that has the data folder and the key file.
async fn open(folder: &Path, dropbox: &str) -> App {
    let opened = App::open(Options {
        paths: Paths::at(folder.join("data")),
        keychain: Arc::new(KeyFile::new(folder.join("key"))),
        endpoints: Endpoints::simulator(dropbox).unwrap(),
        clock: Clock::system(),
        actor: "bench".to_owned(),
        dropbox_info: Vec::new(),
        system_proxy: SystemProxy::new(SystemSays::default),
    });
    opened.await.unwrap()
}

/// A program that may send, and its Dropbox.
struct Computer {
    app: App,
    dropbox: Dropbox,
    folder: TempDir,
}

impl Computer {
    async fn new(latency: Duration) -> Self {
        let (dropbox, folder) = (Dropbox::start(latency), TempDir::new().unwrap());
        let app = open(folder.path(), &dropbox.address).await;
        app.set_settings(Settings {
            interface_to_dropbox: true,
            ..Settings::default()
        })
        .await
        .unwrap();
        let fields = OperatorFields {
            name: "Bench".to_owned(),
            email: None,
            active: true,
            destination: String::new(),
            conflict_rule: None,
        };
        app.add_operator("AB", fields).await.unwrap();
        let secret = Secret::new(dropbox.app_secret.clone());
        let operator = app.begin_authorization("AB", &dropbox.app_key, Some(secret), Place::UsersComputer).await.unwrap();
        let browser = Browser::new();
        browser.sign_in(&dropbox.address, dropbox::EMAIL).await;
        let code = browser.access_code(&operator.request.unwrap().url).await;
        app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap();
        app.save_authorization("AB", None).await.unwrap();
        dropbox.calls();
        Self { app, dropbox, folder }
    }

    async fn measure(&self, what: &str, file: &Path) {
        let before = self.dropbox.calls();
        let start = Instant::now();
        self.app.send_file("AB", file).await.unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let after = self.dropbox.calls();
        let peak = peak_memory();
        println!(
            "{what}:  {seconds:.2} s, {} calls, {:.1} MB in bodies, peak memory {}",
            after.calls - before.calls,
            (after.bytes - before.bytes) as f64 / 1e6,
            peak.map_or_else(|| "unknown".to_owned(), |peak| format!("{peak} MiB")),
        );
        assert!(
            peak.is_none_or(|peak| peak < PEAK_MAX),
            "a send may take no more than {PEAK_MAX} MiB of memory"
        );
    }
}

/// The most that this process has had in memory, in MiB, where the system tells.
fn peak_memory() -> Option<u64> {
    peak_memory_kib("self").map(|kib| kib / 1024)
}

/// The most that a process has had in memory, in KiB (proc_pid_status(5), `VmHWM`).
fn peak_memory_kib(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.trim().trim_end_matches("kB").trim().parse().ok()
}
