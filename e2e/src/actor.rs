//! A process that sends, and ends in the way it is told to. `src/bin/actor.rs` is the process.

use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use crate::{Mode, Play, Shape, Sink};

/// How a process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// `main` returns, and drops the handle.
    Return,
    /// `process::exit`, which drops nothing.
    Exit,
    /// A panic that unwinds, and drops the handle.
    Panic,
    /// An abort.
    Abort,
    /// `main` returns, but the handle was leaked.
    Leak,
    /// It waits until its standard input ends, and then returns.
    Wait,
}

impl Ending {
    const NAMES: [(Ending, &'static str); 6] = [
        (Ending::Return, "return"),
        (Ending::Exit, "exit"),
        (Ending::Panic, "panic"),
        (Ending::Abort, "abort"),
        (Ending::Leak, "leak"),
        (Ending::Wait, "wait"),
    ];

    /// The name as an argument.
    #[must_use]
    pub fn name(self) -> &'static str {
        let mut names = Self::NAMES.iter();
        names
            .find(|(ending, _)| *ending == self)
            .map_or("", |(_, name)| name)
    }

    /// The ending of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names.find(|(_, other)| *other == name).map(|(ending, _)| *ending)
    }
}

/// A process that sends. It is killed when it is dropped.
#[derive(Debug)]
pub struct Actor {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Actor {
    /// Starts the program `program`, which sends these numbers of the play to the sink.
    #[must_use]
    pub fn start(
        program: &str,
        sink: &Sink,
        play: Play,
        numbers: Range<u64>,
        ending: Ending,
        kept: (Mode, &Path),
    ) -> Self {
        let (mode, state) = kept;
        let mut child = Command::new(program)
            .args([
                ending.name(),
                &sink.url(),
                &play.id.to_string(),
                &shape(play.shape),
            ])
            .args([numbers.start.to_string(), numbers.end.to_string()])
            .envs(mode.environment(state))
            .env("TNT4_DIAGNOSTICS", state.join("diagnostics"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // A panic is part of the play.
            .stderr(Stdio::null())
            .spawn()
            .expect("the actor starts");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        Actor { child, said }
    }

    /// Its number among processes.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has sent all; returns how many were accepted.
    pub fn accepted(&mut self) -> u64 {
        let mut line = String::new();
        self.said.read_line(&mut line).expect("text");
        let count = line.trim().strip_prefix("accepted ");
        count.and_then(|count| count.parse().ok()).expect("a count")
    }

    /// Kills it: it can do nothing about that.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Ends its standard input, and waits until it ends. Returns how, and what it said last.
    pub fn finish(&mut self) -> (ExitStatus, String) {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).expect("text");
        (self.child.wait().expect("it ends"), rest)
    }
}

impl Drop for Actor {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn shape(shape: Shape) -> String {
    match shape {
        Shape::Plain => "plain".to_owned(),
        Shape::Varied => "varied".to_owned(),
        Shape::Long(length) => length.to_string(),
    }
}
