//! The token endpoint.

use super::*;

#[tokio::test]
async fn a_code_works_once_with_its_verifier_and_one_way_of_client_authentication() {
    let dropbox = Dropbox::new().await;
    let code = dropbox.code().await;
    let (key, secret) = (dropbox.app.key.as_str(), dropbox.app.secret.as_str());
    let base = [("grant_type", "authorization_code"), ("code", code.as_str())];
    let with = |more: &[(&'static str, &'static str)]| [base.as_slice(), more].concat();
    let error = async |request: RequestBuilder| {
        let answer = answer(request).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        answer.json()["error"].as_str().unwrap().to_owned()
    };
    let other = "another-verifier-that-is-long-enough-0123456789";
    let wrong_verifier = [with(&[("code_verifier", other)]), vec![("client_id", key)]].concat();
    assert_eq!(error(dropbox.token(&wrong_verifier)).await, "invalid_grant");
    assert_eq!(error(dropbox.token(&with(&[("code_verifier", VERIFIER)]))).await, "invalid_request");
    let both = [with(&[("code_verifier", VERIFIER)]), vec![("client_id", key)]].concat();
    assert_eq!(error(dropbox.token(&both).basic_auth(key, Some(secret))).await, "invalid_request");
    assert!(error(dropbox.token(&both).basic_auth(key, Some("wrong"))).await.starts_with("invalid_"));
    let unknown = [both.clone(), vec![("access_type", "offline")]].concat();
    assert_eq!(error(dropbox.token(&unknown)).await, "invalid_request");
    let redirect = [both.clone(), vec![("redirect_uri", REDIRECT)]].concat();
    assert_eq!(error(dropbox.token(&redirect)).await, "invalid_grant");

    assert_eq!(answer(dropbox.token(&both)).await.status, 200);
    assert_eq!(error(dropbox.token(&both)).await, "invalid_grant");
}
