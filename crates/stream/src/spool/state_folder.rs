//! The folder for what outlives the process: the first of `TNT4_STATE_DIR`, `$STATE_DIRECTORY` (of systemd, the first
//! where it names several), `$XDG_STATE_HOME/tnt4` and `~/.local/state/tnt4`.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::address::Address;
use super::destination::Destination;
use super::error::SpoolError;
use super::files;
use super::salt::Salt;
use crate::durable;

/// A state folder that may be used.
pub(crate) struct StateFolder {
    path: PathBuf,
    salt: Salt,
}

impl StateFolder {
    /// Makes the folder and its salt where they do not exist, and checks that nobody else can write there.
    pub(crate) fn open(path: &Path) -> Result<Self, SpoolError> {
        // The application may change its working folder later.
        let path = std::path::absolute(path).map_err(SpoolError::io("find", path))?;
        files::make_state_folder(&path)?;
        files::make_folder(&path.join("spool"))?;
        let salt = Salt::of(&path)?;
        Ok(StateFolder { path, salt })
    }

    /// Writes a short file, and removes it.
    pub(crate) fn check_writable(&self) -> Result<(), SpoolError> {
        let path = self.path.join("spool").join(format!(".check-{}", Uuid::now_v7()));
        let written = files::create_file(&path).and_then(|mut file| {
            file.write_all(&[7; 4096])?;
            durable::whole(&file, &path)
        });
        files::remove(&path)?;
        written.map_err(SpoolError::io("write", &path))
    }

    /// The folder for what goes to `address`. Whatever else tells one receiver from another, as the token and
    /// the query string do, is in `secrets`, always in the same order, with an empty text for what is not set.
    pub(crate) fn destination(&self, address: &Address, secrets: &[&str]) -> Result<Destination, SpoolError> {
        Destination::open(&self.path.join("spool"), address, &self.salt, secrets)
    }
}

/// The folder that the environment names, where `variable` looks a variable up.
pub(crate) fn find(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, SpoolError> {
    // A variable that is set to nothing counts as not set.
    let path = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| !path.as_os_str().is_empty())
    };
    if let Some(folder) = path("TNT4_STATE_DIR") {
        return Ok(folder);
    }
    if let Some(folders) = path("STATE_DIRECTORY")
        && let Some(first) = std::env::split_paths(&folders).find(|path| !path.as_os_str().is_empty())
    {
        return Ok(first);
    }
    // The specification has relative paths ignored.
    let absolute = |name: &str| path(name).filter(|path| path.is_absolute());
    absolute("XDG_STATE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local/state")))
        .map(|base| base.join("tnt4"))
        .ok_or(SpoolError::NoStateFolder)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[track_caller]
    fn assert_finds(variables: &[(&str, &str)], wanted: Option<&str>) {
        let found = find(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).into())
        });
        assert_eq!(found.ok().as_deref(), wanted.map(Path::new), "{variables:?}");
    }

    #[test]
    fn the_first_that_is_set_counts() {
        let all = [
            ("TNT4_STATE_DIR", "/own"),
            ("STATE_DIRECTORY", "/var/lib/a:/var/lib/b"),
            ("XDG_STATE_HOME", "/xdg"),
            ("HOME", "/home/ada"),
        ];
        let wanted = ["/own", "/var/lib/a", "/xdg/tnt4", "/home/ada/.local/state/tnt4"];
        for (from, wanted) in wanted.iter().enumerate() {
            assert_finds(&all[from..], Some(wanted));
        }
    }

    #[test]
    fn what_says_nothing_is_passed_over() {
        let home = ("HOME", "/h");
        assert_finds(&[("XDG_STATE_HOME", "here"), home], Some("/h/.local/state/tnt4"));
        assert_finds(
            &[("TNT4_STATE_DIR", ""), ("STATE_DIRECTORY", ":/b"), home],
            Some("/b"),
        );
        assert_finds(&[("TNT4_STATE_DIR", "here")], Some("here"));
    }

    #[test]
    fn without_a_home_there_is_a_remedy() {
        assert_finds(&[("HOME", "")], None);
        assert!(
            find(|_| None)
                .unwrap_err()
                .to_string()
                .contains("set TNT4_STATE_DIR")
        );
    }
}
