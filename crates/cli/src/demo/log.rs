//! A text log of this machine: its last lines, as log items.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use tnt4::{Item, Severity, SourceFqn, SourceType};

use crate::send::{Lines, fitted};
use crate::{environment, machine};

/// Where systems keep their logs, those with most to see first.
const USUAL: &[&str] = &[
    "/var/log/syslog",
    "/var/log/messages",
    "/var/log/system.log",
    "/var/log/dpkg.log",
    "/var/log/apt/history.log",
    "/var/log/auth.log",
    "/var/log/kern.log",
    "/var/log/install.log",
    "/var/log/dnf.log",
    "/var/log/pacman.log",
    "/var/log/apk.log",
    "/var/log/alternatives.log",
    "/var/log/bootstrap.log",
];

/// How much of the file's end is looked at, in bytes.
const LOOKED_AT: u64 = 16 * 1024 * 1024;

/// The last lines of a log.
pub(super) struct Log {
    path: PathBuf,
    source: SourceFqn,
    lines: VecDeque<String>,
}

/// The first of the usual logs that can be read and is not empty.
pub(super) fn find(most: usize) -> Option<Log> {
    let readable = USUAL
        .iter()
        .filter_map(|path| Log::read(Path::new(path), most.max(1)).ok());
    let mut log = readable.into_iter().find(|log| log.len() > 0)?;
    log.lines.truncate(most);
    Some(log)
}

impl Log {
    /// Reads the last lines of a file, at most so many.
    pub(super) fn read(path: &Path, most: usize) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let start = file.metadata()?.len().saturating_sub(LOOKED_AT);
        if start > 0 {
            file.seek(SeekFrom::Start(start))?;
        }
        let mut input = Lines::new(file.take(LOOKED_AT));
        if start > 0 {
            // Most likely the end of a line.
            input.next()?;
        }
        let mut lines = VecDeque::new();
        while let Some(line) = input.next()? {
            lines.push_back(fitted(&line));
            if lines.len() > most {
                lines.pop_front();
            }
        }
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        let host = machine::host_name(&environment::process);
        let source = SourceFqn::builder()
            .component(&SourceType::File, file_name.replace('#', "_"))
            .component(&SourceType::Server, host.replace('#', "_"))
            .build();
        Ok(Log {
            path: path.to_owned(),
            source: source.unwrap_or_else(|_| SourceFqn::from_wire("FILE=log")),
            lines,
        })
    }

    /// Where it is, as it may be shown.
    pub(super) fn name(&self) -> String {
        crate::escape::visible(&self.path.to_string_lossy()).into_owned()
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> u64 {
        self.lines.len() as u64
    }

    /// The lines as items.
    pub(super) fn items(&self) -> impl Iterator<Item = Item> {
        let logger = self.path.file_name().unwrap_or_default().to_string_lossy();
        self.lines.iter().map(move |line| {
            tnt4::Log::new(logger.clone())
                .severity(severity(line))
                .source(self.source.clone())
                .message(line.as_str())
                .into()
        })
    }
}

/// How grave a line is by its first word that tells.
fn severity(line: &str) -> Severity {
    line.split(|character: char| !character.is_ascii_alphanumeric())
        .find_map(|word| match word.to_ascii_lowercase().as_str() {
            "debug" | "trace" => Some(Severity::Debug),
            "notice" => Some(Severity::Notice),
            "warn" | "warning" => Some(Severity::Warning),
            "err" | "error" | "errors" | "fail" | "failed" | "failure" => Some(Severity::Error),
            "crit" | "critical" | "emerg" | "alert" => Some(Severity::Critical),
            "fatal" | "panic" => Some(Severity::Fatal),
            _ => None,
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.log");
        std::fs::write(&path, "one\ntwo\r\nthree").unwrap();
        let log = Log::read(&path, 2).unwrap();
        assert_eq!(log.lines, ["two", "three"]);
        assert_eq!(log.items().count(), 2);
        assert_eq!(Log::read(&path, 0).unwrap().len(), 0);
        assert!(Log::read(&folder.path().join("none"), 2).is_err());
    }

    #[test]
    fn of_a_long_file_the_end_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.log");
        let line = format!("{}\n", "x".repeat(99));
        std::fs::write(&path, line.repeat(170_000)).unwrap();
        let log = Log::read(&path, 1_000_000).unwrap();
        assert!(log.lines.iter().all(|line| line.len() == 99), "no half line");
        assert_eq!(log.len(), LOOKED_AT / 100);
    }

    #[test]
    fn a_word_tells_how_grave_a_line_is() {
        for (line, wanted) in [
            ("2026-11-22 kernel: [WARN] disk", Severity::Warning),
            ("sshd: Failed password", Severity::Error),
            ("all fine, terrors of the deep", Severity::Info),
            ("level=fatal error=x", Severity::Fatal),
        ] {
            assert_eq!(severity(line), wanted, "{line}");
        }
    }
}
