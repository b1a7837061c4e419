//! `lint`: what the compiler's friends have to say. A warning is an error here, so that none stays.

use std::process::Command;

use crate::process;
use crate::python;
use crate::report::{Outcome, Report};
use crate::workspace::Workspace;

/// Checks format, lints, documentation and dependencies.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Result<(), String> {
    let target = workspace.target()?;
    let mut report = Report::new("lint", workspace.strict);
    report.step("format", || {
        for arguments in [&["--all"][..], &["--manifest-path=fuzz/Cargo.toml"][..]] {
            // Not by `workspace.cargo`: formatting reads no Cargo.lock and refuses the flag that guards it.
            let mut format = Command::new("cargo");
            process::run(
                format
                    .current_dir(&workspace.root)
                    .args(["fmt", "--check"])
                    .args(arguments),
            )?;
        }
        Ok(Outcome::Passed)
    });
    report.step("clippy", || {
        let mut clippy = over_the_workspace(workspace, &["clippy", "--workspace", "--all-targets"]);
        process::run(clippy.args(["--", "-D", "warnings"]))?;
        // The workspace of the fuzz targets: what of it a stable compiler builds.
        let mut clippy = workspace.cargo(&["clippy", "--manifest-path=fuzz/Cargo.toml", "--all-targets"]);
        process::run(
            clippy
                .env("CARGO_TARGET_DIR", &target)
                .args(["--", "-D", "warnings"]),
        )?;
        Ok(Outcome::Passed)
    });
    report.step("documentation", || {
        let mut doc = over_the_workspace(workspace, &["doc", "--workspace", "--no-deps"]);
        // What is there by choice is documented, too.
        doc.arg("--features=tnt4/log,tnt4/tracing,tnt4/opentelemetry");
        process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
        Ok(Outcome::Passed)
    });
    report.step("dependencies", || {
        let mut deny = Command::new("cargo");
        deny.current_dir(&workspace.root);
        if !process::works(deny.args(["deny", "--version"])) {
            return Ok(Outcome::Skipped(
                "cargo-deny is missing: cargo install --locked cargo-deny".to_owned(),
            ));
        }
        let mut deny = Command::new("cargo");
        // Advisories are not among the checks: they need a download of their own, which not every machine can make.
        deny.current_dir(&workspace.root).args([
            "deny",
            "--workspace",
            "check",
            "bans",
            "licenses",
            "sources",
        ]);
        process::run(&mut deny)?;
        Ok(Outcome::Passed)
    });
    report.finish()
}

/// A call of Cargo over all crates. PyO3's build script asks an interpreter, so without one its crate stays out.
fn over_the_workspace(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = workspace.cargo(arguments);
    if !python::is_present() {
        println!("\nThere is no python3: the crate tnt4py stays out.");
        command.arg("--exclude=tnt4py");
    }
    command
}
