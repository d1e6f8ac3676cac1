//! The debug page of a proxy: it answers with the request that it was sent, written in one of the ways in which programs write such things.

use axum::{
    http::{HeaderValue, StatusCode, header::AUTHORIZATION},
    response::Response,
};
use base64::{Engine, engine::general_purpose};

use super::{answer, inbound::Inbound};

/// A page that repeats the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The Content-Type.
    pub(crate) content_type: &'static str,
    /// The body, with `REQUEST` wherever it repeats the request.
    pub(crate) body: &'static str,
    /// In which way.
    pub(crate) written: Written,
}

/// How the request is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    Plainly,
    InCapitals,
    PerCent,
    InHexadecimal,
    InBase64,
    InLines,
    InJsonEscapes,
    InHtmlEscapes,
}

impl Written {
    pub(crate) const ALL: [Self; 8] = [
        Self::Plainly,
        Self::InCapitals,
        Self::PerCent,
        Self::InHexadecimal,
        Self::InBase64,
        Self::InLines,
        Self::InJsonEscapes,
        Self::InHtmlEscapes,
    ];

    /// What the control page calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plainly => "plain",
            Self::InCapitals => "capitals",
            Self::PerCent => "percent",
            Self::InHexadecimal => "hexadecimal",
            Self::InBase64 => "base64",
            Self::InLines => "lines",
            Self::InJsonEscapes => "json_escapes",
            Self::InHtmlEscapes => "html_escapes",
        }
    }

    /// A text, written in this way.
    pub(crate) fn write(self, text: &str) -> String {
        match self {
            Self::Plainly => text.to_owned(),
            Self::InCapitals => text.to_ascii_uppercase(),
            Self::PerCent => text.bytes().map(|byte| format!("%{byte:02X}")).collect(),
            Self::InHexadecimal => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
            Self::InBase64 => general_purpose::STANDARD.encode(text),
            Self::InLines => {
                let letters: Vec<char> = text.chars().collect();
                letters.chunks(8).map(String::from_iter).collect::<Vec<_>>().join("\r\n    ")
            }
            Self::InJsonEscapes => text.bytes().map(|byte| format!("\\u{byte:04x}")).collect(),
            Self::InHtmlEscapes => text.bytes().map(|byte| format!("&#{byte};")).collect(),
        }
    }
}

impl Page {
    /// What a gateway shows that lets its debug page stand on.
    pub(crate) fn of_gateway(written: Written) -> Self {
        Self {
            status: 502,
            content_type: "text/html",
            body: "<html><pre>REQUEST</pre></html>",
            written,
        }
    }

    pub(super) fn answer(&self, inbound: &Inbound) -> Response {
        let credentials = inbound.header(AUTHORIZATION.as_str()).unwrap_or_default();
        let body = String::from_utf8_lossy(&inbound.body);
        let request = self.written.write(&format!("{body} Authorization: {credentials} {credentials}"));
        let request = match self.content_type {
            "application/json" => serde_json::Value::from(request).to_string().trim_matches('"').to_owned(),
            _ => request,
        };
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = answer::response(status, self.content_type, self.body.replace("REQUEST", &request));
        if let Ok(credentials) = HeaderValue::from_str(credentials.rsplit(' ').next().unwrap_or_default()) {
            response.headers_mut().insert("X-Dropbox-Request-Id", credentials);
        }
        response
    }
}
