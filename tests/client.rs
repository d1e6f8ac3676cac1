//! The Dropbox client by itself: routes that deliveries do not use yet, and how long it waits.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use outtray::{
    content_hash::content_hash,
    dropbox::{
        APPEND_BATCH_MAX, Access, App, AppendEntry, BATCH_MAX, Client, CommitInfo, Endpoints, Error, FinishEntry, Metadata, SessionKind,
        Timeouts, UploadSession, WriteMode,
    },
    secret::Secret,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
};

use crate::{
    simulator::{AccountId, Fault, Moment, Simulator},
    support::{browser::Browser, within},
};

const START_BATCH: &str = "files/upload_session/start_batch";
const APPEND_BATCH: &str = "files/upload_session/append_batch";
const FINISH_BATCH: &str = "files/upload_session/finish_batch_v2";
const EMAIL: &str = "anna.berg@example.com";
const MIB: u64 = 1 << 20;

/// A Dropbox, and a client that may use an account of it.
struct Connected {
    simulator: Simulator,
    account: AccountId,
    client: Client,
    access: Access,
}

fn client(address: &str, idle: Duration) -> Client {
    let timeouts = Timeouts {
        connect: Duration::from_secs(20),
        idle,
    };
    Client::new(Endpoints::simulator(address).unwrap(), timeouts).unwrap()
}

async fn connected() -> Connected {
    let simulator = Simulator::start().await;
    let account = simulator.add_account("Anna Berg", EMAIL);
    let app = simulator.create_app(account.clone(), "Reports");
    simulator.set_scopes(&app.key, &["account_info.read", "files.content.write", "files.metadata.read"]);
    let client = client(&simulator.base_url(), Duration::from_secs(120));
    let url = client.authorize_url(&app.key, None, false).unwrap();
    let browser = Browser::new();
    browser.sign_in(&simulator.base_url(), EMAIL).await;
    let code = Secret::new(browser.access_code(url.url.as_str()).await);
    let app = App {
        key: app.key,
        secret: Some(Secret::new(app.secret)),
    };
    let grant = client.exchange_code(&app, None, &code, &url.code_verifier).await.unwrap();
    Connected {
        simulator,
        account,
        client,
        access: Access {
            token: grant.access_token,
            path_root: None,
        },
    }
}

fn commit(path: &str) -> CommitInfo {
    CommitInfo::new(path.to_owned(), WriteMode::Add, Some(Timestamp::UNIX_EPOCH))
}

fn appends(sessions: &[String], contents: &[Vec<u8>]) -> Vec<AppendEntry> {
    let entry = |(session, content): (&String, &Vec<u8>)| AppendEntry {
        cursor: UploadSession::new(session, 0),
        length: content.len() as u64,
        close: true,
    };
    sessions.iter().zip(contents).map(entry).collect()
}

fn finishes(sessions: &[String], contents: &[Vec<u8>]) -> Vec<FinishEntry> {
    let entry = |(at, (session, content)): (usize, (&String, &Vec<u8>))| FinishEntry {
        cursor: UploadSession::new(session, content.len() as u64),
        commit: commit(&format!("/Reports/{at}.pdf")),
    };
    sessions.iter().zip(contents).enumerate().map(entry).collect()
}

#[tokio::test]
async fn many_small_files_go_in_three_calls() {
    let Connected {
        simulator,
        account,
        client,
        access,
    } = connected().await;
    let contents: Vec<Vec<u8>> = (0..APPEND_BATCH_MAX).map(|at| format!("report {at}").into_bytes()).collect();
    let from = simulator.calls().len();
    let sessions = client.upload_session_start_batch(&access, contents.len(), SessionKind::Sequential).await.unwrap();
    assert_eq!(sessions.len(), contents.len());
    let body = contents.concat();
    let hash = content_hash(&body);
    let entries = appends(&sessions, &contents);
    let appended = client.upload_session_append_batch(&access, &entries, Bytes::from(body), &hash).await.unwrap();
    assert!(appended.iter().all(Result::is_ok), "{appended:?}");
    let finished = client.upload_session_finish_batch(&access, &finishes(&sessions, &contents)).await.unwrap();
    for (result, content) in finished.iter().zip(&contents) {
        let metadata = result.as_ref().unwrap();
        assert_eq!(metadata.content_hash.as_deref(), Some(content_hash(content).as_str()));
    }
    assert_eq!(simulator.files(&account).len(), contents.len());
    let routes: Vec<String> = simulator.calls()[from..].iter().map(|call| call.route.clone()).collect();
    assert_eq!(routes, [START_BATCH, APPEND_BATCH, FINISH_BATCH]);
}

#[tokio::test]
async fn one_entry_of_a_batch_fails_by_itself_with_dropboxs_number() {
    let Connected {
        simulator,
        account,
        client,
        access,
    } = connected().await;
    let contents = vec![b"first".to_vec(), b"second".to_vec(), b"third".to_vec()];
    let sessions = client.upload_session_start_batch(&access, 3, SessionKind::Sequential).await.unwrap();
    let failure = json!({ ".tag": "incorrect_offset", "correct_offset": 5 });
    simulator.inject(Fault::FailEntry { index: 1, failure }, 1, Some(APPEND_BATCH));
    let body = contents.concat();
    let hash = content_hash(&body);
    let entries = appends(&sessions, &contents);
    let appended = client.upload_session_append_batch(&access, &entries, Bytes::from(body), &hash).await.unwrap();
    let error = appended[1].as_ref().unwrap_err();
    assert!(error.has_tag("incorrect_offset") && error.correct_offset() == Some(5), "{error}");
    assert!(appended[0].is_ok() && appended[2].is_ok());

    let busy = json!({ ".tag": "path", "path": { ".tag": "too_many_write_operations" } });
    simulator.inject(Fault::FailEntry { index: 2, failure: busy }, 1, Some(FINISH_BATCH));
    let finished = client.upload_session_finish_batch(&access, &finishes(&sessions, &contents)).await.unwrap();
    assert!(finished[0].is_ok());
    assert!(finished[1].as_ref().unwrap_err().has_tag("not_closed"));
    let error = finished[2].as_ref().unwrap_err();
    assert!(error.is_retryable() && error.to_string().contains("(HTTP 200, request "), "{error}");
    assert_eq!(simulator.files(&account).len(), 1);
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_not_sent() {
    let Connected {
        simulator, client, access, ..
    } = connected().await;
    let calls = simulator.calls().len();
    let error = client
        .upload_session_start_batch(&access, BATCH_MAX + 1, SessionKind::Concurrent)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a batch of 1001 sessions is too large: one call carries at most 1000"
    );
    let entries = |number: usize, id: &str| appends(&vec![id.to_owned(); number], &vec![Vec::new(); number]);
    let append =
        async |entries: &[AppendEntry]| client.upload_session_append_batch(&access, entries, Bytes::new(), &content_hash(b"")).await;
    let error = append(&entries(APPEND_BATCH_MAX + 1, "x")).await.unwrap_err();
    assert_eq!(error.to_string(), "a batch of 51 appends is too large: one call carries at most 50");
    // A longer id than Dropbox's have today would make the header too long.
    let error = append(&entries(APPEND_BATCH_MAX, &"x".repeat(200))).await.unwrap_err();
    assert!(matches!(error, Error::TooMany { most: 8192, .. }), "{error}");
    let finish = FinishEntry {
        cursor: UploadSession::new("x", 0),
        commit: commit("/x"),
    };
    let error = client.upload_session_finish_batch(&access, &vec![finish; BATCH_MAX + 1]).await.unwrap_err();
    assert!(!error.is_retryable() && error.to_string().contains("1001 commits"), "{error}");
    assert_eq!(
        client.upload_session_start_batch(&access, 0, SessionKind::Concurrent).await.unwrap(),
        [""; 0]
    );
    assert_eq!(simulator.calls().len(), calls, "nothing was sent");
}

#[tokio::test]
async fn a_batch_with_another_hash_is_refused_as_a_whole() {
    let dropbox = connected().await;
    let (client, access) = (&dropbox.client, &dropbox.access);
    let contents = vec![b"first".to_vec()];
    let sessions = client.upload_session_start_batch(access, 1, SessionKind::Sequential).await.unwrap();
    let entries = appends(&sessions, &contents);
    let body = Bytes::from_static(b"first");
    let error = client
        .upload_session_append_batch(access, &entries, body, &content_hash(b"other"))
        .await
        .unwrap_err();
    assert!(error.has_tag("content_hash_mismatch") && error.is_retryable(), "{error}");
}

#[tokio::test]
async fn a_dropbox_from_before_does_not_know_the_new_routes_and_that_can_be_told() {
    let Connected {
        simulator, client, access, ..
    } = connected().await;
    simulator.set_new_routes(false);
    let error = client.upload_session_start_batch(&access, 2, SessionKind::Concurrent).await.unwrap_err();
    let Error::Refused(refusal) = error else {
        panic!("{error}");
    };
    assert!(matches!(refusal.status, 400 | 404) && refusal.tags.is_empty(), "{refusal}");
}

#[tokio::test]
async fn a_sequential_session_takes_one_part_after_the_other() {
    let Connected {
        simulator,
        account,
        client,
        access,
    } = connected().await;
    let session = client.upload_session_start(&access, SessionKind::Sequential).await.unwrap();
    for (at, part, close) in [(0, "first ", false), (6, "second", true)] {
        let (place, body) = (UploadSession::new(&session, at), Bytes::from(part));
        client
            .upload_session_append(&access, &place, body, &content_hash(part.as_bytes()), close)
            .await
            .unwrap();
    }
    let end = UploadSession::new(&session, 12);
    client.upload_session_finish(&access, &end, &commit("/a.txt")).await.unwrap();
    assert_eq!(simulator.files(&account)[0].content.as_ref(), b"first second");
}

#[tokio::test]
async fn what_stands_at_a_path_and_how_full_the_dropbox_is_can_be_asked() {
    let dropbox = connected().await;
    let (client, access) = (&dropbox.client, &dropbox.access);
    client.check_user(&access.token).await.unwrap();
    let before = client.get_space_usage(&access.token).await.unwrap();
    let stored = client
        .upload(
            access,
            &commit("/Reports/a.txt"),
            Bytes::from_static(b"content"),
            &content_hash(b"content"),
        )
        .await
        .unwrap();
    assert_eq!(
        client.get_metadata(access, "/reports/A.TXT").await.unwrap(),
        Some(Metadata::File(stored))
    );
    assert_eq!(client.get_metadata(access, "/Reports").await.unwrap(), Some(Metadata::Folder));
    assert_eq!(client.get_metadata(access, "/Reports/b.txt").await.unwrap(), None);
    let after = client.get_space_usage(&access.token).await.unwrap();
    assert_eq!(before.free().unwrap() - after.free().unwrap(), 7);
}

/// Accepts one connection whose buffer is small, so that the sender is as slow as the reader.
async fn slow_listener() -> (TcpListener, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    (listener, address)
}

fn nobody() -> Access {
    Access {
        token: Secret::new("token"),
        path_root: None,
    }
}

/// Reads a request of this many bytes of body slowly, and answers it.
async fn read_slowly(mut stream: TcpStream, body: u64) {
    let (mut buffer, mut read) = (vec![0; 128 * 1024], 0);
    while read < body {
        read += stream.read(&mut buffer).await.unwrap() as u64;
        // The line is slow; nothing waits for this.
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    let answer = "{\"name\":\"a\",\"rev\":\"012345678\",\"size\":0}";
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        answer.len()
    );
    stream.write_all(format!("{head}{answer}").as_bytes()).await.unwrap();
    // The rest of the request's head and body.
    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
}

#[tokio::test]
async fn a_slow_line_is_no_silent_one() {
    let (listener, address) = slow_listener().await;
    let client = client(&address, Duration::from_secs(2));
    let body = vec![1; 48 * MIB as usize];
    let size = body.len() as u64;
    let server = tokio::spawn(async move { read_slowly(listener.accept().await.unwrap().0, size).await });
    let (access, commit) = (nobody(), commit("/a"));
    let upload = client.upload(&access, &commit, Bytes::from(body), "");
    within(upload, "the upload did not end").await.unwrap();
    server.abort();
}

#[tokio::test]
async fn silence_ends_a_call_before_and_after_its_body_is_taken() {
    let (listener, address) = slow_listener().await;
    let client = client(&address, Duration::from_millis(300));
    for size in [10, 64 * MIB as usize] {
        let accept = async { listener.accept().await.unwrap() };
        let (access, commit) = (nobody(), commit("/a"));
        let upload = client.upload(&access, &commit, Bytes::from(vec![1; size]), "");
        // The connection is kept, and nothing is ever read or answered.
        let (_connection, result) = within(async { tokio::join!(accept, upload) }, "the silence was not noticed").await;
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Silent) && error.is_retryable(), "{error}");
        assert_eq!(outtray::Error::from(error).code(), "network");
    }
}

#[tokio::test]
async fn a_commit_may_be_silent_for_longer_than_a_part() {
    let simulator = Simulator::start().await;
    let client = client(&simulator.base_url(), Duration::from_secs(1));
    let (access, end, commit) = (nobody(), UploadSession::new("session", 0), commit("/a"));
    let part = simulator.hold(Moment::Before, "files/upload_session/append_v2");
    let finish = simulator.hold(Moment::Before, "files/upload_session/finish");
    let appended = client.upload_session_append(&access, &end, Bytes::new(), "", false);
    let finished = client.upload_session_finish(&access, &end, &commit);
    let both = async {
        tokio::join!(
            async {
                let error = appended.await.unwrap_err();
                assert!(matches!(error, Error::Silent), "{error}");
                finish.release();
            },
            // It hears what Dropbox thinks of this token.
            async { assert!(matches!(finished.await.unwrap_err(), Error::InvalidAccessToken(_))) },
        )
    };
    within(both, "the calls did not end").await;
    part.release();
}

/// Reads a request whose body is this long, and returns the connection.
async fn read_request(listener: &TcpListener, body: usize) -> TcpStream {
    let mut stream = listener.accept().await.unwrap().0;
    next_request(&mut stream, body).await;
    stream
}

async fn next_request(stream: &mut TcpStream, body: usize) {
    let mut request = Vec::new();
    let is_whole = |request: &[u8]| {
        let end = request.windows(4).position(|window| window == b"\r\n\r\n");
        end.is_some_and(|end| request.len() >= end + 4 + body)
    };
    while !is_whole(&request) {
        assert!(stream.read_buf(&mut request).await.unwrap() > 0, "the request is not whole");
    }
}

async fn answer_with(stream: &mut TcpStream, head: &str, body: &str) {
    let length = body.len();
    let answer = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(answer.as_bytes()).await.unwrap();
}

const ECHO: &str = "{\"result\":\"outtray\"}";
/// The body of `check/user`.
const ECHO_BODY: usize = "{\"query\":\"outtray\"}".len();

#[tokio::test]
async fn what_is_still_on_its_way_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}/", listener.local_addr().unwrap()), Duration::from_millis(300));
    let body = Bytes::from(vec![1; 128 * 1024]);
    let server = async {
        let mut stream = read_request(&listener, 128 * 1024).await;
        // A virus scanner has taken all of it, and sends it on.
        tokio::time::sleep(Duration::from_secs(1)).await;
        answer_with(
            &mut stream,
            "200 OK\r\nContent-Type: application/json",
            "{\"name\":\"a\",\"rev\":\"012345678\",\"size\":0}",
        )
        .await;
    };
    let (access, commit) = (nobody(), commit("/a"));
    let upload = client.upload(&access, &commit, body, "");
    within(async { tokio::join!(server, upload) }, "the upload did not end").await.1.unwrap();
}

#[tokio::test]
async fn after_silence_the_connections_of_before_are_not_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}/", listener.local_addr().unwrap()), Duration::from_millis(500));
    let token = Secret::new("token");
    let two = async { tokio::join!(client.check_user(&token), client.check_user(&token)) };
    let serve_two = async {
        let (mut one, mut other) = (read_request(&listener, ECHO_BODY).await, read_request(&listener, ECHO_BODY).await);
        answer_with(&mut one, "200 OK", ECHO).await;
        answer_with(&mut other, "200 OK", ECHO).await;
        [one, other]
    };
    // The laptop changes networks: both stay open, and carry nothing any more.
    let ((one, other), _dead) = within(async { tokio::join!(two, serve_two) }, "no answer").await;
    one.and(other).unwrap();
    let silent = within(client.check_user(&token), "the silence was not noticed").await;
    assert!(matches!(silent.unwrap_err(), Error::Silent));
    let serve = async { answer_with(&mut read_request(&listener, ECHO_BODY).await, "200 OK", ECHO).await };
    within(async { tokio::join!(client.check_user(&token), serve) }, "no answer").await.0.unwrap();
}

#[tokio::test]
async fn an_answer_that_drips_is_ended_on_every_route() {
    let Connected {
        simulator,
        access,
        client: other,
        ..
    } = connected().await;
    let client = client(&simulator.base_url(), Duration::from_millis(700));
    let drip = || {
        simulator.inject(
            Fault::Drip {
                pause: Duration::from_millis(100),
            },
            1,
            None,
        )
    };
    let end = UploadSession::new("session", 0);
    let app = App {
        key: "key".to_owned(),
        secret: None,
    };
    let commit = commit("/a");
    drip();
    assert_silent(client.get_current_account(&access.token).await);
    drip();
    assert_silent(client.refresh(&app, &access.token).await);
    drip();
    assert_silent(client.upload(&access, &commit, Bytes::from_static(b"a"), &content_hash(b"a")).await);
    drip();
    assert_silent(client.upload_session_finish(&access, &end, &commit).await);
    drip();
    assert_silent(client.reach().await);
    other.check_user(&access.token).await.unwrap();
}

fn assert_silent<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::Silent)), "{result:?}");
}

/// Sends the beginning of an answer, and then the same again and again until nobody listens.
async fn never_ending(begin: &'static str, again: Vec<u8>, pause: Duration) -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}/", listener.local_addr().unwrap()), Duration::from_millis(700));
    let server = async {
        let mut stream = read_request(&listener, ECHO_BODY).await;
        stream.write_all(begin.as_bytes()).await.unwrap();
        while stream.write_all(&again).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    };
    let token = Secret::new("token");
    within(async { tokio::join!(client.check_user(&token), server) }, "it never ends").await.0
}

#[tokio::test]
async fn an_answer_without_end_is_ended() {
    let slowly = Duration::from_millis(50);
    assert_silent(never_ending("HTTP/1.1 200 OK\r\n", b"X-A: b\r\n".to_vec(), slowly).await);
    assert_silent(never_ending("HTTP/1.1 502 Bad Gateway\r\n\r\n", b"<".to_vec(), slowly).await);
    let endless = never_ending("HTTP/1.1 200 OK\r\n\r\n", vec![b' '; 64 * 1024], Duration::ZERO).await;
    assert!(matches!(endless, Err(Error::NotDropbox(_))), "{endless:?}");
    let endless = never_ending("HTTP/1.1 400 Bad Request\r\n\r\n", vec![b'x'; 64 * 1024], Duration::ZERO)
        .await
        .unwrap_err();
    assert!(endless.to_string().len() < 400, "{endless}");
}

#[tokio::test]
async fn a_wait_is_read_in_every_form_and_never_beyond_a_day() {
    const DATE: &str = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let cases: [(&str, &str, Option<f64>); 17] = [
        ("Retry-After: 5", "", Some(5.0)),
        ("Retry-After:  5 ", "", Some(5.0)),
        ("Retry-After: 1.5", "", Some(1.5)),
        ("Retry-After: -1", "", None),
        ("Retry-After: soon", "", None),
        ("Retry-After: NaN", "", None),
        ("Retry-After: 18446744073709551615", "", Some(86400.0)),
        ("Retry-After: 99999999999999999999999999", "", Some(86400.0)),
        ("Retry-After: 1e400", "", Some(86400.0)),
        ("Retry-After: Sun, 06 Nov 1994 08:50:07 GMT", "", Some(30.0)),
        ("Retry-After: Sunday, 06-Nov-94 08:50:07 GMT", "", Some(30.0)),
        ("Retry-After: Sun Nov  6 08:50:07 1994", "", Some(30.0)),
        ("Retry-After: Sun, 06 Nov 1994 08:00:00 GMT", "", Some(0.0)),
        ("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", "", Some(86400.0)),
        (
            "Retry-After: 5",
            "{\"error\":{\"retry_after\":18446744073709551615}}",
            Some(86400.0),
        ),
        ("Retry-After: 5", "{\"error\":{\"retry_after\":-3}}", Some(5.0)),
        ("X: y", "{\"error\":{\"retry_after\":\"2.5\"}}", Some(2.5)),
    ];
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}/", listener.local_addr().unwrap()), Duration::from_secs(20));
    let token = Secret::new("token");
    for (header, body, seconds) in cases {
        for status in ["429 Too Many Requests", "503 Service Unavailable"] {
            let serve = async {
                let mut stream = read_request(&listener, ECHO_BODY).await;
                answer_with(&mut stream, &format!("{status}\r\nConnection: close\r\n{DATE}{header}"), body).await;
            };
            let (result, ()) = within(async { tokio::join!(client.check_user(&token), serve) }, "no answer").await;
            assert_eq!(
                result.unwrap_err().retry_after(),
                seconds.map(Duration::from_secs_f64),
                "{status}, {header}, {body}"
            );
        }
    }
}

#[tokio::test]
async fn the_life_of_a_token_is_read_in_every_form() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}/", listener.local_addr().unwrap()), Duration::from_secs(20));
    let app = App {
        key: "key".to_owned(),
        secret: None,
    };
    for (life, seconds) in [
        ("14400", 14_400),
        ("18446744073709551615", 2_592_000),
        ("-1", 14_400),
        ("1e30", 14_400),
        ("\"long\"", 14_400),
        ("0", 0),
    ] {
        let serve = async {
            let mut stream = read_request(&listener, 0).await;
            let body = format!("{{\"access_token\":\"sl.other\",\"token_type\":\"bearer\",\"expires_in\":{life}}}");
            answer_with(&mut stream, "200 OK\r\nConnection: close\r\nContent-Type: application/json", &body).await;
        };
        let token = Secret::new("a-refresh-token");
        let (result, ()) = within(async { tokio::join!(client.refresh(&app, &token), serve) }, "no answer").await;
        assert_eq!(result.unwrap().expires_in, Duration::from_secs(seconds), "{life}");
    }
}
