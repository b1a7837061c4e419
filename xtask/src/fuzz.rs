//! `fuzz`: builds the targets of fuzz/ with libFuzzer's instrumentation and runs each for a while.
//!
//! The flags are set here, so that no further tool has to be installed. New inputs go below the target folder and
//! what makes a target fail into fuzz/artifacts; the corpora that are committed change only by hand.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::report::{Outcome, Report};
use crate::workspace::Workspace;

/// Coverage as libFuzzer reads it, and the address sanitizer, for which a nightly compiler is needed.
const FLAGS: &str = "--cfg=fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address";

/// Builds the targets; with a number of seconds, also runs each for so long.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<(), String> {
    let seconds = seconds(arguments)?;
    let mut report = Report::new("fuzz", workspace.strict);
    let Ok(version) = process::output(Command::new("cargo").args(["+nightly", "version", "--verbose"]))
    else {
        report.step("build", || {
            Ok(Outcome::Skipped(
                "there is no nightly toolchain: rustup toolchain install nightly".to_owned(),
            ))
        });
        return report.finish();
    };
    let machine = machine(&version)?;
    let target = workspace.target()?;
    let names = names(workspace)?;
    let mut is_built = false;
    report.step("build", || {
        process::run(&mut build(workspace, &target, machine))?;
        is_built = true;
        Ok(Outcome::Passed)
    });
    if is_built && seconds > 0 {
        for name in &names {
            let program = target.join(machine).join("release").join(name);
            report.step(name, || {
                process::run(&mut search(workspace, &target, &program, name, seconds)?)?;
                Ok(Outcome::Passed)
            });
        }
    }
    report.finish()
}

/// The build of all targets. The machine is named so that the flags spare build scripts and macros.
fn build(workspace: &Workspace, target: &Path, machine: &str) -> Command {
    let mut build = Command::new("cargo");
    build.current_dir(&workspace.root).args([
        "+nightly",
        "build",
        "--release",
        "--bins",
        "--features=fuzzing",
    ]);
    build.args(["--manifest-path=fuzz/Cargo.toml", "--target", machine]);
    if workspace.strict {
        build.arg("--locked");
    }
    // Cargo, when it ran this program, has said which compiler that was built with.
    build
        .env_remove("RUSTC")
        .env_remove("RUSTDOC")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    build.env("CARGO_TARGET_DIR", target).env("RUSTFLAGS", FLAGS);
    build
}

/// A run of one target from its corpus.
fn search(
    workspace: &Workspace,
    target: &Path,
    program: &Path,
    name: &str,
    seconds: u32,
) -> Result<Command, String> {
    let found = target.join("fuzz-corpus").join(name);
    let artifacts = workspace.root.join("fuzz/artifacts").join(name);
    for folder in [&found, &artifacts] {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    }
    let mut search = Command::new(program);
    // libFuzzer adds what it finds to the first folder and only reads the second.
    search
        .arg(&found)
        .arg(workspace.root.join("fuzz/corpus").join(name));
    search
        .arg(format!("-max_total_time={seconds}"))
        .arg("-print_final_stats=1");
    // An input that takes so many seconds is a find as well.
    search.arg("-timeout=10");
    search.arg(format!("-artifact_prefix={}/", artifacts.display()));
    // Leaks are looked for by ptrace, which containers forbid.
    search.env("ASAN_OPTIONS", "detect_leaks=0");
    Ok(search)
}

/// How long each target runs; 0 where nothing is said.
fn seconds(arguments: &[String]) -> Result<u32, String> {
    match arguments {
        [] => Ok(0),
        [number] => number
            .parse()
            .map_err(|_| format!("`{number}` is no number of seconds; try: cargo xtask fuzz 60")),
        more => Err(format!(
            "`fuzz` takes one number of seconds, but got `{}`",
            more.join(" ")
        )),
    }
}

/// The name that the toolchain has for this machine.
fn machine(version: &str) -> Result<&str, String> {
    let mut lines = version.lines();
    lines
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or_else(|| "`cargo +nightly version --verbose` names no host".to_owned())
}

/// The targets: one file each in fuzz/targets.
fn names(workspace: &Workspace) -> Result<Vec<String>, String> {
    let name = |path: &PathBuf| path.file_stem().map(|name| name.to_string_lossy().into_owned());
    Ok(workspace.files("fuzz/targets")?.iter().filter_map(name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_number_nothing_is_run() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(seconds(&words("")), Ok(0));
        assert_eq!(seconds(&words("60")), Ok(60));
        assert!(seconds(&words("1h")).unwrap_err().contains("`1h`"));
        assert!(seconds(&words("1 2")).is_err());
    }

    #[test]
    fn the_machine_is_read_from_the_version() {
        assert_eq!(
            machine("cargo 1.97.0-nightly\nhost: x86_64-a-b\nos: c"),
            Ok("x86_64-a-b")
        );
        assert!(machine("cargo 1.97.0-nightly").is_err());
    }

    #[test]
    fn every_target_has_a_corpus_and_is_declared() {
        let workspace = Workspace::find().unwrap();
        let manifest = std::fs::read_to_string(workspace.root.join("fuzz/Cargo.toml")).unwrap();
        let names = names(&workspace).unwrap();
        assert!(!names.is_empty());
        for name in names {
            assert!(
                manifest.contains(&format!("name = \"{name}\"")),
                "fuzz/Cargo.toml has no bin {name}"
            );
            assert!(
                !workspace
                    .files(&format!("fuzz/corpus/{name}"))
                    .unwrap()
                    .is_empty(),
                "{name} has no corpus"
            );
        }
    }
}
