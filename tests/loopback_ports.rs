//! Which ports can be had: busy, reserved and missing are told apart, on IPv4 and on IPv6.

use std::{
    io::{Error, ErrorKind, Result},
    net::{Ipv6Addr, TcpListener},
};

use outtray::{
    loopback::{Address, Listener, port_words, usable},
    settings::RedirectHost,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{free_ports, until_free, within};

#[tokio::test]
async fn the_first_port_that_can_be_had_is_taken() {
    let ports = free_ports();
    let busy = TcpListener::bind(("127.0.0.1", ports[0])).unwrap();
    let listener = Listener::bind(RedirectHost::Ipv4, &ports).await.unwrap();
    assert_eq!(listener.address().port, ports[1]);
    let error = Listener::bind(RedirectHost::Ipv4, &ports[..2]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "port {} is in use by another program, port {} is in use by another program",
            ports[0], ports[1]
        )
    );
    drop(busy);
}

/// Whether this computer has IPv6, so that its part of a test can run.
fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

#[tokio::test]
async fn localhost_listens_on_both_of_its_addresses() {
    let listener = Listener::bind(RedirectHost::Localhost, &free_ports()).await.unwrap();
    let port = listener.address().port;
    assert_eq!(listener.address().redirect_uri(), format!("http://localhost:{port}/dropbox"));
    let hosts: &[&str] = if has_ipv6() { &["127.0.0.1", "::1"] } else { &["127.0.0.1"] };
    for host in hosts {
        let visit = |name: String| async move {
            let mut stream = TcpStream::connect((*host, port)).await.unwrap();
            let request = format!("GET /dropbox HTTP/1.1\r\nHost: {name}\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        };
        for ours in [format!("localhost:{port}"), format!("LocalHost:{port}")] {
            let answer = within(visit(ours.clone()), "nobody answers").await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{ours} on {host}: {answer}");
        }
        for foreign in [
            format!("127.0.0.1:{port}"),
            format!("[::1]:{port}"),
            format!("localhost.evil:{port}"),
            "localhost".to_owned(),
        ] {
            let answer = within(visit(foreign.clone()), "nobody answers").await;
            assert!(answer.starts_with("HTTP/1.1 404 "), "{foreign} on {host}: {answer}");
        }
    }
    drop(listener);
    until_free(&[port]).await;
}

#[tokio::test]
async fn a_port_that_is_taken_on_ipv6_alone_is_busy_for_localhost() {
    if !has_ipv6() {
        return;
    }
    let ports = free_ports();
    let busy = TcpListener::bind((Ipv6Addr::LOCALHOST, ports[0])).unwrap();
    let listener = Listener::bind(RedirectHost::Localhost, &ports).await.unwrap();
    assert_eq!(listener.address().port, ports[1]);
    let error = Listener::bind(RedirectHost::Localhost, &ports[..1]).await.unwrap_err();
    assert_eq!(error.to_string(), format!("port {} is in use by another program", ports[0]));
    // Nothing is held of it, and 127.0.0.1 alone is not concerned.
    until_free(&ports[..1]).await;
    Listener::bind(RedirectHost::Ipv4, &ports[..1]).await.unwrap();
    drop(busy);
}

#[test]
fn a_computer_without_ipv6_has_one_address_less() {
    let family = if cfg!(windows) {
        10047
    } else if cfg!(target_os = "macos") {
        47
    } else {
        97
    };
    for missing in [Error::from(ErrorKind::AddrNotAvailable), Error::from_raw_os_error(family)] {
        assert_eq!(usable(Ok(4), Some(Err(missing))).unwrap(), [4]);
    }
    assert_eq!(usable(Ok(4), Some(Ok(6))).unwrap(), [4, 6]);
    assert_eq!(usable(Ok(4), None).unwrap(), [4]);
}

#[test]
fn a_port_counts_only_when_every_address_was_had() {
    let taken = || -> Result<i32> { Err(ErrorKind::AddrInUse.into()) };
    let reserved = || -> Result<i32> { Err(ErrorKind::PermissionDenied.into()) };
    for (v4, v6, kind) in [
        (taken(), Some(Ok(6)), ErrorKind::AddrInUse),
        (Ok(4), Some(taken()), ErrorKind::AddrInUse),
        (taken(), Some(taken()), ErrorKind::AddrInUse),
        (taken(), None, ErrorKind::AddrInUse),
        (Ok(4), Some(reserved()), ErrorKind::PermissionDenied),
        (reserved(), None, ErrorKind::PermissionDenied),
    ] {
        assert_eq!(usable(v4, v6).unwrap_err().kind(), kind);
    }
}

#[test]
fn busy_reserved_and_broken_read_differently() {
    assert_eq!(port_words(&ErrorKind::AddrInUse.into()), "is in use by another program");
    // WSAEACCES and EACCES: what Windows answers for a range that it has reserved.
    let reserved = Error::from_raw_os_error(if cfg!(windows) { 10013 } else { 13 });
    assert_eq!(port_words(&reserved), "is reserved by the system");
    assert_eq!(port_words(&Error::other("no sockets left")), "cannot be used (no sockets left)");
}

#[test]
fn an_address_is_read_from_its_own_redirect_uri_only() {
    for host in [RedirectHost::Ipv4, RedirectHost::Localhost] {
        let address = Address { host, port: 17653 };
        assert_eq!(Address::of(&address.redirect_uri()), Some(address));
    }
    for foreign in [
        "http://127.0.0.1:17653/",
        "https://127.0.0.1:17653/dropbox",
        "http://[::1]:17653/dropbox",
        "http://127.0.0.1/dropbox",
        "http://evil.example:17653/dropbox",
        "http://127.0.0.1:70000/dropbox",
    ] {
        assert_eq!(Address::of(foreign), None, "{foreign}");
    }
}
