//! The Python tests: an interpreter, a virtual environment, a wheel of the package, pytest.
//!
//! What is tested is the wheel that a user would install, not the folder of its sources. By default that is done with the
//! python3 on the PATH; [`run`] does it with others, too.

mod environment;
mod interpreter;

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use interpreter::is_present;

use crate::process;
use crate::report::{Outcome, Report};
use crate::workspace::Workspace;
use environment::Environment;
use interpreter::Interpreter;

/// The variable that names interpreters, with spaces between them.
const INTERPRETERS: &str = "TNT4_PYTHONS";

/// Runs the tests with each of the interpreters that the arguments name, or else the variable.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<(), String> {
    let target = workspace.target()?;
    let mut report = Report::new("python", workspace.strict);
    tests(workspace, &target, &mut report, arguments);
    report.finish()
}

/// One step for each interpreter. Without a name it is that on the PATH.
pub(crate) fn tests(workspace: &Workspace, target: &Path, report: &mut Report, named: &[String]) {
    let mut programs = named.to_vec();
    if programs.is_empty() {
        let variable = std::env::var(INTERPRETERS).unwrap_or_default();
        programs = variable.split_whitespace().map(str::to_owned).collect();
    }
    if programs.is_empty() {
        programs.push(interpreter::DEFAULT.to_owned());
    }
    let mut wheels = Wheels {
        folder: target.join("python-wheels"),
        has_stable: false,
    };
    for program in programs {
        let name = match program.as_str() {
            interpreter::DEFAULT => "python".to_owned(),
            other => format!("python ({other})"),
        };
        report.step(&name, || test(workspace, target, &mut wheels, &program));
    }
}

/// Builds the package, installs it in an environment below the target folder, and runs its tests.
fn test(workspace: &Workspace, target: &Path, wheels: &mut Wheels, program: &str) -> Result<Outcome, String> {
    let interpreter = match Interpreter::ready(workspace, program) {
        Ok(interpreter) => interpreter,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let environment = match Environment::fresh(workspace, target, &interpreter) {
        Ok(environment) => environment,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let wheel = wheels.of(workspace, target, &environment, &interpreter)?;
    install(&environment, &wheel)?;
    process::run(
        Command::new(environment.program("pytest"))
            .current_dir(workspace.root.join("python"))
            // The sources' folder would come before the wheel on the path, and has no native module.
            .args([
                "--quiet",
                "--import-mode=importlib",
                "-p",
                "no:cacheprovider",
                "tests",
            ])
            .env("PYTHONDONTWRITEBYTECODE", "1"),
    )?;
    Ok(Outcome::Passed)
}

/// The wheels of this run.
struct Wheels {
    folder: PathBuf,
    /// Whether there is the one for every interpreter that has a GIL.
    has_stable: bool,
}

impl Wheels {
    /// The folder with the wheel for this interpreter alone, built where there was none.
    fn of(
        &mut self,
        workspace: &Workspace,
        target: &Path,
        environment: &Environment,
        interpreter: &Interpreter,
    ) -> Result<PathBuf, String> {
        if interpreter.has_gil && self.has_stable {
            return Ok(self.folder.clone());
        }
        let folder = if interpreter.has_gil {
            self.folder.clone()
        } else {
            self.folder.with_file_name("python-wheels-without-gil")
        };
        build(workspace, target, environment, &folder)?;
        self.has_stable |= interpreter.has_gil;
        Ok(folder)
    }
}

/// Builds the one wheel into `wheels`, with the profile and the target folder of all other tests.
fn build(
    workspace: &Workspace,
    target: &Path,
    environment: &Environment,
    wheels: &Path,
) -> Result<(), String> {
    // A wheel of an older version would be installed as well.
    if wheels.exists() {
        std::fs::remove_dir_all(wheels)
            .map_err(|error| format!("cannot empty the folder {}: {error}", wheels.display()))?;
    }
    let mut build = Command::new(environment.program("maturin"));
    build
        .current_dir(&workspace.root)
        .args(["build", "--profile=dev", "--auditwheel=skip"]);
    build.arg("--manifest-path=python/Cargo.toml");
    build
        .arg("--interpreter")
        .arg(environment.program("python"))
        .arg("--out")
        .arg(wheels);
    if workspace.strict {
        build.arg("--locked");
    }
    process::run(build.env("CARGO_TARGET_DIR", target))
}

/// Installs the wheel over the one of the last run, which has the same version.
fn install(environment: &Environment, wheels: &Path) -> Result<(), String> {
    let mut install = environment.pip();
    install.args([
        "install",
        "--force-reinstall",
        "--no-deps",
        "--no-index",
        "--no-cache-dir",
        "--find-links",
    ]);
    process::run(install.arg(wheels).arg("tnt4py"))
}
