//! Files and folders that only their owner can reach: how they are made, and what is refused.
//!
//! Nothing is opened through a symbolic link, and modes are set after creation, as the umask may take any of
//! them away.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use super::error::SpoolError;
use crate::{durable, identity};

/// Makes a folder where there is none, and the folders above it; checks the one that there is.
pub(super) fn make_state_folder(path: &Path) -> Result<(), SpoolError> {
    if let Some(parent) = path.parent()
        && !parent.as_os_str().is_empty()
        && !parent.exists()
    {
        make_parents(parent)?;
    }
    match fs::symlink_metadata(path) {
        // With `DynamicUser=`, systemd gives a service its state folder by such a link.
        Ok(link) if link.is_symlink() && is_administrators(&link) => {
            let metadata = fs::metadata(path).map_err(SpoolError::io("look at", path))?;
            check(path, &metadata, "folder")
        }
        _ => make_folder(path),
    }
}

fn make_parents(path: &Path) -> Result<(), SpoolError> {
    if let Some(parent) = path.parent().filter(|parent| !parent.exists()) {
        make_parents(parent)?;
    }
    create_folder(path)
}

/// Makes a folder where there is none; checks the one that there is.
pub(super) fn make_folder(path: &Path) -> Result<(), SpoolError> {
    create_folder(path)?;
    check_folder(path)
}

/// A new folder; one that is there already stays as it is.
fn create_folder(path: &Path) -> Result<(), SpoolError> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Ok(()) => set_mode(path, 0o700),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
    .map_err(SpoolError::io("create", path))
}

/// Whether this is a folder, its user's own, that nobody else can write to.
pub(super) fn check_folder(path: &Path) -> Result<(), SpoolError> {
    let metadata = fs::symlink_metadata(path).map_err(SpoolError::io("look at", path))?;
    check(path, &metadata, "folder")
}

/// A new file, open for reading and writing. `AlreadyExists` where there is one, or a link.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// An empty file, unless there is a file.
pub(super) fn create_if_missing(path: &Path) -> Result<(), SpoolError> {
    match create_file(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(SpoolError::io("create", path)(error))
        }
        _ => Ok(()),
    }
}

/// A file with this content, unless there is one. It bears its name from the moment that it is whole and on
/// disk; of several processes that make it at once, one wins.
pub(super) fn create_whole(path: &Path, content: &[u8]) -> Result<(), SpoolError> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}-{}.new", identity::new()));
    let written = create_file(&draft)
        .and_then(|mut file| {
            file.write_all(content)
                .and_then(|()| durable::whole(&file, &draft))
        })
        .and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    match written {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(SpoolError::io("create", path)(error))
        }
        _ => Ok(()),
    }
}

/// Opens a file that exists.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> Result<File, SpoolError> {
    // Whatever else than a file lies there, opening it must not wait for a partner.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    let file = options.open(path).map_err(SpoolError::io("open", path))?;
    let metadata = file.metadata().map_err(SpoolError::io("look at", path))?;
    check(path, &metadata, "file")?;
    Ok(file)
}

/// The content of a file that is short; of a longer one `limit` bytes and one.
pub(super) fn read_short(path: &Path, limit: usize) -> Result<Vec<u8>, SpoolError> {
    let file = open(path, OpenOptions::new().read(true))?;
    let mut content = Vec::new();
    file.take(limit as u64 + 1)
        .read_to_end(&mut content)
        .map_err(SpoolError::io("read", path))?;
    Ok(content)
}

/// Removes a file; it may be gone already.
pub(super) fn remove(path: &Path) -> Result<(), SpoolError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SpoolError::io("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Writes the names in a folder to the disk.
pub(super) fn sync_folder(path: &Path) -> Result<(), SpoolError> {
    durable::names(path).map_err(SpoolError::io("write to the disk", path))
}

fn check(path: &Path, metadata: &Metadata, wanted: &'static str) -> Result<(), SpoolError> {
    let path = path.to_path_buf();
    if metadata.is_symlink() {
        return Err(SpoolError::SymbolicLink { path });
    }
    let is_wanted = if wanted == "folder" {
        metadata.is_dir()
    } else {
        metadata.is_file()
    };
    if !is_wanted {
        return Err(SpoolError::WrongKind { path, wanted });
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let owner = metadata.uid();
        if owner != rustix::process::geteuid().as_raw() {
            return Err(SpoolError::AnotherUsers { path, owner });
        }
        if metadata.mode() & 0o022 != 0 {
            return Err(SpoolError::WritableByOthers { path });
        }
    }
    Ok(())
}

/// Whether root made a link for somebody else. It leads where root wanted; root could do anything anyway.
fn is_administrators(link: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::uid(link) == 0 && !rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    return false;
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}
