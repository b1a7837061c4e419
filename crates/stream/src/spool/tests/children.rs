//! Other processes: this very test program, run again to play one of some roles.
//!
//! A child tells what it has done in lines, and goes on when it is given one: nobody waits for time to go by.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::*;

/// What marks a child's own lines among those of the test program.
const MARK: &str = "child says ";
const ROLE: &str = "TNT4_TEST_ROLE";
const STATE: &str = "TNT4_TEST_STATE";

/// The test that is run in the children. It plays the role that the environment names.
#[test]
#[ignore = "the other processes of the tests here"]
fn plays_its_role() {
    let (Ok(role), Some(state)) = (std::env::var(ROLE), std::env::var_os(STATE)) else {
        return;
    };
    let state = PathBuf::from(state);
    match role.as_str() {
        "owner" => ownership::owner(&state),
        "successor" => ownership::successor(&state),
        "forker" => forks::forker(&state),
        "writer" => privacy::writer(&state),
        other => panic!("no role {other}"),
    }
}

/// In a child: tells the parent a line.
pub(super) fn say(line: &str) {
    println!("{MARK}{line}");
    io::stdout().flush().unwrap();
}

/// In a child: waits for the parent to give a line, or to go away.
pub(super) fn wait_for_parent() {
    let _ = io::stdin().read_line(&mut String::new());
}

/// A child process, killed when it is dropped.
pub(super) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a child under the umask of this process.
    pub(super) fn start(role: &str, state: &Path) -> Self {
        Self::spawn(Command::new(std::env::current_exe().unwrap()), role, state)
    }

    /// Starts a child under another umask.
    pub(super) fn start_under(umask: &str, role: &str, state: &Path) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("umask {umask}; exec \"$0\" \"$@\"")]);
        shell.arg(std::env::current_exe().unwrap());
        Self::spawn(shell, role, state)
    }

    /// Starts a child as another user; only root can. `None` where that user may not run this program.
    pub(super) fn start_as(user: u32, role: &str, state: &Path) -> Option<Self> {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.uid(user);
        match Self::try_spawn(command, role, state) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => None,
            started => Some(started.unwrap()),
        }
    }

    fn spawn(command: Command, role: &str, state: &Path) -> Self {
        Self::try_spawn(command, role, state).unwrap()
    }

    fn try_spawn(mut command: Command, role: &str, state: &Path) -> io::Result<Self> {
        let name = format!("{}::plays_its_role", module_path!().split_once("::").unwrap().1);
        command.args([&name, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(ROLE, role).env(STATE, state);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        Ok(Process {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
        })
    }

    /// The next line that it tells.
    pub(super) fn hear(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(
                self.output.read_line(&mut line).unwrap(),
                0,
                "the child has ended"
            );
            // The test program may have begun a line of its own.
            if let Some((_, said)) = line.trim_end_matches('\n').split_once(MARK) {
                return said.to_owned();
            }
        }
    }

    /// Lets it go on.
    pub(super) fn go_on(&mut self) {
        self.input.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// Kills it at once, by SIGKILL. Those that it forked live on, and can be told to end by `go_on`.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has ended by itself, well.
    pub(super) fn finish(mut self) {
        self.input = None;
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
