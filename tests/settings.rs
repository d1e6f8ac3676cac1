//! Administrator Options: checked as they are typed, kept whole, and in force without a restart.

use std::path::PathBuf;

use outtray::{
    Error,
    error::Field,
    operator::{Place, RequestPhase},
    settings::{Language, ProxyMode, RedirectHost, Settings},
};

use crate::{
    simulator::{Gate, Moment},
    support::{ACCESS_EMAIL, TestApp, free_ports, within},
};

fn root() -> PathBuf {
    PathBuf::from(if cfg!(windows) { "C:\\Reports" } else { "/srv/reports" })
}

async fn refused(test: &TestApp, change: impl FnOnce(&mut Settings)) -> Error {
    let before = test.app.get_settings().await.unwrap();
    let error = test.change_settings(change).await.expect_err("it should be refused");
    assert_eq!(test.app.get_settings().await.unwrap(), before, "nothing is kept of it");
    error
}

#[tokio::test]
async fn what_is_chosen_is_kept_whole() {
    let test = TestApp::fresh().await;
    let chosen = Settings {
        interface_to_dropbox: true,
        report_output_root: Some(root()),
        redirect_host: RedirectHost::Localhost,
        redirect_ports: vec![40001, 1024],
        connect_timeout_seconds: 5,
        idle_timeout_seconds: 3600,
        history_retention_days: 1,
        language: Language::De,
        notifications: false,
        close_to_tray: false,
        proxy: ProxyMode::Manual,
        proxy_address: Some("http://proxy.example.com:8080".to_owned()),
        proxy_user: Some("anna".to_owned()),
        proxy_password_stored: false,
    };
    assert_eq!(test.app.set_settings(chosen.clone()).await.unwrap(), chosen);
    let test = test.restart().await;
    assert_eq!(test.app.get_settings().await.unwrap(), chosen);
    let uris = test.app.get_about().await.unwrap().redirect_uris;
    assert_eq!(uris, ["http://localhost:40001/dropbox", "http://localhost:1024/dropbox"]);
}

#[tokio::test]
async fn the_report_output_root_is_trimmed_and_must_be_a_whole_path() {
    let test = TestApp::fresh().await;
    let mut padded = root().into_os_string();
    padded.push(" ");
    let kept = test.change_settings(|settings| settings.report_output_root = Some(padded.into())).await.unwrap();
    assert_eq!(kept.report_output_root, Some(root()));
    for relative in ["Reports", "./Reports", "../Reports"] {
        let error = refused(&test, |settings| settings.report_output_root = Some(relative.into())).await;
        assert_eq!((error.code(), error.field()), ("invalid_input", Some(Field::ReportOutputRoot)));
    }
    let kept = test.change_settings(|settings| settings.report_output_root = Some("  ".into())).await.unwrap();
    assert_eq!(kept.report_output_root, None);
}

#[tokio::test]
async fn one_to_three_different_ports_can_be_chosen() {
    let test = TestApp::fresh().await;
    let wrong: [&[u16]; 6] = [&[], &[20001, 20002, 20003, 20004], &[0], &[1023], &[49152], &[20001, 20002, 20001]];
    for ports in wrong {
        let error = refused(&test, |settings| settings.redirect_ports = ports.to_vec()).await;
        assert_eq!(
            (error.code(), error.field()),
            ("invalid_input", Some(Field::RedirectPorts)),
            "{ports:?}"
        );
    }
    for ports in [vec![1024], vec![49151, 1024]] {
        let kept = test.change_settings(|settings| settings.redirect_ports.clone_from(&ports)).await.unwrap();
        assert_eq!(kept.redirect_ports, ports);
    }
}

#[tokio::test]
async fn times_have_bounds_and_the_error_says_them() {
    let test = TestApp::fresh().await;
    type Change = fn(&mut Settings, u32);
    let fields: [(Field, Change, u32, u32); 3] = [
        (
            Field::ConnectTimeoutSeconds,
            |settings, value| settings.connect_timeout_seconds = value,
            1,
            120,
        ),
        (
            Field::IdleTimeoutSeconds,
            |settings, value| settings.idle_timeout_seconds = value,
            10,
            3600,
        ),
        (
            Field::HistoryRetentionDays,
            |settings, value| settings.history_retention_days = value,
            1,
            3650,
        ),
    ];
    for (field, change, least, most) in fields {
        for value in [0, least - 1, most + 1, u32::MAX] {
            let error = refused(&test, |settings| change(settings, value)).await;
            assert_eq!(error.field(), Some(field), "{value}");
            assert!(error.to_string().contains(&format!("from {least} to {most}")), "{error}");
        }
        for value in [least, most] {
            test.change_settings(|settings| change(settings, value)).await.unwrap();
        }
    }
}

#[test]
fn whoever_changes_one_must_send_the_others_too() {
    let whole = serde_json::to_value(Settings::default()).unwrap();
    assert_eq!(serde_json::from_value::<Settings>(whole.clone()).unwrap(), Settings::default());
    let fields = whole.as_object().unwrap();
    assert_eq!(fields.len(), 14);
    for name in fields.keys() {
        let mut less = whole.clone();
        less.as_object_mut().unwrap().remove(name);
        assert!(serde_json::from_value::<Settings>(less).is_err(), "{name} would be lost");
    }
}

#[tokio::test]
async fn the_activity_says_what_was_changed() {
    let test = TestApp::fresh().await;
    test.change_settings(|settings| {
        settings.interface_to_dropbox = true;
        settings.redirect_host = RedirectHost::Localhost;
    })
    .await
    .unwrap();
    let newest = test.app.list_activity(None).await.unwrap().remove(0);
    assert_eq!(newest.action, "set_settings");
    assert_eq!(newest.detail.as_deref(), Some("Interface to Dropbox on, Redirect host localhost"));
}

#[tokio::test]
async fn other_ports_hold_for_the_next_request_and_leave_one_that_waits_alone() {
    let test = TestApp::with_operator().await;
    test.app.add_operator("CD", crate::support::operator_fields("Carl Dahl", None)).await.unwrap();
    let given = test.user(ACCESS_EMAIL).await;
    let waiting = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();

    let other = free_ports();
    test.change_settings(|settings| {
        settings.redirect_host = RedirectHost::Localhost;
        settings.redirect_ports.clone_from(&other);
    })
    .await
    .unwrap();
    let carl = test.user("carl@example.com").await;
    let later = test.begin("CD", &carl, Place::ThisComputer).await.unwrap().request.unwrap();
    assert_eq!(later.redirect_uri, Some(format!("http://localhost:{}/dropbox", other[0])));

    given.browser.authorize(&waiting.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    let page = carl.browser.authorize(&later.url).await;
    let confirmed = format!("http://localhost:{}/dropbox/confirmed/", other[0]);
    assert!(page.url.starts_with(&confirmed), "{}", page.url);
    test.until_phase("CD", RequestPhase::Granted).await;
}

#[tokio::test]
async fn a_request_that_waits_is_taken_up_on_its_own_port_whatever_was_chosen_since() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let waiting = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    test.change_settings(|settings| settings.redirect_ports = free_ports()).await.unwrap();
    let test = test.restart().await;
    test.app.resume().await.unwrap();
    given.browser.authorize(&waiting.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
}

#[tokio::test]
async fn other_time_outs_hold_from_the_next_call_on_whichever_program_chose_them() {
    let (test, _) = TestApp::authorized().await;
    let other = test.second_program().await.unwrap();
    let settings = Settings {
        idle_timeout_seconds: 10,
        ..test.app.get_settings().await.unwrap()
    };
    other.set_settings(settings).await.unwrap();
    // Dropbox takes the call and stays silent: as the default it would be waited for until this test gives up.
    // What does no harm twice is asked once more.
    let gates = [0, 1].map(|_| test.simulator.hold(Moment::Before, "auth/token/revoke"));
    let error = within(test.app.revoke_authorization("AB"), "the time-out of the settings does not hold")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "network");
    assert!(error.to_string().contains("no answer in time"), "{error}");
    gates.iter().for_each(Gate::release);
}

#[tokio::test]
async fn the_history_is_kept_as_long_as_was_chosen_and_the_activity_for_good() {
    let (test, _) = TestApp::authorized().await;
    test.change_settings(|settings| settings.history_retention_days = 30).await.unwrap();
    test.send("AB", "old.pdf", b"old").await.unwrap();
    // And one whose program was killed: nobody has written down how it ended.
    let gate = test.simulator.hold(Moment::Before, "files/upload");
    let app = test.second_program().await.unwrap();
    let killed = tokio::spawn(async move { app.send_test_file("AB").await });
    within(gate.reached(), "nothing was sent").await;
    killed.abort();
    assert!(killed.await.unwrap_err().is_cancelled());
    gate.abandon();
    let activity = test.app.list_activity(None).await.unwrap().len();
    let test = test.after_days(29).await;
    test.send("AB", "new.pdf", b"new").await.unwrap();
    assert_eq!(test.app.list_deliveries(Some("AB")).await.unwrap().len(), 3);

    let test = test.after_days(2).await;
    let names: Vec<String> = test.app.list_deliveries(Some("AB")).await.unwrap().into_iter().map(|row| row.file_name).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(names[0], "new.pdf");
    assert_eq!(test.app.list_activity(None).await.unwrap().len(), activity + 1);

    // What needs attention stays until a person has decided.
    let left = test.app.list_deliveries("AB").await.unwrap().remove(1);
    test.app.dismiss_delivery(left.id).await.unwrap();
    let test = test.after_days(31).await;
    assert!(test.app.list_deliveries("AB").await.unwrap().is_empty());
}

#[tokio::test]
async fn everything_that_is_wrong_in_the_options_is_told_at_once() {
    let test = TestApp::fresh().await;
    let error = refused(&test, |settings| {
        settings.redirect_ports = vec![80];
        settings.connect_timeout_seconds = 0;
        settings.history_retention_days = 0;
    })
    .await;
    let others: Vec<_> = error.problem().others.into_iter().map(|other| other.field).collect();
    assert_eq!(error.field(), Some(Field::RedirectPorts));
    assert_eq!(others, [Some(Field::ConnectTimeoutSeconds), Some(Field::HistoryRetentionDays)]);
}
