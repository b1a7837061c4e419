//! The Python tests: an interpreter, a virtual environment, a wheel of the package, pytest.
//!
//! What is tested is the wheel that a user would install, not the folder of its sources.

mod environment;
mod interpreter;

use std::path::Path;
use std::process::Command;

pub(crate) use interpreter::is_present;

use crate::process;
use crate::report::Outcome;
use crate::workspace::Workspace;
use environment::Environment;

/// Builds the package, installs it in an environment below the target folder, and runs its tests.
pub(crate) fn test(workspace: &Workspace, target: &Path) -> Result<Outcome, String> {
    let version = match interpreter::ready(workspace) {
        Ok(version) => version,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let environment = match Environment::fresh(workspace, target, &version) {
        Ok(environment) => environment,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let wheels = target.join("python-wheels");
    build(workspace, target, &environment, &wheels)?;
    install(&environment, &wheels)?;
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
