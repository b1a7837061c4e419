//! From words to arguments, or to one line that says what is wrong with them.
//!
//! The line names options, never values: whoever forgets `--https` has just typed a token.

use std::error::Error as _;
use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};

use crate::Failure;
use crate::args::{Arguments, Command};

/// What the words are.
pub(crate) enum Parsed {
    /// A command to run.
    Command(Box<Command>),
    /// A question about the command itself, and its answer.
    Reference(String),
    /// Neither.
    Wrong(Failure),
}

/// Reads the words of a command line, the first of which is the program's name.
pub(crate) fn parse(words: &[OsString]) -> Parsed {
    let error = match Arguments::try_parse_from(words) {
        Ok(arguments) => return Parsed::Command(Box::new(arguments.command)),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Parsed::Reference(error.to_string()),
        _ => Parsed::Wrong(Failure::usage(format_args!(
            "{}; see {} --help",
            reason(&error, words),
            command_of(words)
        ))),
    }
}

/// How the user calls this program, for the commands that it proposes: its name where the shell finds it by
/// that, and the path otherwise.
pub(crate) fn program_name(words: &[OsString]) -> String {
    let Some(program) = words.first().map(Path::new) else {
        return "tnt4".to_owned();
    };
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let folder = program.parent().unwrap_or(Path::new(""));
    let search = std::env::var_os("PATH").unwrap_or_default();
    let found_by_name =
        folder == Path::new("") || std::env::split_paths(&search).any(|searched| searched == folder);
    let shown = if found_by_name {
        name.clone()
    } else {
        program.to_string_lossy()
    };
    let plain = |character: char| character.is_alphanumeric() || "/._-~+".contains(character);
    if name.starts_with("tnt4") && shown.chars().all(plain) {
        shown.into_owned()
    } else {
        "tnt4".to_owned()
    }
}

/// `tnt4`, and the commands as far as they were named.
fn command_of(words: &[OsString]) -> String {
    named(words).0
}

/// The commands as far as they were named, and what can follow.
fn named(words: &[OsString]) -> (String, Vec<String>) {
    let (mut path, mut command) = ("tnt4".to_owned(), Arguments::command());
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        let Some(next) = command.find_subcommand(word).cloned() else {
            break;
        };
        path = format!("{path} {word}");
        command = next;
    }
    let names = command.get_subcommands().map(|next| next.get_name().to_owned());
    (path, names.collect())
}

/// Words as a list of what may be chosen.
fn choice(mut words: Vec<String>) -> String {
    match (words.pop(), words.join(", ")) {
        (None, _) => String::new(),
        (Some(last), others) if others.is_empty() => last,
        (Some(last), others) => format!("{others} or {last}"),
    }
}

fn reason(error: &clap::Error, words: &[OsString]) -> String {
    let option = context(error, ContextKind::InvalidArg).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument if option.starts_with('-') => {
            // What follows an equals sign is a value.
            let name = option.split('=').next().unwrap_or_default();
            format!(
                "there is no option {name}{}",
                suggestion(error, ContextKind::SuggestedArg)
            )
        }
        ErrorKind::UnknownArgument => "one word too many: put text with blanks in quotes".to_owned(),
        ErrorKind::InvalidSubcommand => format!(
            "there is no such command{}",
            suggestion(error, ContextKind::SuggestedSubcommand)
        ),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            format!("a command is missing: {}", choice(named(words).1))
        }
        ErrorKind::MissingRequiredArgument => format!("{option} is missing"),
        ErrorKind::ArgumentConflict => {
            let prior = context(error, ContextKind::PriorArg).unwrap_or_default();
            format!("{option} cannot be used with {prior}")
        }
        ErrorKind::InvalidValue if context(error, ContextKind::InvalidValue).as_deref() == Some("") => {
            format!("{option} wants a value")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match error.source() {
            Some(cause) => format!("the value of {option} is wrong: {}", without_value(error, cause)),
            None => format!("the value of {option} is wrong"),
        },
        ErrorKind::InvalidUtf8 => "an argument is not valid UTF-8".to_owned(),
        other => other.as_str().unwrap_or("the command line is wrong").to_owned(),
    }
}

/// The words of the cause. Some of clap's own begin with the value (`90000 is not in 1..=86400`).
fn without_value(error: &clap::Error, cause: &dyn std::error::Error) -> String {
    let words = cause.to_string();
    match context(error, ContextKind::InvalidValue) {
        Some(value) if !value.is_empty() => match words.strip_prefix(&value) {
            Some(rest) => format!("it{rest}"),
            // Anywhere else it could be part of another word; then nothing is said rather than the value.
            None if words.contains(&value) => "it is not what this option takes".to_owned(),
            None => words,
        },
        _ => words,
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}

fn suggestion(error: &clap::Error, kind: ContextKind) -> String {
    context(error, kind).map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn wrong(line: &str) -> String {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        match parse(&words) {
            Parsed::Wrong(Failure { words, .. }) => words,
            _ => panic!("{line} was understood"),
        }
    }

    #[test]
    fn a_line_says_what_is_wrong() {
        assert_eq!(
            wrong("tnt4 send --htps x"),
            "there is no option --htps; did you mean --https?; see tnt4 send --help"
        );
        assert_eq!(
            wrong("tnt4 send --timeout 90000 x"),
            "the value of --timeout <SECS> is wrong: it is not in 1..=86400; see tnt4 send --help"
        );
        assert_eq!(
            wrong("tnt4 query --max-rows 0 x"),
            "the value of --max-rows <N> is wrong: it is not in 1..=100000; see tnt4 query --help"
        );
        assert_eq!(
            wrong("tnt4 query --url"),
            "--url <URL> wants a value; see tnt4 query --help"
        );
        assert_eq!(wrong("tnt4 query"), "<JKQL> is missing; see tnt4 query --help");
        assert_eq!(
            wrong("tnt4 send --https a --token-stdin x"),
            "--https <TOKEN> cannot be used with --token-stdin; see tnt4 send --help"
        );
        assert_eq!(
            wrong("tnt4"),
            "a command is missing: send, query, serve, spool, doctor or demo; see tnt4 --help"
        );
        assert_eq!(
            wrong("tnt4 spool"),
            "a command is missing: ls, verify, export, repair or replay; see tnt4 spool --help"
        );
        assert_eq!(
            wrong("tnt4 spool export --dead"),
            "there is no option --dead; did you mean --dead-letters?; see tnt4 spool export --help"
        );
        assert_eq!(
            wrong("tnt4 sned"),
            "there is no such command; did you mean send?; see tnt4 --help"
        );
    }

    #[test]
    fn no_value_is_repeated() {
        for line in [
            "tnt4 send hello canary",
            "tnt4 send hello --http=canary",
            "tnt4 send --timeout canary x",
            "tnt4 send --quiet=canary",
            "tnt4 serve --listen canary",
            "tnt4 canary",
            "tnt4 query a canary",
            "tnt4 spool canary",
            "tnt4 doctor http://h canary",
            "tnt4 spool replay --timeout canary",
        ] {
            let words = wrong(line);
            assert!(!words.contains("canary") && !words.contains('\n'), "{words}");
        }
    }

    #[test]
    fn the_program_is_proposed_as_it_was_called() {
        let called = |name: &str| program_name(&[OsString::from(name)]);
        assert_eq!(called("tnt4"), "tnt4");
        assert_eq!(called("target/release/tnt4"), "target/release/tnt4");
        assert_eq!(called("/opt/my tools/tnt4"), "tnt4");
        assert_eq!(called("/usr/lib/python3/jKool/__main__.py"), "tnt4");
    }
}
