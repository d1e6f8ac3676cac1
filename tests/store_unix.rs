//! The same as `store_trouble.rs` for what only Unix has, or lets a test make: special files, permissions, full disks, network drives.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use outtray::{local_copy::LocalCopy, paths::is_network, secret::Secret};
use tokio::process::Command;

use crate::{
    output_files::SmallDisk,
    simulator::Moment,
    support::{Computer, TestApp, assert_store_refused, output, outtray, text, within},
};

async fn pipe(path: &Path) {
    let _ = fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().await.unwrap().success());
}

#[tokio::test]
async fn what_is_no_file_in_the_place_of_a_lock_is_named_at_once() {
    let computer = Computer::new().await;
    let lock = computer.data_folder().join("outtray.lock");
    pipe(&lock).await;
    assert_store_refused(&computer.list().await, "store_failed", "outtray.lock is not a file");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    assert_store_refused(&computer.list().await, "store_failed", "outtray.lock is not a file");
    fs::remove_dir(&lock).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &lock).unwrap();
    assert_store_refused(&computer.list().await, "store_failed", "outtray.lock is not a file");
    fs::remove_file(&lock).unwrap();
    // A program that seems to run is a file too.
    pipe(&computer.data_folder().join("running/AAAAAAAAAAAA.lock")).await;
    assert!(computer.list().await.status.success());
    let database = computer.data_folder().join("outtray.db");
    fs::rename(&database, computer.folder.path().join("away")).unwrap();
    pipe(&database).await;
    assert_store_refused(&computer.list().await, "store_failed", "outtray.db is not a file");
}

#[tokio::test]
async fn what_is_no_file_beside_the_database_is_named_at_once() {
    let computer = Computer::new().await;
    for name in ["outtray.db-wal", "outtray.db-shm", "outtray.db-journal"] {
        let path = computer.data_folder().join(name);
        pipe(&path).await;
        assert_store_refused(&computer.list().await, "store_failed", &format!("{name} is not a file"));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_store_refused(&computer.list().await, "store_failed", &format!("{name} is not a file"));
        fs::remove_dir(&path).unwrap();
    }
    assert!(computer.list().await.status.success());
}

/// As where the disk that a link leads to is not there now.
#[tokio::test]
async fn a_link_to_a_database_that_is_not_there_is_named_and_stays() {
    let computer = Computer::new().await;
    let (database, away) = (computer.data_folder().join("outtray.db"), computer.folder.path().join("away.db"));
    fs::rename(&database, &away).unwrap();
    std::os::unix::fs::symlink(&away, &database).unwrap();
    assert!(text(&computer.list().await.stdout).contains("AB"), "a link is followed");
    let gone = computer.folder.path().join("gone.db");
    fs::rename(&away, &gone).unwrap();
    assert_store_refused(
        &computer.list().await,
        "store_failed",
        "outtray.db: it is a link to a file that is not there",
    );
    fs::rename(&gone, &away).unwrap();
    assert!(text(&computer.list().await.stdout).contains("AB"), "nothing was put in its place");
}

/// Makes `flock` fail as on a drive without locks: a library that is loaded before the system's.
#[cfg(target_os = "linux")]
async fn without_locks(folder: &Path) -> Option<PathBuf> {
    let (source, library) = (folder.join("flock.c"), folder.join("flock.so"));
    fs::write(
        &source,
        "#include <errno.h>\nint flock(int file, int how) { errno = ENOLCK; return -1; }\n",
    )
    .unwrap();
    let mut compiler = Command::new("cc");
    compiler
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(&source)
        .stderr(std::process::Stdio::null());
    compiler.status().await.is_ok_and(|status| status.success()).then_some(library)
}

#[cfg(target_os = "linux")] // macOS loads no such library
#[tokio::test]
async fn a_drive_without_locks_is_said_to_have_none() {
    let computer = Computer::new().await;
    let Some(library) = without_locks(computer.folder.path()).await else {
        eprintln!("skipped: there is no C compiler");
        return;
    };
    let mut command = computer.command(&["operator", "list"]);
    command.env("LD_PRELOAD", library);
    let refused = output(command).await;
    assert_store_refused(&refused, "no_locks", computer.data_folder().to_str().unwrap());
    assert!(text(&refused.stderr).contains("--data-folder"));
}

#[test]
fn drives_of_other_computers_are_known_by_name() {
    for name in [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afpfs",
        "webdav",
        "9p",
        "ceph",
        "fuse.sshfs",
        "fuse.rclone",
        "NFS4",
        "vboxsf",
    ] {
        assert!(is_network(name), "{name}");
    }
    for name in [
        "ext4",
        "xfs",
        "btrfs",
        "zfs",
        "apfs",
        "hfs",
        "tmpfs",
        "overlay",
        "fuseblk",
        "ntfs3",
        "exfat",
        "fuse.gocryptfs",
        "fuse.encfs",
        "fuse",
        "",
    ] {
        assert!(!is_network(name), "{name}");
    }
}

/// The kernel's list of what is mounted is covered by one in which the disk is a network drive.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_network_drive_is_refused_before_anything_is_made_there() {
    let computer = Computer::new().await;
    let share = computer.folder.path().join("share");
    let Some(_disk) = SmallDisk::mount(&share, "4m").await else {
        eprintln!("skipped: only root may mount");
        return;
    };
    let refused_on = async |kind: &str, data: &Path| {
        let mounted = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let changed = |line: &str| match line.contains(share.to_str().unwrap()) {
            true => line.replace(" - tmpfs ", &format!(" - {kind} ")),
            false => line.to_owned(),
        };
        let list = computer.folder.path().join("mountinfo");
        fs::write(&list, mounted.lines().map(changed).collect::<Vec<_>>().join("\n")).unwrap();
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "sh", "-c", "mount --bind \"$0\" /proc/$$/mountinfo && exec \"$@\""])
            .arg(&list);
        command.arg(env!("CARGO_BIN_EXE_outtray")).arg("--data-folder").arg(data).args(["operator", "list"]);
        output(command).await
    };
    for kind in ["nfs4", "cifs", "fuse.sshfs"] {
        let refused = refused_on(kind, &share.join("a/data")).await;
        assert_store_refused(&refused, "network_folder", kind);
        assert!(text(&refused.stderr).contains("share/a/data"), "{}", text(&refused.stderr));
        assert_eq!(fs::read_dir(&share).unwrap().count(), 0, "something was made there");
    }
    // A database that is a link to it.
    let data = computer.folder.path().join("linked");
    fs::create_dir(&data).unwrap();
    fs::copy(computer.data_folder().join("outtray.db"), share.join("outtray.db")).unwrap();
    std::os::unix::fs::symlink(share.join("outtray.db"), data.join("outtray.db")).unwrap();
    assert_store_refused(&refused_on("nfs4", &data).await, "network_folder", "outtray.db");
    assert!(refused_on("ext4", &data).await.status.success());
}

#[tokio::test]
async fn a_full_disk_is_said_to_be_full_with_what_is_free() {
    let computer = Computer::new().await;
    let disk = computer.folder.path().join("disk");
    let Some(_disk) = SmallDisk::mount(&disk, "3m").await else {
        eprintln!("skipped: only root may make a small disk");
        return;
    };
    let run = async |data: &str, words: &[&str]| {
        let mut command = outtray();
        command.arg("--data-folder").arg(disk.join(data)).args(words);
        output(command).await
    };
    for data in ["one", "other"] {
        assert!(run(data, &["operator", "add", "AB", "--name", "Anna Berg"]).await.status.success());
    }
    // Full while it is written.
    let rows: String = (0..60_000)
        .map(|number| format!("C{number},Somebody with a name of some length {number}\n"))
        .collect();
    let list = computer.file("many.csv", format!("id,name\n{rows}").as_bytes());
    let refused = run("one", &["operator", "import", &list]).await;
    assert_store_refused(&refused, "disk_full", "outtray.db");
    // Full before it is opened: less than what SQLite keeps beside a database.
    fill(&disk);
    for words in [&["operator", "list"][..], &["operator", "add", "EF", "--name", "Eva"]] {
        let refused = run("other", words).await;
        assert_store_refused(&refused, "disk_full", "are free");
    }
    fs::remove_file(disk.join("filling")).unwrap();
    for data in ["one", "other"] {
        let kept = run(data, &["--json", "operator", "list"]).await;
        assert!(text(&kept.stdout).contains("Anna Berg"), "{}", text(&kept.stderr));
        // What it has written takes the room of the other.
        fs::remove_dir_all(disk.join(data)).unwrap();
    }
}

/// Until nothing more goes onto the disk of this folder.
fn fill(folder: &Path) {
    let filled = fs::File::create(folder.join("filling")).unwrap();
    for size in [1 << 20, 64 << 10, 4 << 10] {
        while std::io::Write::write_all(&mut &filled, &vec![0; size]).is_ok() {}
    }
}

/// Several writes in a row fail, so that one that follows a failed one is seen to fail as well.
#[tokio::test]
async fn a_delivery_that_a_full_disk_cannot_note_is_not_said_to_be_noted() {
    let computer = Computer::new().await;
    let (data, away) = (computer.data_folder(), computer.folder.path().join("away"));
    fs::rename(&data, &away).unwrap();
    let Some(_disk) = SmallDisk::mount(&data, "4m").await else {
        eprintln!("skipped: only root may make a small disk");
        return;
    };
    fs::copy(away.join("outtray.db"), data.join("outtray.db")).unwrap();
    let file = computer.file("large.bin", &vec![7; 20 << 20]);
    let gate = computer.simulator.hold(Moment::Before, "files/upload_session/finish");
    let mut command = computer.command(&["send", "--operator", "AB", &file]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    within(gate.reached(), "the file was not finished").await;
    fill(&data);
    gate.release();
    let sent = within(child.wait_with_output(), "it should have ended").await.unwrap();
    assert_store_refused(&sent, "delivered_unnoted", "/Reports/AB/large.bin");
    assert_eq!(computer.simulator.files(&computer.account).len(), 1);
}

/// Runs as a user who is not root, whose permissions count.
struct Nobody {
    program: PathBuf,
    folder: tempfile::TempDir,
    is_root: bool,
}

impl Nobody {
    fn new() -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let program = folder.path().join("outtray");
        fs::copy(env!("CARGO_BIN_EXE_outtray"), &program).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let is_root = fs::metadata(&program).unwrap().uid() == 0;
        Self { program, folder, is_root }
    }

    async fn run(&self, data: &Path, words: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.kill_on_drop(true).arg("--data-folder").arg(data).args(words);
        if self.is_root {
            command.uid(65534).gid(65534);
        }
        output(command).await
    }
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_named() {
    let nobody = Nobody::new();
    let data = nobody.folder.path().join("data");
    assert!(nobody.run(&data, &["operator", "add", "AB", "--name", "Anna Berg"]).await.status.success());
    let database = data.join("outtray.db");
    let protect = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    protect(&database, 0o400);
    assert_store_refused(
        &nobody.run(&data, &["operator", "list"]).await,
        "store_read_only",
        "outtray.db may only be read",
    );
    protect(&database, 0o600);
    // What SQLite keeps beside it stays as it was put back.
    for end in ["db-wal", "db-shm"] {
        for left in ["db-wal", "db-shm"] {
            let _ = fs::remove_file(database.with_extension(left));
        }
        let beside = database.with_extension(end);
        fs::write(&beside, b"").unwrap();
        if nobody.is_root {
            std::os::unix::fs::chown(&beside, Some(65534), Some(65534)).unwrap();
        }
        protect(&beside, 0o400);
        let refused = nobody.run(&data, &["operator", "add", "CD", "--name", "Carl Dahl"]).await;
        assert_store_refused(&refused, "store_read_only", end);
        fs::remove_file(&beside).unwrap();
    }
    protect(&data.join("outtray.lock"), 0o400);
    assert_store_refused(&nobody.run(&data, &["operator", "list"]).await, "store_read_only", "outtray.lock");
    protect(&data.join("outtray.lock"), 0o600);
    protect(&data, 0o500);
    let refused = nobody.run(&data, &["operator", "add", "CD", "--name", "Carl Dahl"]).await;
    assert_store_refused(&refused, "store_read_only", "data may only be read");
    protect(&data, 0o700);
    assert!(nobody.run(&data, &["operator", "list"]).await.status.success());
}

#[tokio::test]
async fn the_data_folder_of_another_user_is_named_with_its_owner() {
    let nobody = Nobody::new();
    if !nobody.is_root {
        eprintln!("skipped: only root may give a folder to another user");
        return;
    }
    let data = nobody.folder.path().join("data");
    for mode in [0o700, 0o755] {
        let _ = fs::remove_dir_all(&data);
        fs::create_dir(&data).unwrap();
        fs::set_permissions(&data, Permissions::from_mode(mode)).unwrap();
        let refused = nobody.run(&data, &["operator", "list"]).await;
        assert_store_refused(&refused, "data_folder", &format!("{} belongs to root", data.display()));
    }
    // A folder that is to be made in one of them.
    let refused = nobody.run(&data.join("a/b"), &["operator", "list"]).await;
    assert_store_refused(&refused, "data_folder", "belongs to root");
}

#[cfg(target_os = "linux")] // macOS makes no such name
#[tokio::test]
async fn a_data_folder_whose_name_is_no_unicode_is_refused() {
    let folder = tempfile::TempDir::new().unwrap();
    let data = folder.path().join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"data-\xff"));
    let mut command = outtray();
    command.arg("--data-folder").arg(&data).args(["operator", "list"]);
    assert_store_refused(&output(command).await, "data_folder", "not valid Unicode");
    assert!(!data.exists());
}

#[tokio::test]
async fn what_is_no_file_in_the_place_of_the_lock_of_the_master_key_is_named_at_once() {
    let test = TestApp::with_operator().await;
    let lock = test.data_folder().join("master-key.lock");
    let check = async || {
        let secret = Some(Secret::new("abcdefghijklmno"));
        let checked = test.app.check_app("AB", "abcdefghijklmno", secret);
        within(checked, "it waits for the lock").await.unwrap_err()
    };
    for make in ["pipe", "folder", "device"] {
        match make {
            "pipe" => pipe(&lock).await,
            "folder" => fs::create_dir(&lock).unwrap(),
            _ => std::os::unix::fs::symlink("/dev/zero", &lock).unwrap(),
        }
        let error = check().await;
        assert_eq!(error.code(), "data_folder", "{make}: {error}");
        assert!(error.to_string().contains("master-key.lock is not a file"), "{make}: {error}");
        match make {
            "folder" => fs::remove_dir(&lock).unwrap(),
            _ => fs::remove_file(&lock).unwrap(),
        }
    }
    assert_eq!(check().await.code(), "invalid_app_key", "the key is made, and Dropbox is asked");
}

#[tokio::test]
async fn a_pipe_under_a_name_that_is_known_is_never_opened() {
    let computer = Computer::new().await;
    computer.said(&["operator", "list"]).await;
    pipe(&computer.data_folder().join("doctor.tmp")).await;
    let doctor = within(computer.run(&["doctor"]), "the doctor hangs").await;
    assert!(
        text(&doctor.stdout).contains("doctor.tmp is not a file"),
        "{}",
        text(&doctor.stdout)
    );
    let logs: Vec<PathBuf> = fs::read_dir(computer.data_folder().join("logs")).unwrap().map(|log| log.unwrap().path()).collect();
    assert!(!logs.is_empty(), "no log was written");
    for log in &logs {
        pipe(log).await;
    }
    assert_store_refused(&computer.list().await, "data_folder", ".log is not a file");

    let (test, _) = TestApp::authorized().await;
    pipe(&test.dropbox_info()).await;
    let delivery = test.app.send_test_file("AB").await.unwrap();
    let copy = within(test.app.find_local_copy("AB", delivery.id), "it waits for the pipe").await;
    assert_eq!(copy.unwrap(), LocalCopy::NotInstalled);
}
