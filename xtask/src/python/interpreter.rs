//! An interpreter: whether it is there, new enough and able to make virtual environments, and whether it has a GIL.

use std::process::Command;

use crate::process;
use crate::workspace::Workspace;

/// The oldest Python that the package runs on.
const OLDEST: (u32, u32) = (3, 10);

/// The one that is used where nobody says which.
pub(super) const DEFAULT: &str = "python3";

/// Whether there is a python3 at all.
pub(crate) fn is_present() -> bool {
    process::works(Command::new(DEFAULT).arg("--version"))
}

/// An interpreter that can make virtual environments.
pub(super) struct Interpreter {
    /// Its name, or its path.
    pub(super) program: String,
    /// `Python 3.14.0 (…)`, all that tells it from others.
    pub(super) version: String,
    /// Whether its threads take turns; a wheel for such interpreters fits all of them.
    pub(super) has_gil: bool,
}

impl Interpreter {
    /// Makes sure of it; or says why there is none.
    pub(super) fn ready(workspace: &Workspace, program: &str) -> Result<Interpreter, String> {
        let version = process::output(Command::new(program).arg("--version"))
            .map_err(|_| format!("there is no {program}, or it is none of Python"))?;
        if !is_new_enough(&version) {
            return Err(format!(
                "{} is too old, Python {}.{} is needed",
                version.trim(),
                OLDEST.0,
                OLDEST.1
            ));
        }
        let all = process::output(Command::new(program).args(["-c", "import sys; print(sys.version)"]))?;
        let interpreter = Interpreter {
            program: program.to_owned(),
            has_gil: !all.contains("free-threading build"),
            version: all.trim().to_owned(),
        };
        if !interpreter.can_make_environments() {
            if program != DEFAULT {
                return Err(format!("{program} has no venv module, or no ensurepip"));
            }
            interpreter.install_venv(workspace)?;
        }
        Ok(interpreter)
    }

    /// Debian keeps `ensurepip` in a package of its own, although `venv` itself is there.
    fn can_make_environments(&self) -> bool {
        process::works(Command::new(&self.program).args(["-c", "import venv, ensurepip"]))
    }

    /// Installs what Debian splits off, where we may.
    fn install_venv(&self, workspace: &Workspace) -> Result<(), String> {
        let missing = "python3 has no venv module; install it: apt-get install python3-venv";
        let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
        if !is_root || !process::works(Command::new("apt-get").arg("--version")) {
            return Err(missing.to_owned());
        }
        println!("\npython3 has no venv module: installing Debian's package of it");
        for arguments in [
            &["update"][..],
            &["install", "--yes", "--no-install-recommends", "python3-venv"][..],
        ] {
            let mut apt = Command::new("apt-get");
            apt.current_dir(&workspace.root).arg("--quiet").args(arguments);
            process::run(apt.env("DEBIAN_FRONTEND", "noninteractive"))
                .map_err(|error| format!("{missing} ({error})"))?;
        }
        if self.can_make_environments() {
            Ok(())
        } else {
            Err(missing.to_owned())
        }
    }
}

/// Whether a line such as `Python 3.11.7` names a version that will do.
fn is_new_enough(version: &str) -> bool {
    let mut numbers = version
        .trim()
        .trim_start_matches("Python ")
        .split('.')
        .map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= OLDEST,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        for good in [
            "Python 3.10.0\n",
            "Python 3.11.7",
            "Python 3.14.0rc1+",
            "Python 4.0.0",
        ] {
            assert!(is_new_enough(good), "{good}");
        }
        for bad in ["Python 3.9.18", "Python 2.7.18", "Python", "", "PyPy three"] {
            assert!(!is_new_enough(bad), "{bad}");
        }
    }
}
