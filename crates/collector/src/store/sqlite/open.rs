//! Opening the file: alone, as what it should be, and with the settings that every connection needs.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::super::StoreError;
use super::{Synchronous, functions, schema};

/// The one name by which everybody finds the file, whatever links lead to it: lock and log are named after
/// it.
pub(super) fn one_name(path: &Path) -> Result<PathBuf, StoreError> {
    if let Ok(found) = path.canonicalize() {
        refuse_hard_links(&found)?;
        return Ok(found);
    }
    let (folder, name) = (path.parent().unwrap_or(Path::new("")), path.file_name());
    let name = name.ok_or_else(|| failed_to_open(path, "it names no file"))?;
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let folder = folder
        .canonicalize()
        .map_err(|error| failed_to_open(path, format_args!("the folder {}: {error}", folder.display())))?;
    Ok(folder.join(name))
}

/// A second hard link is a second name that nothing tells from the first.
fn refuse_hard_links(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    if std::fs::metadata(path).is_ok_and(|data| std::os::unix::fs::MetadataExt::nlink(&data) > 1) {
        return Err(failed_to_open(
            path,
            "it has several names (hard links), and the log beside it only one",
        ));
    }
    Ok(())
}

/// Takes the file's lock, in a file of its own beside it; it is let go when the `File` is dropped, or with
/// the process.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let file = owner_only()
        .open(&name)
        .map_err(|error| failed_to_open(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: path.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(failed_to_open(path, error)),
    }
}

/// Makes the file where there is none, and makes sure that it is a store of this or an earlier version.
pub(super) fn prepare(path: &Path) -> Result<(), StoreError> {
    owner_only()
        .open(path)
        .map_err(|error| failed_to_open(path, error))?;
    let connection = connect(path)?;
    let shown = || path.display().to_string();
    let number = |pragma: &str| {
        connection
            .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
            .map_err(|error| match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign {
                    path: shown(),
                    detail: "it is no SQLite database".to_owned(),
                },
                _ => failed_to_open(path, error),
            })
    };
    let (application, version) = (number("application_id")?, number("user_version")?);
    // Also a file whose maker died before it had made the tables.
    if application == 0 && is_empty(&connection).map_err(|error| failed_to_open(path, error))? {
        // The mode is kept in the file.
        connection
            .execute_batch("PRAGMA journal_mode = WAL;")
            .and_then(|()| connection.execute_batch(&format!("BEGIN; {} COMMIT;", schema::create())))
            .map_err(|error| failed_to_open(path, error))?;
    } else if application != schema::APPLICATION_ID {
        let detail = "it is a database of another program".to_owned();
        return Err(StoreError::Foreign {
            path: shown(),
            detail,
        });
    } else if version > schema::VERSION {
        return Err(StoreError::Newer {
            path: shown(),
            found: version,
            known: schema::VERSION,
        });
    } else if version < schema::VERSION {
        connection
            .execute_batch(&format!("BEGIN; {} COMMIT;", schema::bring_up()))
            .map_err(|error| failed_to_open(path, error))?;
    }
    Ok(())
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| {
        row.get(0)
    })
}

/// A connection that may write.
pub(super) fn for_writing(path: &Path, synchronous: Synchronous) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    let level = match synchronous {
        Synchronous::Normal => "NORMAL",
        Synchronous::Full => "FULL",
    };
    // A checkpoint copies every page that was changed since the last one, once: rarer checkpoints copy
    // the pages of the indices fewer times. 64 MiB of log bounds what a start has to read.
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous = {level}; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;
             PRAGMA wal_autocheckpoint = 8192; PRAGMA journal_size_limit = 67108864;"
        ))
        .map_err(|error| failed_to_open(path, error))?;
    Ok(connection)
}

/// A connection that only reads, with the functions that the dialect calls.
pub(super) fn for_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path)?;
    connection
        .execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;")
        .and_then(|()| functions::register(&connection))
        .map_err(|error| failed_to_open(path, error))?;
    Ok(connection)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    // The name is taken as it is: no URI, so that a `?` in it is a `?`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| failed_to_open(path, error))?;
    connection
        .busy_timeout(std::time::Duration::from_secs(10))
        .map_err(|error| failed_to_open(path, error))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn failed_to_open(path: &Path, error: impl std::fmt::Display) -> StoreError {
    StoreError::Open {
        path: path.display().to_string(),
        detail: error.to_string(),
    }
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
