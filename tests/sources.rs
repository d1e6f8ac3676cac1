//! What is a report: a file that has been written completely, read to its end. What says otherwise of itself is refused in words.

use std::{
    fs::{self, OpenOptions},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use outtray::Error;

#[cfg(unix)]
use crate::simulator::Moment;
use crate::support::{TestApp, within};

/// Sends what cannot be sent: nothing reaches Dropbox, and it is said at once.
async fn refused(test: &TestApp, path: &Path) -> Error {
    let calls = test.simulator.calls().len();
    let error = within(test.app.send_file("AB", path), "it waited for a file").await.unwrap_err();
    assert!(error.hint().is_some(), "{error}");
    let routes: Vec<String> = test.simulator.calls()[calls..].iter().map(|call| call.route.clone()).collect();
    assert!(!routes.iter().any(|route| route.starts_with("files/")), "{error}: {routes:?}");
    error
}

#[tokio::test]
async fn a_file_that_still_moves_is_waited_for() {
    let (test, given) = TestApp::authorized().await;
    let path = test.reports().join("report.pdf");
    fs::write(&path, b"beginning").unwrap();
    // A program writes it in three goes, each by opening it anew.
    let (goes, written) = (Arc::new(AtomicU32::new(0)), path.clone());
    test.time.in_the_moment(move || {
        if goes.fetch_add(1, Ordering::Relaxed) < 3 {
            use std::io::Write;
            OpenOptions::new().append(true).open(&written).unwrap().write_all(b", more").unwrap();
        }
    });
    test.app.send_file("AB", &path).await.unwrap();
    assert_eq!(test.simulator.files(&given.account)[0].content, "beginning, more, more, more");
}

#[tokio::test]
async fn a_file_that_never_rests_is_in_use() {
    let (test, _) = TestApp::authorized().await;
    let path = test.reports().join("report.pdf");
    fs::write(&path, vec![0; 100]).unwrap();
    // In place, in a file that has its whole length already, and with its old time put back where the system tells a time of change too.
    let written = path.clone();
    test.time.in_the_moment(move || {
        use std::io::{Seek, SeekFrom, Write};
        let mut file = OpenOptions::new().write(true).open(&written).unwrap();
        let modified = file.metadata().unwrap().modified().unwrap();
        file.seek(SeekFrom::Start(50)).unwrap();
        file.write_all(b"half").unwrap();
        if cfg!(unix) {
            file.set_modified(modified).unwrap();
        }
    });
    let error = refused(&test, &path).await;
    assert_eq!(error.code(), "file_in_use", "{error}");
}

#[tokio::test]
async fn another_file_in_its_place_is_not_the_one_that_was_looked_at() {
    let (test, given) = TestApp::authorized().await;
    let path = test.reports().join("report.pdf");
    fs::write(&path, b"old").unwrap();
    let (times, place) = (AtomicU32::new(0), path.clone());
    test.time.in_the_moment(move || {
        if times.fetch_add(1, Ordering::Relaxed) == 0 {
            let beside = place.with_extension("tmp");
            fs::write(&beside, b"new").unwrap();
            fs::rename(&beside, &place).unwrap();
        }
    });
    test.app.send_file("AB", &path).await.unwrap();
    assert_eq!(test.simulator.files(&given.account)[0].content, "new");
}

#[tokio::test]
async fn a_true_empty_file_arrives() {
    let (test, given) = TestApp::authorized().await;
    test.send("AB", "empty.txt", b"").await.unwrap();
    assert_eq!(test.simulator.files(&given.account)[0].size, 0);
}

/// Opened for writing where it cannot be written by others.
#[cfg(windows)]
#[tokio::test]
async fn a_file_that_a_program_has_open_for_writing_is_in_use() {
    let (test, given) = TestApp::authorized().await;
    let path = test.reports().join("report.pdf");
    fs::write(&path, b"half").unwrap();
    let writer = OpenOptions::new().append(true).open(&path).unwrap();
    let error = refused(&test, &path).await;
    assert_eq!(error.code(), "file_in_use", "{error}");
    drop(writer);
    test.app.send_file("AB", &path).await.unwrap();
    assert_eq!(test.simulator.files(&given.account).len(), 1);
}

#[cfg(windows)]
#[tokio::test]
async fn a_device_is_no_report() {
    let (test, _) = TestApp::authorized().await;
    for name in ["NUL", "CON"] {
        let error = refused(&test, Path::new(name)).await;
        assert_eq!(error.code(), "file_unreadable", "{name}: {error}");
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::File,
        os::unix::{fs::symlink, net::UnixListener},
        process::Command,
    };

    use super::*;

    #[tokio::test]
    async fn what_is_no_file_is_refused_without_being_opened() {
        let (test, _) = TestApp::authorized().await;
        let at = |name: &str| test.reports().join(name);
        assert!(Command::new("mkfifo").arg(at("pipe.pdf")).status().unwrap().success());
        symlink(at("pipe.pdf"), at("link to a pipe.pdf")).unwrap();
        let _socket = UnixListener::bind(at("socket.pdf")).unwrap();
        fs::create_dir(at("folder.pdf")).unwrap();
        symlink("/dev/zero", at("endless.pdf")).unwrap();
        symlink(at("loop.pdf"), at("loop.pdf")).unwrap();
        symlink(at("gone.pdf"), at("link to nothing.pdf")).unwrap();
        for (path, reason) in [
            (at("pipe.pdf"), "pipe"),
            (at("link to a pipe.pdf"), "pipe"),
            (at("socket.pdf"), "not a file"),
            (at("folder.pdf"), "folder"),
            (at("endless.pdf"), "device"),
            ("/dev/null".into(), "device"),
            (at("loop.pdf"), ""),
            (at("link to nothing.pdf"), "not there"),
        ] {
            let error = refused(&test, &path).await;
            assert_eq!(error.code(), "file_unreadable", "{error}");
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    /// Every byte has been read and is in Dropbox, but not under its name yet.
    #[tokio::test]
    async fn a_file_that_changes_after_its_last_part_was_read_is_not_stored() {
        let (test, given) = TestApp::authorized().await;
        let path = test.reports().join("large.bin");
        fs::write(&path, vec![1; 9 << 20]).unwrap();
        let gates = [(); 2].map(|()| test.simulator.hold(Moment::Before, "files/upload_session/append_v2"));
        let (app, sent) = (test.app.clone(), path.clone());
        let send = tokio::spawn(async move { app.send_file("AB", &sent).await });
        gates[0].reached().await;
        gates[0].release();
        gates[1].reached().await;
        // In place, and with its old time put back.
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        let modified = file.metadata().unwrap().modified().unwrap();
        std::io::Write::write_all(&mut &file, b"new").unwrap();
        file.set_modified(modified).unwrap();
        gates[1].release();
        assert_eq!(send.await.unwrap().unwrap_err().code(), "file_changed");
        assert!(test.simulator.files(&given.account).is_empty());
    }

    /// What takes the place of a file between two looks does not hold the program either.
    #[tokio::test]
    async fn a_pipe_that_takes_the_place_of_a_file_does_not_hold_the_program() {
        let (test, _) = TestApp::authorized().await;
        let path = test.reports().join("report.pdf");
        fs::write(&path, b"content").unwrap();
        let place = path.clone();
        test.time.in_the_moment(move || {
            fs::remove_file(&place).unwrap();
            assert!(Command::new("mkfifo").arg(&place).status().unwrap().success());
        });
        let error = refused(&test, &path).await;
        assert_eq!(error.code(), "file_unreadable", "{error}");
    }

    #[tokio::test]
    async fn a_program_that_has_locked_a_file_is_waited_for() {
        let (test, given) = TestApp::authorized().await;
        let path = test.reports().join("report.pdf");
        fs::write(&path, b"content").unwrap();
        let lock = File::open(&path).unwrap();
        lock.lock().unwrap();
        assert_eq!(refused(&test, &path).await.code(), "file_in_use");
        let mut held = Some(lock);
        test.time.in_the_moment(move || drop(held.take()));
        test.app.send_file("AB", &path).await.unwrap();
        assert_eq!(test.simulator.files(&given.account).len(), 1);
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::{fs::File, io::Write, process::Stdio};

    use tokio::{io::AsyncWriteExt, process::Command};

    use super::*;

    /// The kernel's own files: some say that they are empty, some that they are a page, and are neither.
    #[tokio::test]
    async fn a_file_that_is_not_as_long_as_it_says_is_refused() {
        let (test, _) = TestApp::authorized().await;
        for path in [
            "/proc/version",
            "/proc/cpuinfo",
            "/sys/devices/system/cpu/online",
            "/sys/kernel/mm/transparent_hugepage/enabled",
        ] {
            let path = Path::new(path);
            let Ok(content) = fs::read(path) else { continue };
            assert_ne!(content.len() as u64, fs::metadata(path).unwrap().len(), "{path:?} is no example");
            let error = refused(&test, path).await;
            assert_eq!(error.code(), "file_unreadable", "{error}");
            assert!(error.to_string().contains("its size is given as"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_program_that_has_a_file_open_for_writing_is_waited_for() {
        let (test, given) = TestApp::authorized().await;
        let path = test.reports().join("report.pdf");
        // Between two flushes nothing moves.
        let mut writer = Command::new("sh")
            .args(["-c", r#"exec > "$0"; printf 'first half'; read line; printf ', second half'"#])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = async {
            while fs::read(&path).unwrap_or_default() != b"first half" {
                tokio::task::yield_now().await;
            }
        };
        within(begun, "nothing was written").await;
        let link = path.with_file_name("link.pdf");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        for path in [&path, &link] {
            let error = refused(&test, path).await;
            assert_eq!(error.code(), "file_in_use", "{error}");
            assert!(error.to_string().contains(path.file_name().unwrap().to_str().unwrap()), "{error}");
        }
        writer.stdin.take().unwrap().write_all(b"\n").await.unwrap();
        assert!(writer.wait().await.unwrap().success());
        test.app.send_file("AB", &path).await.unwrap();
        assert_eq!(test.simulator.files(&given.account)[0].content, "first half, second half");
    }

    /// Who only reads it, or writes another one, is in nobody's way.
    #[tokio::test]
    async fn a_program_that_reads_a_file_is_not_waited_for() {
        let (test, given) = TestApp::authorized().await;
        let path = test.reports().join("report.pdf");
        fs::write(&path, b"content").unwrap();
        let _reader = File::open(&path).unwrap();
        let mut other = File::create(test.reports().join("report.pdf.tmp")).unwrap();
        other.write_all(b"half").unwrap();
        test.app.send_file("AB", &path).await.unwrap();
        assert_eq!(test.simulator.files(&given.account).len(), 1);
    }
}
