//! A small client of the W3C WebDriver protocol, for WebKitWebDriver.

use std::{
    ffi::OsString,
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// How long anything may take before the test fails.
const DEADLINE: Duration = Duration::from_secs(30);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(40);
/// The key of an element reference (W3C WebDriver, section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Whether nothing says any more that it is being done: such words end in an ellipsis.
const IS_SETTLED: &str = "
    const said = [...document.querySelectorAll('[role=status]')].filter((each) => each.checkVisibility());
    return said.every((each) => !each.textContent.trim().endsWith('…'));";

/// The driver gives the picture that was drawn last: what has just come into the page is drawn before the second one from now.
const AFTER_DRAWING: &str = "const [drawn] = arguments; requestAnimationFrame(() => requestAnimationFrame(drawn));";

/// Notes what a click hits when that is not what it was meant for.
const WATCH_HITS: &str = "
    window.missed = null;
    const watch = ({ target }) => {
        if (!target.closest(arguments[0])) window.missed = target.outerHTML.slice(0, 80);
    };
    document.addEventListener('pointerdown', watch, { capture: true, once: true });";

/// The control key (section 17.4.2).
const CTRL: &str = "\u{e009}";

/// A browser or a window under a driver of its own. Both end when this is dropped.
pub(crate) struct WebDriver {
    driver: Child,
    http: reqwest::Client,
    session: String,
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        // The driver leads its own process group: with it goes whatever it has started.
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.driver.wait();
    }
}

impl WebDriver {
    /// Starts a program under a driver, with these settings in its environment.
    pub(crate) async fn start(program: &str, arguments: &[String], environment: &[(&str, OsString)]) -> Self {
        let port = free_port();
        let mut command = Command::new("WebKitWebDriver");
        command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]).process_group(0);
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").envs(environment.iter().cloned());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = command.spawn().expect("WebKitWebDriver, which `cargo xtask test` installs");
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut started = Self {
            driver,
            http: reqwest::Client::builder().no_proxy().timeout(DEADLINE).build().unwrap(),
            session: format!("http://127.0.0.1:{port}/session"),
        };
        started.open(program, arguments).await;
        started
    }

    /// Every process of the driver's group: the program, and what it has started.
    pub(crate) fn processes(&self) -> Vec<u32> {
        let group = self.driver.id().to_string();
        // `PID (NAME) STATE PARENT GROUP …` (proc(5)); a name may have spaces.
        let is_ours = |process: &u32| {
            let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            let after_name = state.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
            let mut words = after_name.split_whitespace();
            words.next() != Some("Z") && words.nth(1) == Some(&group)
        };
        let entries = std::fs::read_dir("/proc").unwrap().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(is_ours).collect()
    }

    async fn open(&mut self, program: &str, arguments: &[String]) {
        let options = json!({ "webkitgtk:browserOptions": { "binary": program, "args": arguments } });
        let body = json!({ "capabilities": { "alwaysMatch": options } });
        let start = Instant::now();
        let answer = loop {
            match self.http.post(&self.session).json(&body).send().await {
                Ok(answer) => break answer,
                Err(error) => assert!(start.elapsed() < DEADLINE, "the WebDriver does not answer: {error}"),
            }
            tokio::time::sleep(LOOK).await;
        };
        let answer: Value = answer.json().await.unwrap();
        let id = answer["value"]["sessionId"]
            .as_str()
            .unwrap_or_else(|| panic!("{program} was not opened: {answer}"));
        self.session = format!("{}/{id}", self.session);
    }

    async fn call(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        let mut request = self.http.request(method, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.map_err(|error| error.to_string())?;
        let ok = answer.status().is_success();
        let value: Value = answer.json().await.map_err(|error| error.to_string())?;
        if ok {
            Ok(value["value"].clone())
        } else {
            Err(value["value"]["message"].to_string())
        }
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value, String> {
        self.call(reqwest::Method::POST, path, Some(body)).await
    }

    /// Opens an address.
    pub(crate) async fn go(&self, url: &str) {
        self.post("/url", json!({ "url": url })).await.unwrap();
    }

    /// The address in the address bar.
    pub(crate) async fn url(&self) -> String {
        let url = self.call(reqwest::Method::GET, "/url", None).await.unwrap();
        url.as_str().unwrap_or_default().to_owned()
    }

    /// The page as it stands.
    pub(crate) async fn source(&self) -> String {
        let source = self.call(reqwest::Method::GET, "/source", None).await.unwrap();
        source.as_str().unwrap_or_default().to_owned()
    }

    /// A picture of the page, once it has said what became of the last click, and has drawn it.
    pub(crate) async fn screenshot(&self) -> Vec<u8> {
        self.until_script(IS_SETTLED, |settled| settled == true).await;
        // A page that is not drawn, because nobody sees it, looks as it does.
        let _ = self.post("/execute/async", json!({ "script": AFTER_DRAWING, "args": [] })).await;
        let picture = self.call(reqwest::Method::GET, "/screenshot", None).await.unwrap();
        STANDARD.decode(picture.as_str().unwrap_or_default()).unwrap()
    }

    /// What a script returns; nothing while one page gives way to another.
    pub(crate) async fn script(&self, script: &str, arguments: Value) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": arguments })).await.unwrap_or_default()
    }

    async fn element(&self, css: &str) -> Result<String, String> {
        let found = self.post("/element", json!({ "using": "css selector", "value": css })).await?;
        found[ELEMENT].as_str().map(str::to_owned).ok_or_else(|| format!("{found} is no element"))
    }

    async fn on_element(&self, css: &str, action: &str, body: &Value) -> Result<Value, String> {
        let id = self.element(css).await?;
        self.post(&format!("/element/{id}/{action}"), body.clone()).await
    }

    /// Tries until it works: an element may still be on its way.
    async fn patiently(&self, css: &str, action: &str, body: Value) {
        let start = Instant::now();
        while let Err(error) = self.on_element(css, action, &body).await {
            if start.elapsed() > DEADLINE {
                panic!("{action} on {css}: {error}. The page says: {}", self.text("body").await);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Clicks, and again when it did not hit: between the look where it lies and the click, something above it may have come or gone.
    pub(crate) async fn click(&self, css: &str) {
        let start = Instant::now();
        loop {
            self.script(WATCH_HITS, json!([css])).await;
            self.patiently(css, "click", json!({})).await;
            // A page that has given way to another knows of none.
            let missed = self.script("return window.missed;", json!([])).await;
            let Value::String(hit) = missed else { return };
            assert!(start.elapsed() < DEADLINE, "the click on {css} hit {hit}");
        }
    }

    /// Types into a field that is empty, or adds to what is there.
    pub(crate) async fn keys(&self, css: &str, text: &str) {
        self.patiently(css, "value", json!({ "text": text })).await;
    }

    /// Replaces what is in a field.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        self.patiently(css, "clear", json!({})).await;
        self.keys(css, text).await;
    }

    /// Presses a key while Ctrl is held.
    pub(crate) async fn press_with_ctrl(&self, key: &str) {
        let action = |kind: &str, value: &str| json!({ "type": kind, "value": value });
        let held = [
            action("keyDown", CTRL),
            action("keyDown", key),
            action("keyUp", key),
            action("keyUp", CTRL),
        ];
        let keyboard = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": held }] });
        self.post("/actions", keyboard).await.unwrap();
    }

    /// Waits until a script returns something that is as it should be, and returns it.
    pub(crate) async fn until_script(&self, script: &str, is_right: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let value = self.script(script, json!([])).await;
            if is_right(&value) {
                return value;
            }
            assert!(start.elapsed() < DEADLINE, "{script} returns {value}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// What a person reads there; nothing when there is no such element, or it is not shown.
    pub(crate) async fn text(&self, css: &str) -> String {
        let script = "const found = document.querySelector(arguments[0]); return found && found.checkVisibility() ? found.innerText : '';";
        self.script(script, json!([css])).await.as_str().unwrap_or_default().to_owned()
    }

    /// What is in a field.
    pub(crate) async fn value(&self, css: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.value ?? '';";
        self.script(script, json!([css])).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a person reads this there, and returns the whole text.
    pub(crate) async fn until_text(&self, css: &str, expected: &str) -> String {
        let start = Instant::now();
        loop {
            let text = self.text(css).await;
            if !text.is_empty() && text.contains(expected) {
                return text;
            }
            if start.elapsed() > DEADLINE {
                let page = self.text("body").await;
                panic!("“{expected}” was awaited in {css}, where it says “{text}”. The page says: {page}");
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
