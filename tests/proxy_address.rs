//! Addresses of proxies as people, environments and systems write them, and what they except.

use outtray::proxy::{Chosen, Exceptions, Origin, Proxy, Script, SystemSays, Way, of_windows};

fn read(text: &str) -> Result<(String, Option<(String, String)>), String> {
    let proxy = Proxy::parse(text)?;
    let credentials = proxy.credentials.map(|given| (given.user, given.password.expose().to_owned()));
    Ok((proxy.address.to_string(), credentials))
}

#[test]
fn an_address_is_read_as_it_is_meant() {
    for (text, address, credentials) in [
        ("http://proxy.example.com:8080", "http://proxy.example.com:8080", None),
        (" HTTP://Proxy.Example.com:8080/ ", "http://proxy.example.com:8080", None),
        ("proxy.example.com:8080", "http://proxy.example.com:8080", None),
        ("proxy", "http://proxy:80", None),
        ("http://proxy", "http://proxy:80", None),
        ("http://proxy:80", "http://proxy:80", None),
        ("https://proxy", "https://proxy:443", None),
        ("https://proxy:80", "https://proxy:80", None),
        ("socks5h://proxy", "socks5h://proxy:1080", None),
        ("socks5://proxy:80", "socks5://proxy:80", None),
        ("SOCKS4A://10.0.0.1:1081", "socks4a://10.0.0.1:1081", None),
        ("http://[::1]:3128", "http://[::1]:3128", None),
        ("http://[2001:DB8::1]", "http://[2001:db8::1]:80", None),
        ("http://bücher.example:3128", "http://xn--bcher-kva.example:3128", None),
        ("http://proxy.example.com.:3128", "http://proxy.example.com:3128", None),
        ("http://anna:secret@proxy:1", "http://proxy:1", Some(("anna", "secret"))),
        ("http://anna:p@ss@proxy:1", "http://proxy:1", Some(("anna", "p@ss"))),
        ("http://anna:p/a?s#s@proxy:1", "http://proxy:1", Some(("anna", "p/a?s#s"))),
        ("http://anna:p:a@proxy:1", "http://proxy:1", Some(("anna", "p:a"))),
        ("http://an%40na:p%3Ass%2f@proxy:1", "http://proxy:1", Some(("an@na", "p:ss/"))),
        ("http://anna:100%@proxy:1", "http://proxy:1", Some(("anna", "100%"))),
        ("http://anna:%zz%4@proxy:1", "http://proxy:1", Some(("anna", "%zz%4"))),
        ("http://j%C3%B6rg:stra%C3%9Fe@proxy:1", "http://proxy:1", Some(("jörg", "straße"))),
        ("http://anna@proxy:1", "http://proxy:1", Some(("anna", ""))),
        ("http://:secret@proxy:1", "http://proxy:1", Some(("", "secret"))),
        ("http://@proxy:1", "http://proxy:1", None),
        ("anna:secret@proxy:1", "http://proxy:1", Some(("anna", "secret"))),
        (
            r"http://DOMAIN\anna:secret@proxy:1",
            "http://proxy:1",
            Some((r"DOMAIN\anna", "secret")),
        ),
        ("socks5h://anna:p@ss@[::1]:1080", "socks5h://[::1]:1080", Some(("anna", "p@ss"))),
    ] {
        let credentials = credentials.map(|(user, password)| (user.to_owned(), password.to_owned()));
        assert_eq!(read(text), Ok((address.to_owned(), credentials)), "{text}");
    }
}

#[test]
fn what_is_no_address_is_refused_and_not_repeated() {
    for text in [
        "gopher://anna:secret@proxy:70",
        "://anna:secret@proxy",
        "http://",
        "http://anna:secret@",
        "http://anna:secret@:8080",
        "http://anna:secret@proxy:99999",
        "http://anna:secret@proxy:80a",
        "http://anna:secret@pro xy:80",
        "http://anna:secret@proxy\n:80",
        "http://anna:secret@proxy:80/proxy.pac",
        "http://anna:secret@proxy:80?a",
        "http://anna:secret@[::1:80",
        "file:///anna:secret@proxy.pac",
        "",
    ] {
        let reason = read(text).unwrap_err();
        assert!(!reason.contains("secret") && reason.ends_with('.'), "{text}: {reason}");
    }
}

#[test]
fn windows_names_one_proxy_or_one_for_each_protocol() {
    for (text, server) in [
        ("proxy:8080", Some("proxy:8080")),
        ("http://proxy:8080", Some("http://proxy:8080")),
        ("http=one:80;https=two:81;ftp=three:82", Some("two:81")),
        ("HTTPS=two:81", Some("two:81")),
        ("http=one:80", None),
        ("socks=four:1080", Some("socks4://four:1080")),
        ("http=one:80;socks=socks5://four:1080", Some("socks5://four:1080")),
        ("", None),
    ] {
        assert_eq!(of_windows(text).as_deref(), server, "{text}");
    }
}

#[test]
fn hosts_are_excepted_as_each_system_writes_it() {
    const API: &str = "api.dropboxapi.com";
    let environment = [
        ("dropboxapi.com", true),
        (".dropboxapi.com", true),
        ("*.dropboxapi.com", true),
        ("localhost, API.DropboxAPI.com", true),
        ("api.dropboxapi.com:443", true),
        ("*", true),
        ("boxapi.com", false),
        ("api.dropboxapi.com.example.org", false),
        ("localhost,127.0.0.1,10.0.0.0/8", false),
        ("", false),
    ];
    for (text, excepted) in environment {
        assert_eq!(Exceptions::of_environment(text).contain(API), excepted, "{text}");
    }
    let system = [
        ("*.dropboxapi.com;<local>", true),
        ("*dropbox*", true),
        ("<local>; api.*.com", true),
        ("https://*.dropboxapi.com", true),
        ("dropboxapi.com", false),
        ("<local>", false),
        ("10.*", false),
        ("*.box.com", false),
    ];
    for (text, excepted) in system {
        assert_eq!(Exceptions::of_system(text).contain(API), excepted, "{text}");
    }
}

#[test]
fn the_way_is_described_without_credentials() {
    let hosts = ["api.dropboxapi.com", "content.dropboxapi.com"].map(str::to_owned);
    let proxy = || Proxy::parse("http://anna:secret@proxy:3128");
    let says = |exceptions: &str, script| SystemSays {
        proxy: Some((proxy(), Origin::Variable("HTTPS_PROXY"))),
        exceptions: Some((Exceptions::of_environment(exceptions), Origin::Variable("NO_PROXY"))),
        script,
    };
    let described = |chosen: &Chosen, says: SystemSays| Way::of(chosen, || says).unwrap().described(&hosts);
    let system = Chosen::System;
    assert_eq!(described(&system, says("localhost", None)), "http://proxy:3128, from HTTPS_PROXY");
    assert_eq!(
        described(&system, says("content.dropboxapi.com", None)),
        "http://proxy:3128, from HTTPS_PROXY; NO_PROXY excepts content.dropboxapi.com"
    );
    assert_eq!(
        described(&system, says("dropboxapi.com", None)),
        "none: NO_PROXY excepts Dropbox from http://proxy:3128"
    );
    assert_eq!(described(&Chosen::None, says("", None)), "none, as chosen in Administrator Options");
    let none = described(&system, SystemSays::default());
    match cfg!(target_os = "linux") {
        true => assert!(
            none.starts_with("none: the environment names none") && none.contains("GNOME or KDE"),
            "{none}"
        ),
        false => assert_eq!(none, "none"),
    }
    // What is set by hand is meant for Dropbox, whatever the system excepts.
    assert_eq!(
        described(&Chosen::Manual(proxy().unwrap()), says("*", Some(Script::Detected))),
        "http://proxy:3128, from Administrator Options"
    );
    let way = format!("{:?}", Way::of(&system, || says("", None)));
    assert!(!way.contains("secret"), "{way}");
}
