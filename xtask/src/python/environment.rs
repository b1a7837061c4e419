//! The virtual environment for building and testing the package. It is kept below the target folder, and made anew
//! when what is in it would differ: another Python, another place, other versions of the tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::interpreter::{self, Interpreter};
use crate::process;
use crate::workspace::Workspace;

/// A virtual environment with the tools of python/requirements-dev.txt in it, and with as many of the packages of
/// python/requirements-optional.txt as can be had for its interpreter.
pub(super) struct Environment {
    folder: PathBuf,
    requirements: PathBuf,
    optional: PathBuf,
}

impl Environment {
    /// The environment for this Python, made where there is none that is fresh; or why it cannot be made.
    pub(super) fn fresh(
        workspace: &Workspace,
        target: &Path,
        interpreter: &Interpreter,
    ) -> Result<Environment, String> {
        let environment = Environment {
            folder: target.join(folder(&interpreter.program)),
            requirements: workspace.root.join("python/requirements-dev.txt"),
            optional: workspace.root.join("python/requirements-optional.txt"),
        };
        let read = |path: &Path| {
            std::fs::read_to_string(path)
                .map_err(|error| format!("cannot read {}: {error}", workspace.short(path)))
        };
        let optional = read(&environment.optional)?;
        let tools = read(&environment.requirements)? + &optional;
        let stamp = stamp(&interpreter.version, &environment.folder, &tools);
        if !environment.is_fresh(&stamp) {
            environment.make(interpreter, &optional)?;
            // Last, so that an installation that was broken off is not taken for a fresh one.
            std::fs::write(environment.stamp_file(), stamp)
                .map_err(|error| format!("cannot write {}: {error}", environment.stamp_file().display()))?;
        }
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

    fn make(&self, interpreter: &Interpreter, optional: &str) -> Result<(), String> {
        process::run(
            Command::new(&interpreter.program)
                .args(["-m", "venv", "--clear"])
                .arg(&self.folder),
        )
        .map_err(|error| format!("cannot make a virtual environment: {error}"))?;
        let mut install = self.pip();
        install.args(["install", "--requirement"]).arg(&self.requirements);
        process::run(&mut install).map_err(|error| {
            format!("cannot install maturin and pytest (is the package index reachable?): {error}")
        })?;
        // All at once, or else one by one.
        let mut install = self.pip();
        install.args(["install", "--requirement"]).arg(&self.optional);
        if process::run(&mut install).is_err() {
            for package in packages(optional) {
                if process::run(self.pip().arg("install").arg(package)).is_err() {
                    println!("\n{package} cannot be installed here: its tests are skipped");
                }
            }
        }
        Ok(())
    }

    fn stamp_file(&self) -> PathBuf {
        self.folder.join("made-for.txt")
    }
}

/// The name of an interpreter's folder: each has its own.
fn folder(program: &str) -> String {
    if program == interpreter::DEFAULT {
        return "python-venv".to_owned();
    }
    let word = |character: char| {
        if character.is_alphanumeric() {
            character
        } else {
            '-'
        }
    };
    format!("python-venv-{}", program.chars().map(word).collect::<String>())
}

/// The lines of a list of packages that name one.
fn packages(list: &str) -> impl Iterator<Item = &str> {
    let lines = list.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
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
            requirements: PathBuf::new(),
            optional: PathBuf::new(),
        };
        assert!(!environment.is_fresh(""));
    }

    #[test]
    fn interpreters_have_folders_of_their_own() {
        assert_eq!(folder("python3"), "python-venv");
        assert_eq!(folder("/opt/python3.14t"), "python-venv--opt-python3-14t");
    }

    #[test]
    fn a_list_of_packages_may_say_why() {
        let list = "# Because.\ncelery==5.7.0\n\n  uwsgi==2.0.31\n";
        assert_eq!(
            packages(list).collect::<Vec<_>>(),
            ["celery==5.7.0", "uwsgi==2.0.31"]
        );
    }
}
