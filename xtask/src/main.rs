//! The chores of this repository, each one command: `cargo xtask <command>`.
//!
//! Only the standard library: a chore must not wait for a dependency to build. Below, the table of the commands;
//! each has a room of its own, and these are the rooms that they share:
//! [`workspace`] (where things are), [`process`] (running programs), [`report`] (what ran and how long it took).

mod process;
mod report;
mod workspace;

mod fuzz;
mod lint;
mod python;
mod soak;
mod test;
mod tidy;

use std::process::ExitCode;

use crate::workspace::Workspace;

/// One chore: what it is called, what it says of itself, and what does it.
struct Chore {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&Workspace, &[String]) -> Result<(), String>,
}

/// Every chore except `help`, in the order in which a contributor meets them.
const CHORES: &[Chore] = &[
    Chore {
        name: "test",
        arguments: "",
        about: "All tests: Rust, the replay of the fuzz corpora, Python (in a virtual environment of its own)",
        run: test::run,
    },
    Chore {
        name: "lint",
        arguments: "",
        about: "Format, clippy, documentation, and cargo-deny where it is installed; warnings are errors",
        run: lint::run,
    },
    Chore {
        name: "python",
        arguments: "[PYTHON…]",
        about: "The Python tests alone, with each of these interpreters (those in TNT4_PYTHONS, or python3)",
        run: python::run,
    },
    Chore {
        name: "tidy",
        arguments: "",
        about: "The house rules that no compiler checks (also a part of `test`)",
        run: tidy::run,
    },
    Chore {
        name: "fuzz",
        arguments: "[SECONDS]",
        about: "Build the fuzz targets with a nightly compiler, and run each for so many seconds (0: only build)",
        run: fuzz::run,
    },
    Chore {
        name: "soak",
        arguments: "[MINUTES]",
        about: "What needs hours: long stories and long searches, each for so many minutes (60); for the night",
        run: soak::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the chore that the first argument names.
fn dispatch(arguments: &[String]) -> Result<(), String> {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(format!("no command given\n\n{}", help()));
    };
    if matches!(name.as_str(), "help" | "-h" | "--help") {
        println!("{}", help());
        return Ok(());
    }
    let Some(chore) = CHORES.iter().find(|chore| chore.name == name) else {
        return Err(format!("there is no command `{name}`\n\n{}", help()));
    };
    if chore.arguments.is_empty() && !rest.is_empty() {
        return Err(format!(
            "`{name}` takes no arguments, but got `{}`",
            rest.join(" ")
        ));
    }
    (chore.run)(&Workspace::find()?, rest)
}

/// The table of the commands, as text.
fn help() -> String {
    let mut text = String::from("Usage: cargo xtask <COMMAND>\n\nCommands:\n");
    for chore in CHORES {
        let call = format!("{} {}", chore.name, chore.arguments);
        text.push_str(&format!("  {call:<17} {}\n", chore.about));
    }
    text.push_str(
        "  help              This text\n\n\
         With CI=true in the environment, what would be skipped is a failure, and Cargo.lock must be up to date.",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn help_names_every_command() {
        assert!(CHORES.iter().all(|chore| help().contains(chore.name)));
        assert_eq!(dispatch(&words("help")), Ok(()));
    }

    #[test]
    fn a_wrong_command_is_answered_by_the_table() {
        for wrong in ["", "tets"] {
            let message = dispatch(&words(wrong)).unwrap_err();
            assert!(message.contains("Commands:"), "{message}");
        }
    }

    #[test]
    fn arguments_that_nobody_reads_are_refused() {
        let message = dispatch(&words("tidy --fix")).unwrap_err();
        assert_eq!(message, "`tidy` takes no arguments, but got `--fix`");
    }
}
