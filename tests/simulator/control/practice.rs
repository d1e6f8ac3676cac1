//! *Try what happens when…*: five things that go wrong, and the way back.

use axum::{http::StatusCode, response::Response};

use super::{Desk, orders::Trouble, words::Words};
use crate::simulator::pages::escape;

pub(super) fn page(desk: &Desk, words: &Words) -> Response {
    let happening: Vec<Trouble> = Trouble::ALL.into_iter().filter(|trouble| trouble.happens(&desk.shared)).collect();
    let now = match happening.as_slice() {
        [] => format!("<p role=\"status\">{}</p>", escape(words.well)),
        happening => {
            let items: String = happening
                .iter()
                .map(|trouble| format!("<li>{}</li>", escape(words.of_trouble(*trouble).0)))
                .collect();
            format!(
                "<div role=\"status\"><p><strong>{}</strong></p><ul>{items}</ul></div>",
                escape(words.happening)
            )
        }
    };
    let troubles: String = Trouble::ALL.into_iter().map(|trouble| one(trouble, words, &happening)).collect();
    let main = format!(
        "<p>{how}</p>{now}<form class=\"stack\" method=\"post\" action=\"/try\">\
         <input type=\"hidden\" name=\"token\" value=\"{token}\"><input type=\"hidden\" name=\"language\" value=\"{tag}\">\
         {troubles}<p><button class=\"main\" name=\"what\" value=\"as_before\" id=\"as-before\">{as_before}</button></p></form>\
         <p><a href=\"/faults\">{more}</a></p>",
        how = escape(words.how),
        token = escape(&desk.token),
        tag = words.tag,
        as_before = escape(words.as_before),
        more = escape(words.more),
    );
    super::page(StatusCode::OK, words.tag, words.title, words.banner, &main)
}

fn one(trouble: Trouble, words: &Words, happening: &[Trouble]) -> String {
    let (title, text) = words.of_trouble(trouble);
    let name = trouble.name();
    format!(
        "<div><button name=\"what\" value=\"{name}\" id=\"{name}\" aria-pressed=\"{}\" aria-describedby=\"{name}-text\">{}</button>\
         <p class=\"quiet\" id=\"{name}-text\">{}</p></div>",
        happening.contains(&trouble),
        escape(title),
        escape(text),
    )
}
