//! The user's browser: pages over HTTP, forms by the words on their buttons, cookies.

use std::collections::HashMap;

use reqwest::{Client, Method, header};
use url::Url;

/// How many redirects a browser follows.
const REDIRECTS_MAX: usize = 10;

/// A page that was opened.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The address in the address bar.
    pub(crate) url: String,
    /// As it came.
    pub(crate) html: String,
    /// What a person reads.
    pub(crate) text: String,
}

/// A browser with its cookies.
pub(crate) struct Browser {
    client: Client,
    cookies: std::sync::Mutex<HashMap<String, String>>,
}

/// One form of a page.
struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Browser {
    /// Signed in nowhere.
    pub(crate) fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self {
            client,
            cookies: std::sync::Mutex::default(),
        }
    }

    /// Signs in to the simulator; the account is there already.
    pub(crate) async fn sign_in(&self, base: &str, email: &str) {
        let fields = vec![("email".to_owned(), email.to_owned()), ("next".to_owned(), "/www/".to_owned())];
        let page = self.go(Method::POST, &format!("{base}/www/login"), &fields, |_| true).await;
        assert!(page.text.contains(email), "not signed in: {}", page.text);
    }

    /// The cookie that this site has set.
    pub(crate) fn cookie_of(&self, base: &str) -> String {
        let cookies = self.cookies.lock().unwrap();
        cookies.get(&origin(&Url::parse(base).unwrap())).cloned().unwrap_or_default()
    }

    /// Opens an address and follows its redirects.
    pub(crate) async fn open(&self, url: &str) -> Page {
        self.go(Method::GET, url, &[], |_| true).await
    }

    /// Presses a button.
    pub(crate) async fn press(&self, page: &Page, button: &str) -> Page {
        self.press_while(page, button, |_| true).await
    }

    async fn press_while(&self, page: &Page, button: &str, follow: impl Fn(&Url) -> bool) -> Page {
        let form = form_with(&page.html, button).unwrap_or_else(|| panic!("no button “{button}” on this page: {}", page.text));
        let address = Url::parse(&page.url).unwrap().join(&form.action).unwrap();
        self.go(Method::POST, address.as_str(), &form.fields, follow).await
    }

    async fn consent(&self, url: &str) -> Page {
        let page = self.open(url).await;
        self.press(&page, "Continue").await
    }

    /// Continue, Allow, and the redirect to wherever it leads.
    pub(crate) async fn authorize(&self, url: &str) -> Page {
        self.press(&self.consent(url).await, "Allow").await
    }

    /// Continue, Cancel.
    pub(crate) async fn refuse(&self, url: &str) -> Page {
        self.press(&self.consent(url).await, "Cancel").await
    }

    /// Continue, Allow, and the code on the page that follows.
    pub(crate) async fn access_code(&self, url: &str) -> String {
        let page = self.authorize(url).await;
        let (_, rest) = page
            .html
            .split_once("id=\"access-code\"")
            .unwrap_or_else(|| panic!("no Access code: {}", page.text));
        let (_, rest) = rest.split_once('>').unwrap();
        unescape(rest.split_once('<').unwrap().0)
    }

    /// Continue, Allow, and the address of the redirect, which fails to load.
    pub(crate) async fn redirect_of(&self, url: &str) -> String {
        let host = Url::parse(url).unwrap().port();
        let page = self.consent(url).await;
        self.press_while(&page, "Allow", |next| next.port() == host).await.url
    }

    async fn go(&self, method: Method, url: &str, fields: &[(String, String)], follow: impl Fn(&Url) -> bool) -> Page {
        let (mut method, mut url) = (method, Url::parse(url).unwrap());
        for _ in 0..REDIRECTS_MAX {
            let mut request = self.client.request(method.clone(), url.clone());
            if let Some(cookie) = self.cookies.lock().unwrap().get(&origin(&url)) {
                request = request.header(header::COOKIE, cookie);
            }
            if method == Method::POST {
                request = request.form(fields);
            }
            let response = request.send().await.unwrap();
            if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
                let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
                self.cookies.lock().unwrap().insert(origin(&url), cookie);
            }
            let Some(location) = response.headers().get(header::LOCATION) else {
                let (status, html) = (response.status().as_u16(), response.text().await.unwrap());
                return Page {
                    status,
                    url: url.into(),
                    text: text_of(&html),
                    html,
                };
            };
            url = url.join(location.to_str().unwrap()).unwrap();
            method = Method::GET;
            if !follow(&url) {
                return Page {
                    status: 0,
                    url: url.into(),
                    html: String::new(),
                    text: String::new(),
                };
            }
        }
        panic!("too many redirects");
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The form with this button, its fields as they stand, and the button's own.
fn form_with(html: &str, button: &str) -> Option<Form> {
    html.split("<form").skip(1).find_map(|rest| {
        let form = rest.split("</form>").next()?;
        let pressed = form.split("<button").skip(1).find(|part| {
            let words = part.split_once('>').and_then(|(_, rest)| rest.split("</button>").next());
            words.map(unescape).as_deref() == Some(button)
        })?;
        let inputs = form.split("<input").skip(1).filter_map(|part| field(part.split('>').next()?));
        Some(Form {
            action: attribute(form.split('>').next()?, "action")?,
            fields: inputs.chain(field(pressed.split('>').next()?)).collect(),
        })
    })
}

fn field(tag: &str) -> Option<(String, String)> {
    Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(unescape)
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn text_of(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let words: String = body
        .split('<')
        .skip(1)
        .filter_map(|part| part.split_once('>'))
        .map(|(_, text)| format!("{text} "))
        .collect();
    unescape(&words).split_whitespace().collect::<Vec<_>>().join(" ")
}
