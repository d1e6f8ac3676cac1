//! Drive: whether a folder lies on another computer. SQLite's write-ahead log needs memory that all programs on the database share
//! (sqlite.org/wal.html, "all processes using a database must be on the same host"), and file locks of network drives are often none.

use std::path::Path;

/// File systems whose other end is another computer, as the systems name them. `9p`, `vboxsf`, `vmhgfs`, `prl_fs`: between a virtual machine
/// and its host, which are two computers as well.
const NETWORK: [&str; 29] = [
    "9p",
    "afpfs",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "ftp",
    "gfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncp",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "prl_fs",
    "pvfs2",
    "smb",
    "smb2",
    "smb3",
    "smbfs",
    "vboxsf",
    "vmhgfs",
    "webdav",
];
/// Programs that show what is elsewhere as files (FUSE). Others, for encryption or another format of a disk, stay on this computer.
const NETWORK_FUSE: [&str; 18] = [
    "blobfuse",
    "blobfuse2",
    "ceph",
    "cephfs",
    "curlftpfs",
    "davfs",
    "gcsfuse",
    "glusterfs",
    "goofys",
    "gvfsd-fuse",
    "juicefs",
    "moosefs",
    "rclone",
    "s3fs",
    "smbnetfs",
    "sshfs",
    "vmhgfs-fuse",
    "weed",
];

/// Whether a file system of this name, such as `nfs4` or `fuse.sshfs`, lies on another computer. One that nobody knows counts as local.
pub fn is_network(name: &str) -> bool {
    let name = name.to_lowercase();
    match name.strip_prefix("fuse.") {
        Some(program) => NETWORK_FUSE.contains(&program),
        None => NETWORK.contains(&name.as_str()),
    }
}

/// The kind of network drive that this place, or what is there of the way to it, lies on; nothing for a disk of this computer.
pub(super) fn network_kind(place: &Path) -> Option<String> {
    place.ancestors().find(|there| there.exists()).and_then(kind)
}

/// The kernel lists what is mounted with the device number that files have (proc_pid_mountinfo(5)).
#[cfg(target_os = "linux")]
fn kind(there: &Path) -> Option<String> {
    use nix::sys::stat::{major, minor};
    let device = std::os::unix::fs::MetadataExt::dev(&there.metadata().ok()?);
    let device = format!("{}:{}", major(device), minor(device));
    let mounted = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let found = mounted.lines().filter(|line| line.split(' ').nth(2) == Some(&device));
    let mut names = found.filter_map(|line| line.split_once(" - ")?.1.split(' ').next());
    names.find(|name| is_network(name)).map(str::to_owned)
}

/// macOS says of each file system whether it is local (`MNT_LOCAL`, statfs(2)).
#[cfg(target_os = "macos")]
fn kind(there: &Path) -> Option<String> {
    use nix::{mount::MntFlags, sys::statfs::statfs};
    let system = statfs(there).ok()?;
    let name = system.filesystem_type_name();
    let is_elsewhere = !system.flags().contains(MntFlags::MNT_LOCAL) || is_network(name);
    is_elsewhere.then(|| name.to_owned())
}

/// The whole path of a file names the server, also behind the letter of a drive (`\\?\UNC\server\share\…`, GetFinalPathNameByHandle).
#[cfg(windows)]
fn kind(there: &Path) -> Option<String> {
    use std::path::{Component, Prefix};
    match there.canonicalize().ok()?.components().next()? {
        Component::Prefix(prefix) if matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)) => Some("smb".to_owned()),
        _ => None,
    }
}

/// Other systems do not say it in one way.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn kind(_there: &Path) -> Option<String> {
    None
}
