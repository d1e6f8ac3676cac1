//! HTTP/2, which Dropbox speaks (RFC 9113), over TLS and through a proxy: a connection that is dead is noticed, every body has its length, and
//! what was cut off is done once more. The real program is started for it: which certificates it trusts can be set on Linux alone.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, Version,
    body::Incoming,
    header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{Notify, mpsc},
};

use crate::{
    cli_proxy::Behinds,
    support::proxy::{Line, Manner, TestProxy},
};

/// A call as it came.
#[derive(Clone, Debug)]
struct Call {
    version: Version,
    path: String,
    stated: Option<usize>,
    length: usize,
}

/// A Dropbox that speaks HTTP/2: the simulator behind it answers.
#[derive(Clone)]
struct Server {
    simulator: String,
    client: reqwest::Client,
    calls: Arc<Mutex<Vec<Call>>>,
    /// The first call whose path ends so has its connection cut off.
    cut: &'static str,
}

impl Server {
    fn new(simulator: &str, cut: &'static str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            simulator: simulator.trim_end_matches('/').to_owned(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            calls: Arc::default(),
            cut,
        }
    }

    fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    fn count(&self, path: &str) -> usize {
        self.calls().iter().filter(|call| call.path.ends_with(path)).count()
    }

    async fn serve(self, line: Line) {
        let cut = Arc::new(Notify::new());
        let (this, cutting) = (self, cut.clone());
        let service = service_fn(move |request| this.clone().answer(request, cutting.clone()));
        let served = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(line), service);
        tokio::select! {
            // A client that goes away ends its connection.
            _ = served => {}
            () = cut.notified() => {}
        }
    }

    async fn answer(self, request: Request<Incoming>, cut: Arc<Notify>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let stated = head.headers.get(CONTENT_LENGTH).map(|length| length.to_str().unwrap().parse().unwrap());
        let call = Call {
            version: head.version,
            path: head.uri.path().to_owned(),
            stated,
            length: body.len(),
        };
        self.calls.lock().unwrap().push(call);
        if head.uri.path().ends_with(self.cut) && self.count(self.cut) == 1 {
            cut.notify_one();
            std::future::pending::<()>().await;
        }
        let label = head.uri.host().unwrap().split('.').next().unwrap();
        let address = format!("{}/{label}{}", self.simulator, head.uri.path_and_query().unwrap());
        let mut headers = head.headers;
        headers.remove(HOST);
        let answer = self.client.request(head.method, address).headers(headers).body(body).send().await.unwrap();
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers().iter().filter(|(name, _)| ![CONNECTION, TRANSFER_ENCODING].contains(name)) {
            response = response.header(name, value);
        }
        Ok(response.body(Full::new(answer.bytes().await.unwrap())).unwrap())
    }
}

/// A computer, and the proxy through which it reaches this server.
struct Reached {
    behind: Behinds,
    proxy: TestProxy,
}

impl Reached {
    /// `take` gets each connection, with its number.
    async fn by(behind: Behinds, take: impl Fn(usize, Line) + Send + 'static) -> Self {
        let (sender, mut lines) = mpsc::unbounded_channel();
        let proxy = TestProxy::start(Manner::HandsOver(behind.dropbox.clone(), sender)).await;
        tokio::spawn(async move {
            let mut number = 0;
            while let Some(line) = lines.recv().await {
                take(number, line);
                number += 1;
            }
        });
        Self { behind, proxy }
    }

    async fn does(&self, words: &[&str]) {
        self.behind.does(words, &[("ALL_PROXY", &self.proxy.url())]).await;
    }
}

#[tokio::test]
async fn every_body_states_its_length() {
    let behind = Behinds::new().await;
    let server = Server::new(&behind.computer.simulator.base_url(), "never");
    let (small, empty, large) = (
        behind.computer.file("small.txt", b"content"),
        behind.computer.file("empty.txt", b""),
        behind.computer.file("large.bin", &vec![7; 9 << 20]),
    );
    let serving = server.clone();
    let reached = Reached::by(behind, move |_, line| drop(tokio::spawn(serving.clone().serve(line)))).await;
    reached.does(&["send", "--operator", "AB", &small, &empty, &large]).await;
    reached.does(&["authorize", "check", "AB"]).await;
    for path in [
        "oauth2/token",
        "files/upload",
        "upload_session/start",
        "append_v2",
        "upload_session/finish",
        "get_current_account",
    ] {
        assert!(server.count(path) > 0, "{path} was not called");
    }
    let calls = server.calls();
    assert!(calls.iter().any(|call| call.length == 0), "no body was empty");
    for call in calls {
        assert_eq!((call.version, call.stated), (Version::HTTP_2, Some(call.length)), "{}", call.path);
    }
}

/// Says hello (RFC 9113 section 3.4) and nothing more, as a connection of another network; counts what asks whether it is still there.
async fn stay_silent(mut line: Line, pings: Arc<AtomicUsize>) {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const PING: u8 = 6;
    let mut preface = [0; 24];
    let (mut head, mut payload) = ([0; 9], Vec::new());
    if line.read_exact(&mut preface).await.is_err() || line.write_all(&SETTINGS).await.is_err() {
        return;
    }
    // Until the other end has had enough.
    while line.read_exact(&mut head).await.is_ok() {
        payload.resize(u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize, 0);
        if line.read_exact(&mut payload).await.is_err() {
            return;
        }
        if head[3] == PING {
            pings.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_dead_is_asked_whether_it_lives_and_left() {
    let behind = Behinds::new().await;
    let set = behind.run(&["settings", "set", "--idle-timeout-seconds", "10"], &[]).await;
    assert!(set.status.success());
    let server = Server::new(&behind.computer.simulator.base_url(), "never");
    let pings = Arc::new(AtomicUsize::new(0));
    let (serving, asked) = (server.clone(), pings.clone());
    let reached = Reached::by(behind, move |number, line| {
        match number {
            0 => tokio::spawn(stay_silent(line, asked.clone())),
            _ => tokio::spawn(serving.clone().serve(line)),
        };
    })
    .await;
    reached.does(&["test", "AB"]).await;
    assert!(pings.load(Ordering::SeqCst) > 0, "nothing asked whether it is still there");
    assert_eq!(
        server.count("oauth2/token"),
        1,
        "the call that had no answer was made on another connection"
    );
}

#[tokio::test]
async fn what_was_cut_off_is_done_once_more_on_another_connection() {
    for (cut, words) in [
        ("files/upload", &["test", "AB"][..]),
        ("users/get_current_account", &["authorize", "check", "AB"]),
        ("oauth2/token", &["test", "AB"]),
    ] {
        let behind = Behinds::new().await;
        let server = Server::new(&behind.computer.simulator.base_url(), cut);
        let serving = server.clone();
        let reached = Reached::by(behind, move |_, line| drop(tokio::spawn(serving.clone().serve(line)))).await;
        reached.does(words).await;
        assert_eq!(server.count(cut), 2, "{cut}");
    }
}
