//! The one place that writes: data to standard output, everything else to standard error.
//!
//! A progress line is only shown on a terminal, at most ten times a second, and makes way for whatever is
//! said after it.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::{Duration, Instant};

use terminal_size::{Width, terminal_size_of};

use crate::Failure;
use crate::escape::visible_json;

/// How often the progress line changes.
const PACE: Duration = Duration::from_millis(100);

/// The width where a terminal does not tell.
const USUAL_WIDTH: usize = 80;

/// What a command writes with.
pub(crate) struct Printer {
    quiet: bool,
    watched: bool,
    /// Whether the reader of standard output has gone, as in `tnt4 query … | head`: there is nothing to
    /// complain of, and what else a command has to do it still does.
    unread: bool,
    progress: Progress,
}

/// The line that is written over and over.
#[derive(Default)]
struct Progress {
    shown: bool,
    last: Option<Instant>,
}

impl Printer {
    pub(crate) fn new() -> Self {
        Printer {
            quiet: false,
            unread: false,
            watched: io::stderr().is_terminal(),
            progress: Progress::default(),
        }
    }

    /// Says nothing from now on but complaints.
    pub(crate) fn hush(&mut self) {
        self.quiet = true;
    }

    /// Writes data, and ends its last line.
    pub(crate) fn data(&mut self, text: &str) -> Result<(), Failure> {
        self.clear_progress();
        if self.unread {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let written = out
            .write_all(text.as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush());
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.unread = true,
            Err(error) => {
                return Err(Failure::not_done(format_args!(
                    "cannot write to standard output: {error}"
                )));
            }
            Ok(()) => {}
        }
        Ok(())
    }

    /// Lets `write` write lines of data; `None` where their reader has gone. On a terminal nothing in them is obeyed.
    pub(crate) fn pour<T>(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
    ) -> Result<Option<T>, Failure> {
        self.clear_progress();
        if self.unread {
            return Ok(None);
        }
        let out = io::stdout().lock();
        let watched = out.is_terminal();
        let mut lines = Lines {
            out: BufWriter::new(out),
            watched,
        };
        let written = write(&mut lines).and_then(|outcome| lines.flush().map(|()| outcome));
        match written {
            Ok(outcome) => Ok(Some(outcome)),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.unread = true;
                Ok(None)
            }
            Err(error) => Err(Failure::not_done(format_args!(
                "cannot write to standard output: {error}"
            ))),
        }
    }

    /// Says a line to whoever watches.
    pub(crate) fn say(&mut self, line: &str) {
        if !self.quiet {
            self.clear_progress();
            write_line(line);
        }
    }

    /// Says what went wrong; also when it has to be quiet.
    pub(crate) fn complain(&mut self, words: &str) {
        self.clear_progress();
        write_line(&format!("tnt4: {words}"));
    }

    /// Shows how far it is, in place of what was shown before; `words` is asked only when it is time.
    pub(crate) fn progress(&mut self, words: impl FnOnce() -> String) {
        if self.quiet || !self.watched || self.progress.last.is_some_and(|last| last.elapsed() < PACE) {
            return;
        }
        self.progress = Progress {
            shown: true,
            last: Some(Instant::now()),
        };
        write(&format!("\r\u{1b}[K{}", words()));
    }

    /// How many columns standard output has where it is a terminal.
    pub(crate) fn terminal_width() -> Option<usize> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let told = terminal_size_of(io::stdout()).map(|(Width(columns), _)| usize::from(columns));
        Some(told.filter(|columns| *columns > 0).unwrap_or(USUAL_WIDTH))
    }

    /// What a collector's threads speak with.
    pub(crate) fn voice() -> Box<dyn Fn(&str) + Send + Sync> {
        Box::new(|line| write_line(&format!("tnt4: {line}")))
    }

    fn clear_progress(&mut self) {
        if std::mem::take(&mut self.progress.shown) {
            write("\r\u{1b}[K");
        }
    }
}

/// Standard output, for whole lines of JSON.
struct Lines<W: Write> {
    out: BufWriter<W>,
    watched: bool,
}

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.watched {
            let text = String::from_utf8_lossy(line);
            self.out.write_all(visible_json(&text).as_bytes())?;
        } else {
            self.out.write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// One write a line, so that lines of several threads do not mix.
fn write_line(line: &str) {
    write(&format!("{line}\n"));
}

fn write(text: &str) {
    let mut error = io::stderr().lock();
    // Nobody could be told that nobody can be told.
    let _ = error.write_all(text.as_bytes()).and_then(|()| error.flush());
}
