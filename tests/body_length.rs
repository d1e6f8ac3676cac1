//! Every call states the length of its body, of an empty one too: gateways answer 411 where it is missing.

use std::time::Duration;

use bytes::Bytes;
use outtray::{
    dropbox::{
        Access, App, AppendEntry, Client, CommitInfo, Endpoints, Error, FinishEntry, SessionKind, Timeouts, UploadSession, WriteMode,
    },
    secret::Secret,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    simulator::Simulator,
    support::{TestApp, within},
};

/// Refuses one request after the other, and returns each byte for byte.
struct Gateway(TcpListener);

impl Gateway {
    async fn start() -> (Self, Client) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let seconds = Duration::from_secs(20);
        let timeouts = Timeouts {
            connect: seconds,
            idle: seconds,
        };
        (
            Self(listener),
            Client::new(Endpoints::simulator(&address).unwrap(), timeouts).unwrap(),
        )
    }

    /// Makes a call, and returns the head and the body of its request.
    async fn sent<T>(&self, call: impl Future<Output = Result<T, Error>>) -> (String, Vec<u8>) {
        let (_, request) = within(async { tokio::join!(call, self.refuse()) }, "the call did not end").await;
        let end = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        (String::from_utf8(request[..end].to_vec()).unwrap(), request[end + 4..].to_vec())
    }

    /// Reads until the other end has no more to say after its answer.
    async fn refuse(&self) -> Vec<u8> {
        let mut stream = self.0.accept().await.unwrap().0;
        let mut request = Vec::new();
        while !is_whole(&request) {
            read_more(&mut stream, &mut request).await;
        }
        let answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        while read_more(&mut stream, &mut request).await > 0 {}
        request
    }
}

async fn read_more(stream: &mut TcpStream, request: &mut Vec<u8>) -> usize {
    stream.read_buf(request).await.unwrap_or(0)
}

/// Whether the head has come, and as much of the body as it states.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = fields(head, "content-length").first().map_or(0, |length| length.parse().unwrap());
    body.len() >= length
}

/// The values of a field of a head.
fn fields(head: &str, name: &str) -> Vec<String> {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let named = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.trim().to_owned()).collect()
}

/// Fails unless the request states exactly the length of its body; returns the body.
fn assert_length((head, body): (String, Vec<u8>), what: &str) -> Vec<u8> {
    assert_eq!(fields(&head, "content-length"), [body.len().to_string()], "{what}: {head}");
    assert!(fields(&head, "transfer-encoding").is_empty(), "{what}: {head}");
    body
}

#[tokio::test]
async fn every_call_states_the_length_of_its_body() {
    let (gateway, client) = Gateway::start().await;
    let secret = Secret::new("secretsecret");
    let app = App {
        key: "key".to_owned(),
        secret: Some(secret.clone()),
    };
    let pkce = App {
        secret: None,
        ..app.clone()
    };
    let access = Access {
        token: secret.clone(),
        path_root: Some("7".to_owned()),
    };
    assert_length(gateway.sent(client.check_app("key", &secret)).await, "check/app");
    assert_length(
        gateway.sent(client.exchange_code(&app, None, &secret, &secret)).await,
        "the exchange",
    );
    assert_length(
        gateway.sent(client.exchange_code(&pkce, None, &secret, &secret)).await,
        "the exchange with PKCE alone",
    );
    assert_length(gateway.sent(client.refresh(&app, &secret)).await, "the refresh");
    assert_length(gateway.sent(client.revoke(&secret)).await, "auth/token/revoke");
    assert_length(gateway.sent(client.check_user(&secret)).await, "check/user");
    assert_length(gateway.sent(client.get_current_account(&secret)).await, "the account");
    assert_length(gateway.sent(client.get_space_usage(&secret)).await, "the space");
    assert_length(gateway.sent(client.get_metadata(&access, "/a")).await, "the metadata");
    assert_length(gateway.sent(client.reach()).await, "the doctor's probe");
    let body = assert_length(gateway.sent(client.reach_content()).await, "the doctor's probe of the content host");
    assert!(body.is_empty());
}

#[tokio::test]
async fn every_upload_states_the_length_of_its_body() {
    let (gateway, client) = Gateway::start().await;
    let access = Access {
        token: Secret::new("secretsecret"),
        path_root: None,
    };
    let commit = CommitInfo::new("/a".to_owned(), WriteMode::Add, None);
    let place = UploadSession::new("session", 0);
    for bytes in [0, 1, 100_000, 8 << 20] {
        let body = || Bytes::from(vec![b'x'; bytes]);
        let upload = assert_length(gateway.sent(client.upload(&access, &commit, body(), "")).await, "files/upload");
        let append = client.upload_session_append(&access, &place, body(), "", true);
        let append = assert_length(gateway.sent(append).await, "append_v2");
        let entry = AppendEntry {
            cursor: place.clone(),
            length: bytes as u64,
            close: true,
        };
        let batch = [entry];
        let batch = client.upload_session_append_batch(&access, &batch, body(), "");
        let batch = assert_length(gateway.sent(batch).await, "append_batch");
        assert_eq!([upload.len(), append.len(), batch.len()], [bytes; 3]);
    }
    for kind in [SessionKind::Sequential, SessionKind::Concurrent] {
        assert!(assert_length(gateway.sent(client.upload_session_start(&access, kind)).await, "start").is_empty());
        assert_length(
            gateway.sent(client.upload_session_start_batch(&access, 2, kind)).await,
            "start_batch",
        );
    }
    let finish = client.upload_session_finish(&access, &place, &commit);
    assert!(assert_length(gateway.sent(finish).await, "finish").is_empty());
    let entries = [FinishEntry {
        cursor: place.clone(),
        commit: commit.clone(),
    }];
    assert_length(
        gateway.sent(client.upload_session_finish_batch(&access, &entries)).await,
        "finish_batch_v2",
    );
}

/// What a gateway between Dropbox and a program says.
#[tokio::test]
async fn the_simulator_refuses_a_call_without_a_length() {
    let simulator = Simulator::start().await;
    let address = simulator.base_url();
    for (field, status) in [
        ("X-Nothing: 0", 411),
        ("Content-Length: 0", 401),
        ("Transfer-Encoding: chunked", 401),
    ] {
        let mut stream = TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
        let body = if field.ends_with("chunked") { "0\r\n\r\n" } else { "" };
        let request = format!(
            "POST /content/2/files/upload_session/start HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer none\r\n\
             Dropbox-API-Arg: {{}}\r\nContent-Type: application/octet-stream\r\n{field}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        within(stream.read_to_string(&mut answer), "no answer").await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{field}: {answer}");
    }
}

#[tokio::test]
async fn large_and_empty_files_arrive_behind_such_a_gateway() {
    let (test, given) = TestApp::authorized().await;
    test.send("AB", "empty.txt", b"").await.unwrap();
    test.send("AB", "large.bin", &vec![1; 17 << 20]).await.unwrap();
    let mut sizes: Vec<usize> = test.simulator.files(&given.account).iter().map(|file| file.content.len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [0, 17 << 20]);
    assert!(
        test.app
            .diagnose()
            .await
            .unwrap()
            .iter()
            .all(|check| check.name != "network" || check.problem.is_none())
    );
}
