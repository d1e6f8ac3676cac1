//! Keys, secrets, codes and addresses as they come out of pipes, files, mails and chats: taken, or named.

use outtray::{operator::Place, secret::Secret};
use tokio::io::AsyncWriteExt;

use crate::support::{ACCESS_EMAIL, Computer, Given, TestApp, begin_elsewhere, text, within};

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

/// As PowerShell, cmd, Notepad and mail programs write a secret: each with its name.
fn as_written(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let (le, be) = (u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes as fn(u16) -> [u8; 2]);
    let line = format!("{secret}\r\n");
    vec![
        ("without an end", secret.into()),
        ("CRLF", line.clone().into()),
        ("UTF-8 with a mark", [b"\xEF\xBB\xBF", line.as_bytes()].concat()),
        ("UTF-16LE with a mark", [b"\xFF\xFE".to_vec(), utf16(&line, le)].concat()),
        ("UTF-16BE with a mark", [b"\xFE\xFF".to_vec(), utf16(&line, be)].concat()),
        ("cmd /u", utf16(&format!("{secret} \r\n"), le)),
        ("UTF-16BE without a mark", utf16(&line, be)),
        ("UTF-16LE without an end", utf16(secret, le)),
        (
            "UTF-32LE",
            [0xFEFF].into_iter().chain(line.chars().map(u32::from)).flat_map(u32::to_le_bytes).collect(),
        ),
        ("two marks", format!("\u{feff}\u{feff}{line}").into()),
        ("Ctrl-Z", format!("{line}\u{1a}").into()),
        ("Ctrl-Z in the line", format!("{secret}\u{1a}\r\n").into()),
        ("NUL", format!("{secret}\0").into()),
        ("quotes", format!("\"{secret}\" \r\n").into()),
        ("typographic quotes", format!("“{secret}”\n").into()),
        (
            "German quotes in Windows-1252",
            [b"\x84", secret.as_bytes(), b"\x93\xA0\r\n"].concat(),
        ),
        ("no-break space", format!("\u{a0}{secret}\u{a0}\n").into()),
        ("no-break space, read wrongly", format!("{secret}Â\u{a0}\n").into()),
        ("a mark, read wrongly", format!("ï»¿{secret}\n").into()),
        (
            "zero-width space",
            format!("{}\u{200b}{}\u{2060}\n", &secret[..5], &secret[5..]).into(),
        ),
        ("empty lines", format!("\r\n  \r\n{line}\r\n").into()),
        ("label", format!("App secret: {line}").into()),
        ("label on a line of its own", format!("App secret\r\n{line}").into()),
        ("variable", format!("APP_SECRET={secret}\n").into()),
        ("variable of a shell", format!("export DROPBOX_APP_SECRET=\"{secret}\"\n").into()),
        ("variable of cmd", format!("set DROPBOX_APP_SECRET={line}").into()),
        ("German label", format!("App-Geheimnis: {line}").into()),
        ("table of PowerShell", format!("\r\nSecret\r\n------\r\n{line}\r\n").into()),
        ("colors", format!("\u{1b}[32;1m{secret}\u{1b}[0m\r\n").into()),
        ("quotes in Mac Roman", [b"\xD2", secret.as_bytes(), b"\xD3\r"].concat()),
        ("a mark, read as code page 437", format!("∩╗┐{line}").into()),
        ("JSON", format!("\"app_secret\": \"{secret}\",\n").into()),
        ("table", format!("App secret\t{secret}\n").into()),
        ("quoted-printable", format!("{secret}=20\r\n").into()),
        ("sentence", format!("{secret}.\n").into()),
        ("web page", format!("&nbsp;{secret}&nbsp;\n").into()),
        ("Markdown", format!("`{secret}`\n").into()),
    ]
}

#[tokio::test]
async fn an_app_secret_is_taken_as_programs_write_it() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    for (name, bytes) in as_written(&app.secret) {
        let begun = computer.run_with_bytes(&begin_elsewhere(&app.key), &bytes).await;
        assert!(begun.status.success(), "{name}: {}", text(&begun.stdout));
    }
}

#[tokio::test]
async fn what_is_no_app_secret_in_any_encoding_is_said_at_its_field() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    for wrong in ["two words here", "pässword12345", "a1b2c3,d4e5f6", "Secret is: a or b"] {
        for bytes in [wrong.as_bytes().to_vec(), utf16(wrong, u16::to_le_bytes)] {
            let refused = computer.run_with_bytes(&begin_elsewhere(&app.key), &bytes).await;
            let said = text(&refused.stdout);
            assert_eq!(refused.status.code(), Some(3), "{wrong}: {said}");
            assert!(
                said.contains("\"appSecret\"") && said.contains("This is not an app secret"),
                "{wrong}: {said}"
            );
        }
    }
}

#[tokio::test]
async fn whoever_keeps_the_pipe_open_is_not_waited_for() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    let mut command = computer.command(&begin_elsewhere(&app.key));
    let piped = std::process::Stdio::piped;
    let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&utf16(&format!("{}\r\n", app.secret), u16::to_le_bytes)).await.unwrap();
    assert!(within(child.wait(), "it waits for the end of the pipe").await.unwrap().success());
    drop(stdin);
}

async fn code(test: &TestApp, given: &Given) -> String {
    let request = test.begin("AB", given, Place::UsersComputer).await.unwrap().request.unwrap();
    given.browser.access_code(&request.url).await
}

#[tokio::test]
async fn an_access_code_is_taken_with_what_a_mail_leaves_around_it() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let written: [fn(&str) -> String; 9] = [
        |code| format!("\u{feff}{code}\r\n"),
        |code| format!("Access code: {code}"),
        |code| format!("“{code}”."),
        |code| format!("<{code}>"),
        |code| format!("{}\r\n  {}", &code[..9], &code[9..]),
        |code| format!("{}\u{200b}{}", &code[..9], &code[9..]),
        |code| format!("{code}=20"),
        |code| format!("Code:\n\n\u{a0}{code}\u{a0}"),
        |code| code.chars().flat_map(|c| [c, '\0']).collect(),
    ];
    for (number, write) in written.into_iter().enumerate() {
        let typed = write(&code(&test, &given).await);
        let result = test.app.complete_authorization("AB", Some(Secret::new(typed))).await;
        assert!(result.is_ok(), "{number}: {:?}", result.unwrap_err().problem());
    }
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// As Proofpoint v2 writes an address.
fn proofpoint(address: &str) -> String {
    let signs = [
        ('-', "-2D"),
        ('_', "-5F"),
        (':', "-3A"),
        ('/', "_"),
        ('?', "-3F"),
        ('=', "-3D"),
        ('&', "-26"),
    ];
    signs.iter().fold(address.to_owned(), |address, (sign, written)| address.replace(*sign, written))
}

const SCANNER: &str = "https://eur01.safelinks.protection.outlook.com/?url=";

/// As link scanners, mail programs and chats rewrite an address.
fn rewritten(address: &str) -> Vec<(&'static str, String)> {
    [scanned(address), mailed(address)].concat()
}

/// As the link scanners of companies do it.
fn scanned(address: &str) -> Vec<(&'static str, String)> {
    let proofpoint = proofpoint(address);
    let third = format!("https://urldefense.com/v3/__{address}__;!!Abc123!xyz$");
    vec![
        (
            "Safe Links",
            format!("{SCANNER}{}&data=05%7C02%7C&sdata=abc%3D&reserved=0", percent(address)),
        ),
        (
            "Safe Links twice",
            format!("{SCANNER}{}&data=05", percent(&format!("{SCANNER}{}&data=05", percent(address)))),
        ),
        (
            "Proofpoint v2",
            format!("https://urldefense.proofpoint.com/v2/url?u={proofpoint}&d=DwMFaQ&c=x&r=y"),
        ),
        ("Proofpoint v3", third.clone()),
        (
            "Proofpoint v3 with signs left out",
            third.replace("//127", "/*127").replace("__;!!", "__;Lw!!"),
        ),
        (
            "Google",
            format!("https://www.google.com/url?q={}&sa=D&source=gmail", percent(address)),
        ),
        (
            "Barracuda",
            format!("https://linkprotect.cudasvc.com/url?a={}&c=E,1", percent(address)),
        ),
        ("in a path", format!("https://secure-web.example.com/1x/{}", percent(address))),
        (
            "in a path, behind a letter beyond ASCII",
            format!("https://archiv.example.com/größe/ß{address}"),
        ),
        (
            "in a path, behind a full-width colon",
            format!("https://mail.example.com/链接：{address}"),
        ),
        ("Sophos", {
            use base64::Engine;
            format!(
                "https://eu-west-1.protection.sophos.com/?d=127.0.0.1&u={}",
                base64::engine::general_purpose::STANDARD.encode(address)
            )
        }),
    ]
}

/// As mail programs, chats and people do it.
fn mailed(address: &str) -> Vec<(&'static str, String)> {
    let (half, other) = address.split_at(address.len() - 12);
    vec![
        ("line breaks", format!("{half}\r\n{other}")),
        (
            "quoted-printable",
            format!("{}=\r\n{}", half.replace('=', "=3D"), other.replace('=', "=3D")),
        ),
        ("entities", address.replace('&', "&amp;")),
        ("entities twice", address.replace('&', "&amp;amp;")),
        ("percent-encoded", percent(address)),
        ("percent-encoded twice", percent(&percent(address))),
        ("angle brackets", format!("<{address}>")),
        ("a sentence", format!("Hello, it says {address}. Best regards")),
        ("quotes", format!("“{address}”,")),
        ("Markdown", format!("[{address}]({address})")),
        ("Outlook", format!("{address}<{SCANNER}{}&data=05>", percent(address))),
        ("tracking", format!("{address}&utm_source=mail#_=_")),
        ("an answer that quotes", {
            let (one, rest) = address.split_at(50);
            format!("Anna wrote:\r\n> {one}\r\n> {rest}\r\n")
        }),
        ("Internet shortcut", format!("[InternetShortcut]\r\nURL={address}\r\n")),
        (
            "property list",
            format!("<dict><key>URL</key><string>{}</string></dict>", address.replace('&', "&amp;")),
        ),
        ("a chat", format!("[12:01] Anna Berg\n{address}\n")),
        ("defanged", address.replace("http://127.0", "hxxp://127[.]0")),
    ]
}

async fn redirect(test: &TestApp, given: &Given) -> String {
    let request = test.begin("AB", given, Place::ThisComputer).await.unwrap().request.unwrap();
    given.browser.redirect_of(&request.url).await
}

#[tokio::test]
async fn a_redirect_that_was_rewritten_on_its_way_is_found() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let mut missed = Vec::new();
    for number in 0..rewritten("http://127.0.0.1:1/dropbox?code=abcdefghijkl&state=x").len() {
        let (name, typed) = rewritten(&redirect(&test, &given).await).swap_remove(number);
        let result = test.app.complete_authorization("AB", Some(Secret::new(typed.clone()))).await;
        missed.extend(result.err().map(|error| format!("{name}: {typed} {error}")));
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[tokio::test]
async fn an_address_that_has_lost_something_says_so_and_one_of_another_request_is_not_used() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let address = redirect(&test, &given).await;
    let lost = |typed: String| {
        let app = test.app.clone();
        async move { app.complete_authorization("AB", Some(Secret::new(typed))).await.unwrap_err() }
    };
    for typed in [
        address[..address.len() - 3].to_owned(),
        address.split("&state").next().unwrap().to_owned(),
        address.to_lowercase(),
        "https://protect-eu.mimecast.com/s/abcdefgh?domain=127.0.0.2".to_owned(),
        "https://t.co/abcdefgh".to_owned(),
    ] {
        let error = lost(typed.clone()).await;
        assert!(error.to_string().contains("was changed on its way"), "{typed}: {error}");
        assert_eq!(error.code(), "invalid_input");
    }
    let mut missed = Vec::new();
    let other = address.replace("state=", "state=x");
    for (_, typed) in rewritten(&other).into_iter().filter(|(name, _)| !name.contains("left out")) {
        let error = lost(typed.clone()).await;
        missed.extend((error.code() != "other_request").then(|| format!("{typed} {error}")));
    }
    assert!(missed.is_empty(), "{missed:#?}");
    let none = lost("http://127.0.0.1:17653/dropbox/confirmed".to_owned()).await;
    assert!(none.to_string().contains("no code in it"), "{none}");
}

/// A pipe is read line by line, and the first line of a mail is no code. The `state` is another request's, so that Dropbox is not asked.
#[tokio::test]
async fn what_stands_before_an_address_in_a_pipe_is_no_code() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    computer.run_with(&begin_elsewhere(&app.key), &app.secret).await;
    let address = "http://127.0.0.1:17653/dropbox?code=abcdefghijklmnopqrstuvwxyz&state=AAAAAAAAAAAAAAAAAAAAAA";
    for before in [
        "Hello Bob, this is what the browser says now:\r\n\r\n",
        "[InternetShortcut]\nURL=",
        "[12:01] Anna Berg\n",
        "> ",
    ] {
        for (one, rest) in [(address, ""), address.split_at(60), address.split_at(88)] {
            let piped = format!("{before}{one}\r\n{rest}\r\n");
            let answer = computer.run_with(&["--json", "authorize", "complete", "AB"], &piped).await;
            let said = text(&answer.stdout);
            assert!(said.contains("other_request"), "{piped}: {said}");
        }
    }
}
