//! The listener that takes the redirect: what counts, what is answered and ignored, and that the wait goes on meanwhile.

use std::time::Duration;

use outtray::{
    loopback::{Listener, Page, Redirect},
    settings::RedirectHost,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

use crate::support::{free_ports, until_free, within};

const STATE: &str = "the-awaited-state";

struct Waiting {
    listener: Listener,
    receiver: oneshot::Receiver<Redirect>,
}

async fn waiting() -> Waiting {
    let listener = Listener::bind(RedirectHost::Ipv4, &free_ports()).await.unwrap();
    let receiver = listener.expect(STATE);
    Waiting { listener, receiver }
}

impl Waiting {
    fn port(&self) -> u16 {
        self.listener.address().port
    }

    /// Sends bytes as they are and reads the whole answer.
    async fn raw(&self, request: &[u8]) -> String {
        raw(self.port(), request).await
    }

    async fn get(&self, target: &str) -> String {
        let host = format!("127.0.0.1:{}", self.port());
        self.raw(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).await
    }

    /// The true redirect still counts, so the wait has gone on.
    async fn still_waits(self) {
        let port = self.port();
        let answer = tokio::spawn(async move {
            let target = format!("/dropbox?code=the-code&state={STATE}");
            raw(port, format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes()).await
        });
        let redirect = within(self.receiver, "the redirect did not count").await.unwrap();
        assert_eq!(redirect.result.unwrap().expose(), "the-code");
        redirect.browser.tell(Page::Authorized);
        let answer = answer.await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 303 ") && answer.contains("Location: /dropbox/authorized/"),
            "{answer}"
        );
        assert!(!answer.contains("the-code") && !answer.contains(STATE));
    }
}

async fn get(port: u16, target: &str) -> String {
    raw(port, format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes()).await
}

async fn raw(port: u16, request: &[u8]) -> String {
    let exchange = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        // The other end may have answered and closed before it has read everything.
        let _ = stream.write_all(request).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    within(exchange, "the listener did not answer").await
}

/// Where an answer sends the browser on to.
fn location(answer: &str) -> &str {
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    answer.lines().find_map(|line| line.strip_prefix("Location: ")).expect("it sends nobody on")
}

/// The redirect with this code, which ends on this page; answers where the browser is sent on to.
async fn ended(listener: &Listener, receiver: oneshot::Receiver<Redirect>, code: &str, page: Page) -> String {
    let port = listener.address().port;
    let redirect = format!("GET /dropbox?code={code}&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    let answer = tokio::spawn(async move { raw(port, redirect.as_bytes()).await });
    within(receiver, "the redirect did not count").await.unwrap().browser.tell(page);
    location(&answer.await.unwrap()).to_owned()
}

#[tokio::test]
async fn the_redirect_ends_on_a_page_without_a_code() {
    let Waiting { listener, receiver } = waiting().await;
    let port = listener.address().port;
    let page = ended(&listener, receiver, "the-code", Page::Authorized).await;
    assert!(page.starts_with("/dropbox/authorized/") && !page.contains("the-code"), "{page}");
    let page = get(port, &page).await;
    assert!(
        page.starts_with("HTTP/1.1 200 OK") && page.contains("You can close this page"),
        "{page}"
    );
    for header in [
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "Content-Security-Policy: default-src 'none'",
    ] {
        assert!(page.contains(header), "{header} is missing");
    }
}

#[tokio::test]
async fn the_last_page_exists_only_for_the_browser_that_was_sent_there() {
    let Waiting { listener, receiver } = waiting().await;
    let port = listener.address().port;
    let guesses = async || {
        for name in ["authorized", "confirmed", "refused", "failed", "see-outtray"] {
            for token in ["", "/", "/x", "/AAAAAAAAAAAAAAAAAAAAAAAA"] {
                let page = get(port, &format!("/dropbox/{name}{token}")).await;
                let said = page.contains("Nothing is waiting for this page") || page.starts_with("HTTP/1.1 404 ");
                assert!(said && !page.contains("authorized<"), "{name}{token}: {page}");
            }
        }
    };
    guesses().await;
    let page = ended(&listener, receiver, "the-code", Page::Authorized).await;
    guesses().await;
    // Its token opens no other page.
    for other in ["confirmed", "refused", "failed"] {
        let other = get(port, &page.replace("authorized", other)).await;
        assert!(other.contains("Nothing is waiting for this page"), "{other}");
    }
    assert!(get(port, &page).await.contains("Dropbox is authorized"));
}

#[tokio::test]
async fn the_same_redirect_again_ends_on_the_same_page_and_another_one_does_not() {
    for (page, words) in [
        (Page::Authorized, "Dropbox is authorized"),
        (Page::Confirmed, "click Save"),
        (Page::Failed, "Dropbox did not confirm"),
    ] {
        let Waiting { listener, receiver } = waiting().await;
        let port = listener.address().port;
        let first = ended(&listener, receiver, "the-code", page).await;
        assert!(get(port, &first).await.contains(words));
        let again = get(port, &format!("/dropbox?code=the-code&state={STATE}")).await;
        assert_eq!(location(&again), first);
        assert!(get(port, &first).await.contains(words));
        for other in ["code=another-code", "code=the-cod", "error=the-code", "code=the-code&error=x"] {
            let answer = get(port, &format!("/dropbox?{other}&state={STATE}")).await;
            assert!(answer.contains("Nothing is waiting for this page"), "{other}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_sends_nothing_holds_nobody_up() {
    let waiting = waiting().await;
    let _silent = TcpStream::connect(("127.0.0.1", waiting.port())).await.unwrap();
    waiting.still_waits().await;
}

#[tokio::test]
async fn other_paths_and_methods_are_answered_and_ignored() {
    let waiting = waiting().await;
    for target in ["/", "/favicon.ico", "/dropbox/", "/dropbox/other", "/dropboxx", "/DROPBOX"] {
        let answer = waiting.get(target).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{target}: {answer}");
    }
    let host = format!("127.0.0.1:{}", waiting.port());
    for method in ["HEAD", "OPTIONS", "POST", "PUT"] {
        let request = format!("{method} /dropbox?code=x&state={STATE} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n");
        assert!(waiting.raw(request.as_bytes()).await.starts_with("HTTP/1.1 405 "), "{method}");
    }
    waiting.still_waits().await;
}

#[tokio::test]
async fn only_one_code_with_our_state_counts() {
    let waiting = waiting().await;
    let queries = [
        String::new(),
        "?code=x".to_owned(),
        "?code=x&state=".to_owned(),
        "?code=x&state=another".to_owned(),
        format!("?state={STATE}"),
        format!("?code=&state={STATE}"),
        format!("?code=x&code=y&state={STATE}"),
        format!("?code=x&state={STATE}&state={STATE}"),
        format!("?code=x&error=access_denied&state={STATE}"),
    ];
    for query in queries {
        let answer = waiting.get(&format!("/dropbox{query}")).await;
        assert!(answer.contains("Nothing is waiting for this page"), "{query}: {answer}");
    }
    waiting.still_waits().await;
}

#[tokio::test]
async fn a_forged_refusal_does_not_end_the_wait() {
    let waiting = waiting().await;
    let forged = [
        "?error=access_denied".to_owned(),
        "?error=access_denied&state=".to_owned(),
        "?error=access_denied&state=another".to_owned(),
        format!("?error=access_denied&error=access_denied&state={STATE}"),
        format!("?error=&state={STATE}"),
    ];
    for query in forged {
        let answer = waiting.get(&format!("/dropbox{query}")).await;
        assert!(answer.contains("Nothing is waiting for this page"), "{query}: {answer}");
    }
    waiting.still_waits().await;
}

#[tokio::test]
async fn a_foreign_host_gets_nothing() {
    let waiting = waiting().await;
    let port = waiting.port();
    for host in [
        "evil.example".to_owned(),
        format!("localhost.evil:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{}", port - 1),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        format!("127.0.0.1:{port}.evil.example"),
        format!("user@127.0.0.1:{port}"),
    ] {
        let request = format!("GET /dropbox?code=x&state={STATE} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert!(waiting.raw(request.as_bytes()).await.starts_with("HTTP/1.1 404 "), "{host}");
    }
    let two = format!("GET /dropbox?code=x&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.example\r\n\r\n");
    assert!(waiting.raw(two.as_bytes()).await.starts_with("HTTP/1.1 404 "));
    let none = format!("GET /dropbox?code=x&state={STATE} HTTP/1.1\r\n\r\n");
    assert!(waiting.raw(none.as_bytes()).await.starts_with("HTTP/1.1 404 "));
    waiting.still_waits().await;
}

#[tokio::test]
async fn a_request_as_to_a_proxy_gets_nothing() {
    let waiting = waiting().await;
    let port = waiting.port();
    for target in [
        format!("http://127.0.0.1:{port}"),
        "http://evil.example".to_owned(),
        String::from("//127.0.0.1"),
    ] {
        let request = format!("GET {target}/dropbox?code=x&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
        assert!(waiting.raw(request.as_bytes()).await.starts_with("HTTP/1.1 404 "), "{target}");
    }
    waiting.still_waits().await;
}

#[tokio::test]
async fn a_script_of_another_page_is_not_a_visit_and_learns_nothing() {
    let waiting = waiting().await;
    let port = waiting.port();
    for origin in ["https://evil.example", "http://127.0.0.1:80", "http://localhost"] {
        let request = format!("GET /dropbox?code=x&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin}\r\n\r\n");
        let answer = waiting.raw(request.as_bytes()).await;
        assert!(answer.contains("Nothing is waiting"), "{origin}: {answer}");
        assert!(!answer.to_lowercase().contains("access-control-"), "{answer}");
        let asked = format!(
            "OPTIONS /dropbox HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: GET\r\n\
             Access-Control-Request-Private-Network: true\r\n\r\n"
        );
        let answer = waiting.raw(asked.as_bytes()).await;
        assert!(
            answer.starts_with("HTTP/1.1 405 ") && !answer.to_lowercase().contains("access-control-"),
            "{answer}"
        );
    }
    waiting.still_waits().await;
}

#[tokio::test]
async fn a_page_fetched_ahead_does_not_use_the_code_up() {
    let waiting = waiting().await;
    let port = waiting.port();
    for header in ["Sec-Purpose: prefetch;prerender", "Purpose: prefetch", "X-Moz: prefetch"] {
        let request = format!("GET /dropbox?code=x&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\n\r\n");
        assert!(waiting.raw(request.as_bytes()).await.contains("Nothing is waiting"), "{header}");
    }
    waiting.still_waits().await;
}

#[tokio::test]
async fn what_is_not_http_is_answered_or_dropped() {
    let waiting = waiting().await;
    let line = format!("GET /dropbox?code=x&state={STATE} HTTP/1.1\r\n");
    let host = format!("Host: 127.0.0.1:{}\r\n", waiting.port());
    let attempts = [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "nonsense\r\n\r\n".to_owned(),
        "GET /dropbox\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        format!("GET /dropbox?code=x&state={STATE} HTTP/2.0\r\n{host}\r\n"),
        format!("{line}{host}\n"),
        format!("{line}{}\r\n", host.replace("\r\n", "\n")),
        format!("{line}no header\r\n{host}\r\n"),
        format!("{line}{host} folded\r\n\r\n"),
        format!("{line}Host : 127.0.0.1:{}\r\n\r\n", waiting.port()),
        format!("{line}{}{host}\r\n", "Origin: null\r\n".repeat(40)),
        format!("{line}Host: {}\r\n\r\n", "a".repeat(32 * 1024)),
        format!("GET /dropbox?code={}&state={STATE} HTTP/1.1\r\n{host}\r\n", "a".repeat(32 * 1024)),
        format!("{line}Cookie: {}\r\n{host}\r\n", "a".repeat(2 << 20)),
    ];
    for attempt in attempts {
        let answer = waiting.raw(attempt.as_bytes()).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 404 "),
            "{answer}"
        );
    }
    waiting.still_waits().await;
}

/// The other end says this and nothing more, and keeps the connection: it ends by itself.
#[tokio::test]
async fn another_protocol_is_not_waited_for() {
    let waiting = waiting().await;
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    let said: [&[u8]; 9] = [
        hello,
        b"\x16",
        b"\x05\x01\x00",
        b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\0\0\0\0",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"<?xml version=\"1.0\"?>",
        b"GETGETGETGETGETGET",
    ];
    for said in said {
        let mut stream = half_said(waiting.port(), said).await;
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer));
        assert!(ended.await.is_ok(), "{} is waited for", String::from_utf8_lossy(said));
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400 "), "{said:?}");
    }
    waiting.still_waits().await;
}

#[tokio::test]
async fn what_a_browser_sends_along_does_not_matter() {
    let many: String = (0..120).map(|number| format!("X-Header-{number}: of some extension\r\n")).collect();
    let cookies: String = (0..180).map(|number| format!("c{number}={}; ", "v".repeat(4000))).collect();
    for along in [
        format!("Cookie: {}\r\n", "c".repeat(60 * 1024)),
        format!("Cookie: {cookies}\r\n"),
        many,
        format!("{}: x\r\n", "n".repeat(20_000)),
        "Cookie: \u{fffd}\u{1}\t\r\n".to_owned(),
        format!(
            "Referer: https://www.dropbox.com/{}\r\nCookie: Host: evil.example\r\n",
            "r".repeat(8000)
        ),
    ] {
        for host_first in [true, false] {
            let Waiting { listener, receiver } = waiting().await;
            let port = listener.address().port;
            let host = format!("Host: 127.0.0.1:{port}\r\n");
            let headers = if host_first {
                format!("{host}{along}")
            } else {
                format!("{along}{host}")
            };
            let request = format!("GET /dropbox?code=the-code&state={STATE} HTTP/1.1\r\n{headers}\r\n");
            let visit = tokio::spawn(async move { raw(port, request.as_bytes()).await });
            let redirect = within(receiver, "the redirect did not count").await.unwrap();
            assert_eq!(redirect.result.unwrap().expose(), "the-code");
            redirect.browser.tell(Page::Authorized);
            location(&visit.await.unwrap());
        }
    }
}

#[tokio::test]
async fn many_slow_connections_of_another_program_do_not_keep_the_browser_out() {
    let waiting = waiting().await;
    let port = waiting.port();
    let mut slow = Vec::new();
    for number in 0..300 {
        let said: &[u8] = [&b""[..], b"G", b"GET /dropbox HTTP/1.1\r\nHost: "][number % 3];
        slow.push(half_said(port, said).await);
    }
    // Well before the time that the slow ones have.
    let visit = tokio::time::timeout(Duration::from_secs(8), waiting.still_waits());
    assert!(visit.await.is_ok(), "the browser was kept out");
    drop(slow);
}

#[tokio::test]
async fn a_request_may_come_byte_by_byte() {
    let waiting = waiting().await;
    let port = waiting.port();
    let slow = tokio::spawn(async move {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        for byte in format!("GET /dropbox?code=slow&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").bytes() {
            stream.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    });
    let redirect = within(waiting.receiver, "the slow request did not count").await.unwrap();
    assert_eq!(redirect.result.unwrap().expose(), "slow");
    redirect.browser.tell(Page::Failed);
    assert!(slow.await.unwrap().contains("Location: /dropbox/failed"));
}

/// A connection that says this and then stays silent.
async fn half_said(port: u16, said: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(said).await.unwrap();
    stream
}

#[tokio::test]
async fn a_request_without_an_end_holds_nobody_up() {
    let waiting = waiting().await;
    let port = waiting.port();
    let line = format!("GET /dropbox?code=x&state={STATE} HTTP/1.1");
    let host = format!("{line}\r\nHost: 127.0.0.1:{port}\r\n");
    let with_line_feeds = format!("{line}\nHost: 127.0.0.1:{port}\n\n");
    let mut open = Vec::new();
    for said in ["G", &line, &host, &with_line_feeds] {
        open.push(half_said(port, said.as_bytes()).await);
        // The same, and then the other end goes away.
        let mut gone = half_said(port, said.as_bytes()).await;
        gone.shutdown().await.unwrap();
    }
    waiting.still_waits().await;
    drop(open);
}

#[tokio::test]
async fn a_connection_that_breaks_at_once_holds_nobody_up() {
    let waiting = waiting().await;
    let port = waiting.port();
    let whole = format!("GET /dropbox?code=x&state=another HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    for said in ["", "GET /dropbox", &whole] {
        let stream = half_said(port, said.as_bytes()).await;
        // Closing it now sends a reset instead of an end.
        stream.set_zero_linger().unwrap();
        drop(stream);
    }
    waiting.still_waits().await;
}

#[tokio::test]
async fn a_browser_that_goes_away_after_its_request_has_brought_the_code_all_the_same() {
    let Waiting { listener, receiver } = waiting().await;
    let port = listener.address().port;
    let request = format!("GET /dropbox?code=brought&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    drop(half_said(port, request.as_bytes()).await);
    let redirect = within(receiver, "the redirect did not count").await.unwrap();
    assert_eq!(redirect.result.unwrap().expose(), "brought");
    redirect.browser.tell(Page::Authorized);
}

#[tokio::test]
async fn the_pages_speak_the_language_that_the_browser_prefers() {
    let Waiting { listener, receiver } = waiting().await;
    let port = listener.address().port;
    let host = format!("127.0.0.1:{port}");
    let last = ended(&listener, receiver, "the-code", Page::Authorized).await;
    for (accepted, language, title) in [
        ("de-AT,de;q=0.9,en;q=0.8", "de", "Dropbox ist autorisiert"),
        ("fr, es-MX;q=0.7, en;q=0.3", "es", "Dropbox está autorizado"),
        ("en-GB;q=0.5, de;q=0", "en", "Dropbox is authorized"),
        ("es;q=0.4, DE;q=0.6", "de", "Dropbox ist autorisiert"),
        ("fr", "en", "Dropbox is authorized"),
        ("*;q=nonsense, ;;, de;q=x", "en", "Dropbox is authorized"),
    ] {
        let request = format!("GET {last} HTTP/1.1\r\nHost: {host}\r\nAccept-Language: {accepted}\r\n\r\n");
        let page = raw(port, request.as_bytes()).await;
        assert!(page.contains(&format!("<html lang=\"{language}\">")), "{accepted}: {page}");
        assert!(page.contains(title), "{accepted}: {page}");
    }
    let stray = format!("GET /dropbox HTTP/1.1\r\nHost: {host}\r\nAccept-Language: de\r\n\r\n");
    assert!(raw(port, stray.as_bytes()).await.contains("Diese Seite wird nicht erwartet"));
}

#[tokio::test]
async fn the_same_redirect_counts_once_however_often_it_comes() {
    const VISITS: usize = 60;
    let Waiting { listener, receiver } = waiting().await;
    let port = listener.address().port;
    let request = format!("GET /dropbox?code=once&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    // As many as find room at once: beyond that, whoever is slow to ask has to go.
    let visits: Vec<_> = (0..VISITS)
        .map(|_| {
            let request = request.clone();
            tokio::spawn(async move { raw(port, request.as_bytes()).await })
        })
        .collect();
    let redirect = within(receiver, "no redirect counted").await.unwrap();
    redirect.browser.tell(Page::Authorized);
    let mut sent_on = 0;
    for visit in visits {
        let answer = visit.await.unwrap();
        sent_on += usize::from(answer.contains("Location: /dropbox/authorized"));
    }
    assert_eq!(sent_on, VISITS, "a browser that loads it twice shows the page of either");
}

#[tokio::test]
async fn a_refusal_is_a_result_and_its_text_is_never_repeated() {
    let Waiting { listener, receiver } = waiting().await;
    let port = listener.address().port;
    let visit = tokio::spawn(async move {
        let target = format!("/dropbox?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state={STATE}");
        raw(port, format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes()).await
    });
    let redirect = within(receiver, "the refusal did not count").await.unwrap();
    assert_eq!(redirect.result.unwrap_err(), "access_denied");
    redirect.browser.tell(Page::Refused);
    let answer = visit.await.unwrap();
    assert!(
        answer.contains("Location: /dropbox/refused") && !answer.contains("script"),
        "{answer}"
    );
    let page = get(port, location(&answer)).await;
    assert!(page.contains("Access was not allowed"));
}

#[tokio::test]
async fn the_port_is_free_again_when_nobody_waits() {
    let waiting = waiting().await;
    let port = waiting.port();
    drop(waiting);
    until_free(&[port]).await;
}

#[tokio::test(start_paused = true)]
async fn a_result_that_takes_long_sends_the_browser_back_to_outtray() {
    let Waiting { listener, receiver } = waiting().await;
    let port = listener.address().port;
    let request = format!("GET /dropbox?code=x&state={STATE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    let visit = tokio::spawn(async move {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    });
    let redirect = receiver.await.unwrap();
    tokio::time::advance(Duration::from_secs(31)).await;
    assert!(visit.await.unwrap().contains("Location: /dropbox/see-outtray"));
    drop(redirect);
}
