//! The virtual environment for building and testing the package. It is kept below the target folder, and made anew
//! when what is in it would differ: another Python, another place, other versions of the tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::workspace::Workspace;

/// A virtual environment with the tools of python/requirements-dev.txt in it.
pub(super) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// The environment for this Python, made where there is none that is fresh; or why it cannot be made.
    pub(super) fn fresh(workspace: &Workspace, target: &Path, version: &str) -> Result<Environment, String> {
        let requirements = workspace.root.join("python/requirements-dev.txt");
        let tools = std::fs::read_to_string(&requirements)
            .map_err(|error| format!("cannot read {}: {error}", workspace.short(&requirements)))?;
        let environment = Environment {
            folder: target.join("python-venv"),
        };
        let stamp = stamp(version, &environment.folder, &tools);
        if environment.is_fresh(&stamp) {
            return Ok(environment);
        }
        environment.make(&requirements, &stamp)?;
        Ok(environment)
    }

    /// The path of a program in the environment.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder
            .join(if cfg!(windows) { "Scripts" } else { "bin" })
            .join(name)
    }

    /// A call of the environment's pip.
    pub(super) fn pip(&self) -> Command {
        let mut pip = Command::new(self.program("python"));
        pip.args([
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ]);
        // As root, pip warns of what it does to a system; this is none.
        pip.env("PIP_ROOT_USER_ACTION", "ignore");
        pip
    }

    /// Whether the last complete installation was for exactly this.
    fn is_fresh(&self, stamp: &str) -> bool {
        std::fs::read_to_string(self.stamp_file()).is_ok_and(|last| last == stamp)
            && process::works(Command::new(self.program("python")).arg("--version"))
    }

    fn make(&self, requirements: &Path, stamp: &str) -> Result<(), String> {
        process::run(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(&self.folder),
        )
        .map_err(|error| format!("cannot make a virtual environment: {error}"))?;
        process::run(self.pip().arg("install").arg("--requirement").arg(requirements)).map_err(|error| {
            format!("cannot install maturin and pytest (is the package index reachable?): {error}")
        })?;
        // Last, so that an installation that was broken off is not taken for a fresh one.
        std::fs::write(self.stamp_file(), stamp)
            .map_err(|error| format!("cannot write {}: {error}", self.stamp_file().display()))
    }

    fn stamp_file(&self) -> PathBuf {
        self.folder.join("made-for.txt")
    }
}

/// All that an environment depends on. Its own path is in every script of it.
fn stamp(version: &str, folder: &Path, tools: &str) -> String {
    format!("{version}\n{}\n{tools}", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_fresh_only_for_what_it_was_made_for() {
        let made_for = stamp("Python 3.11.7", Path::new("/t/venv"), "pytest==9\n");
        assert_eq!(
            made_for,
            stamp("Python 3.11.7", Path::new("/t/venv"), "pytest==9\n")
        );
        assert_ne!(
            made_for,
            stamp("Python 3.12.0", Path::new("/t/venv"), "pytest==9\n")
        );
        assert_ne!(
            made_for,
            stamp("Python 3.11.7", Path::new("/u/venv"), "pytest==9\n")
        );
        assert_ne!(
            made_for,
            stamp("Python 3.11.7", Path::new("/t/venv"), "pytest==10\n")
        );
    }

    #[test]
    fn a_folder_without_a_stamp_is_not_fresh() {
        let environment = Environment {
            folder: PathBuf::from("/nowhere/at/all"),
        };
        assert!(!environment.is_fresh(""));
    }
}
