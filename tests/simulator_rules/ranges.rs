//! A part of a file (RFC 9110, section 14).

use super::*;

#[tokio::test]
async fn a_range_gives_the_part_that_the_file_has() {
    let dropbox = Dropbox::with_all_scopes().await;
    let token = dropbox.access_token().await;
    for (path, body) in [("/ten", "0123456789"), ("/empty", "")] {
        let upload = dropbox.upload("files/upload", &token, &json!({ "path": path }), body.into());
        assert_eq!(answer(upload).await.status, 200);
    }
    let get = async |path: &str, range: &str| {
        let argument = json!({ "path": path }).to_string();
        let call = dropbox.call("content", "files/download", &token).header("Dropbox-API-Arg", argument);
        let part = answer(call.header("Range", range)).await;
        (part.status.as_u16(), part.text.clone(), part.header("content-range").to_owned())
    };
    for (range, expected, content_range) in [
        ("bytes=0-0", "0", "bytes 0-0/10"),
        ("bytes=9-9", "9", "bytes 9-9/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=7-99", "789", "bytes 7-9/10"),
        ("bytes=7-99999999999999999999999", "789", "bytes 7-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=-99", "0123456789", "bytes 0-9/10"),
    ] {
        let answer = get("/ten", range).await;
        assert_eq!(answer, (206, expected.to_owned(), content_range.to_owned()), "{range}");
    }
    for (path, range, size) in [
        ("/ten", "bytes=10-", 10),
        ("/ten", "bytes=10-20", 10),
        ("/ten", "bytes=99999999999999999999999-", 10),
        ("/ten", "bytes=-0", 10),
        ("/empty", "bytes=0-", 0),
        ("/empty", "bytes=-1", 0),
    ] {
        assert_eq!(
            get(path, range).await,
            (416, String::new(), format!("bytes */{size}")),
            "{path} {range}"
        );
    }
    for range in [
        "bytes=5-2",
        "bytes=-",
        "bytes=a-b",
        "bytes=+1-2",
        "items=0-1",
        "bytes=0-1,4-5",
        "0-1",
    ] {
        assert_eq!(get("/ten", range).await, (200, "0123456789".to_owned(), String::new()), "{range}");
    }
}
