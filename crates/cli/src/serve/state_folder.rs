//! The folder for what outlives the process: the first of `TNT4_STATE_DIR`, `$STATE_DIRECTORY` (of systemd),
//! `$XDG_STATE_HOME/tnt4` and `~/.local/state/tnt4`. It is made readable by its owner alone.

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};

use crate::environment::Environment;

/// The folder; none where there is no home either.
pub(super) fn find(environment: Environment<'_>) -> Option<PathBuf> {
    let path = |name: &str| environment(name).map(PathBuf::from);
    if let Some(folder) = path("TNT4_STATE_DIR") {
        return Some(folder);
    }
    // A service may have several, divided by colons.
    if let Some(folders) = environment("STATE_DIRECTORY") {
        return std::env::split_paths(&folders).next();
    }
    // The specification has relative paths ignored.
    let base = path("XDG_STATE_HOME").filter(|folder| folder.is_absolute());
    let base = base.or_else(|| Some(path("HOME")?.join(".local/state")))?;
    Some(base.join("tnt4"))
}

/// Makes the folder where there is none.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let environment = |name: &str| {
                let found = all[from..].iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).into())
            };
            assert_eq!(find(&environment).as_deref(), Some(Path::new(wanted)));
        }
        assert_eq!(find(&|_| None), None);
        let relative = |name: &str| (name == "XDG_STATE_HOME").then(|| "here".into());
        assert_eq!(find(&relative), None);
    }

    #[cfg(unix)]
    #[test]
    fn it_is_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("state/tnt4");
        make(&folder).unwrap();
        make(&folder).unwrap();
        let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
