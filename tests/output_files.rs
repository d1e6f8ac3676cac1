//! Files that the product writes for a person: whole or not at all, and nobody else's to read, wherever the person puts them.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use tokio::process::Command;

use crate::support::{Computer, output, text, within};

/// Every command that writes one.
const WRITING: [&[&str]; 2] = [&["operator", "export"], &["diagnostics"]];
const BEFORE: &[u8] = b"the file of yesterday";

/// A file for spreadsheet programs is UTF-16.
fn has_anna(file: &[u8]) -> bool {
    String::from_utf8_lossy(&file.iter().copied().filter(|byte| *byte != 0).collect::<Vec<_>>()).contains("Anna Berg")
}

async fn write(computer: &Computer, words: &[&str], file: &Path) -> Output {
    within(computer.run(&[words, &[file.to_str().unwrap()]].concat()), "it should have ended").await
}

/// A file system with this much room for as long as this lives; nothing where the system does not let this test make one.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    pub(crate) async fn mount(folder: &Path, size: &str) -> Option<Self> {
        fs::create_dir(folder).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder)
            .stderr(Stdio::null());
        let mounted = mount.status().await.is_ok_and(|status| status.success());
        mounted.then(|| Self(folder.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_leaves_the_file_that_was_there() {
    let computer = Computer::new().await;
    let disk = computer.folder.path().join("disk");
    let Some(_disk) = SmallDisk::mount(&disk, "64k").await else {
        eprintln!("skipped: only root may make a small disk");
        return;
    };
    let file = disk.join("file");
    fs::write(&file, BEFORE).unwrap();
    // More than is left, whatever is written.
    fs::write(disk.join("filling"), vec![0; 60 << 10]).unwrap();
    for words in WRITING {
        let refused = write(&computer, words, &file).await;
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(3), "{words:?}: {said}");
        assert!(said.contains("the disk is full") && said.contains("[file_unwritable]"), "{said}");
        assert_eq!(fs::read(&file).unwrap(), BEFORE, "{words:?}");
        assert_eq!(fs::read_dir(&disk).unwrap().count(), 2, "{words:?} left something");
    }
}

#[tokio::test]
async fn only_its_owner_may_read_it_whatever_the_mask_and_whatever_was_there() {
    let computer = Computer::new().await;
    for (words, mask) in WRITING.into_iter().zip(["000", "277"]) {
        for there in [false, true] {
            let file = computer.folder.path().join(format!("{}-{there}", words[0]));
            if there {
                fs::write(&file, BEFORE).unwrap();
            }
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("umask {mask}; exec \"$@\""), "sh"]);
            let command = computer.command(words);
            shell.arg(command.as_std().get_program()).args(command.as_std().get_args()).arg(&file);
            let done = output(shell).await;
            assert!(done.status.success(), "{words:?}: {}", text(&done.stderr));
            assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600, "{words:?}, {there}");
        }
    }
}

#[tokio::test]
async fn links_are_followed_and_stay() {
    let computer = Computer::new().await;
    let folder = computer.folder.path();
    fs::create_dir(folder.join("elsewhere")).unwrap();
    let (there, not_there) = (folder.join("elsewhere/there"), folder.join("elsewhere/not-there"));
    fs::write(&there, BEFORE).unwrap();
    symlink("elsewhere/there", folder.join("first")).unwrap();
    symlink("first", folder.join("second")).unwrap();
    symlink(&not_there, folder.join("dangling")).unwrap();
    symlink("round", folder.join("round")).unwrap();
    for (link, target) in [("second", &there), ("dangling", &not_there)] {
        let done = write(&computer, WRITING[0], &folder.join(link)).await;
        assert!(done.status.success(), "{link}: {}", text(&done.stderr));
        assert!(fs::symlink_metadata(folder.join(link)).unwrap().is_symlink(), "{link}");
        assert!(has_anna(&fs::read(target).unwrap()), "{link}");
    }
    assert_eq!(write(&computer, WRITING[0], &folder.join("round")).await.status.code(), Some(3));
}

#[tokio::test]
async fn pipes_and_devices_get_the_content_and_stay_what_they_are() {
    let computer = Computer::new().await;
    let pipe = computer.folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().await.unwrap().success());
    let mut reader = Command::new("cat");
    reader.arg(&pipe).kill_on_drop(true);
    let (read, done) = tokio::join!(output(reader), write(&computer, WRITING[0], &pipe));
    assert!(done.status.success() && has_anna(&read.stdout), "{}", text(&done.stderr));
    assert!(!fs::symlink_metadata(&pipe).unwrap().is_file());

    let written = write(&computer, WRITING[0], Path::new("/dev/stdout")).await;
    assert!(has_anna(&written.stdout), "{}", text(&written.stderr));
    // A standard output that is a file keeps what else is written there.
    let file = computer.folder.path().join("collected");
    let command = computer.command(&["operator", "export", "/dev/stdout"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec >>\"$0\"; echo before; \"$@\""]).arg(&file);
    shell.arg(command.as_std().get_program()).args(command.as_std().get_args());
    assert!(output(shell).await.status.success());
    let collected = fs::read(&file).unwrap();
    assert!(collected.starts_with(b"before\n") && has_anna(&collected), "{collected:?}");

    assert!(write(&computer, WRITING[0], Path::new("/dev/null")).await.status.success());
    let full = write(&computer, WRITING[0], Path::new("/dev/full")).await;
    assert!(text(&full.stderr).contains("the disk is full"), "{}", text(&full.stderr));
}

#[tokio::test]
async fn a_place_where_nothing_may_be_written_is_named_and_left_as_it_is() {
    let computer = Computer::new().await;
    let folder = computer.folder.path();
    fs::create_dir(folder.join("folder")).unwrap();
    fs::write(folder.join("protected"), BEFORE).unwrap();
    fs::set_permissions(folder.join("protected"), Permissions::from_mode(0o400)).unwrap();
    fs::write(folder.join("file"), BEFORE).unwrap();
    for (place, reason) in [
        ("folder", "it is a folder"),
        ("protected", "it may only be read"),
        ("no such folder/file", "its folder is not there"),
        ("file/below", "a file stands where a folder is needed"),
    ] {
        let refused = write(&computer, WRITING[0], &folder.join(place)).await;
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(3), "{place}: {said}");
        assert!(said.contains(place) && said.contains(reason), "{place}: {said}");
    }
    for kept in ["protected", "file"] {
        assert_eq!(fs::read(folder.join(kept)).unwrap(), BEFORE);
    }
}
