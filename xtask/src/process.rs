//! Running other programs: shown before they run, and never waiting for somebody to type.

use std::process::{Command, Stdio};

/// Runs it with its output on ours; an error unless it ends with exit code 0.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    println!("\n$ {}", line(command));
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| not_started(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` ended with {status}", line(command)))
    }
}

/// Runs it and gives what it prints; where it fails, the error ends with what it complained of.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "`{}` ended with {}: {}",
        line(command),
        output.status,
        complaint.trim()
    ))
}

/// Whether it can be run and ends with exit code 0. Nothing is shown.
pub(crate) fn works(command: &mut Command) -> bool {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// The call as one would type it, without the path of the program.
fn line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut words = vec![
        program
            .file_name()
            .unwrap_or(program.as_os_str())
            .to_string_lossy()
            .into_owned(),
    ];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!(
        "cannot start `{}`: {error}; is it installed and on the PATH?",
        line(command)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_call_and_its_complaint() {
        let message = output(Command::new("sh").args(["-c", "echo no disk >&2; exit 3"])).unwrap_err();
        assert_eq!(
            message,
            "`sh -c echo no disk >&2; exit 3` ended with exit status: 3: no disk"
        );
        assert_eq!(
            output(Command::new("sh").args(["-c", "echo yes"])).as_deref(),
            Ok("yes\n")
        );
    }

    #[test]
    fn a_missing_program_is_an_error_not_a_panic() {
        let message = run(&mut Command::new("/nowhere/no-such-program")).unwrap_err();
        assert!(
            message.starts_with("cannot start `no-such-program`: "),
            "{message}"
        );
        assert!(!works(&mut Command::new("no-such-program")));
    }
}
