//! `test`: everything that is tested, in one command, with whatever set-up it needs.

use crate::process;
use crate::python;
use crate::report::{Outcome, Report};
use crate::workspace::Workspace;

/// Runs the Rust tests and the model of the threads, replays the fuzz corpora, and runs the Python tests.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Result<(), String> {
    let target = workspace.target()?;
    let mut report = Report::new("test", workspace.strict);
    report.step("rust", || {
        // The Python package is a library for an interpreter to load: its tests are Python's.
        process::run(&mut workspace.cargo(&["test", "--workspace", "--exclude=tnt4py", "--no-fail-fast"]))?;
        Ok(Outcome::Passed)
    });
    report.step("interleavings", || {
        // Its locks are those of a scheduler, and of no use to the other tests.
        let mut model = workspace.cargo(&["test", "--package=tnt4", "--features=shuttle"]);
        process::run(model.arg("--test=any_interleaving_ends_and_adds_up"))?;
        Ok(Outcome::Passed)
    });
    report.step("fuzz corpora", || {
        let mut replay = workspace.cargo(&["test", "--manifest-path=fuzz/Cargo.toml"]);
        process::run(replay.env("CARGO_TARGET_DIR", &target))?;
        Ok(Outcome::Passed)
    });
    python::tests(workspace, &target, &mut report, &[]);
    report.finish()
}
