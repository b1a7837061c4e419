//! `soak`: what needs hours. The same stories that `test` tells in a minute, told for long, and the searches of `fuzz`.

use crate::fuzz;
use crate::process;
use crate::report::{Outcome, Report};
use crate::workspace::Workspace;

/// A story that lasts as long as a variable says.
struct Story {
    package: &'static str,
    test: &'static str,
    features: &'static str,
    variable: &'static str,
    /// What the variable says after so many minutes for each story.
    amount: fn(u64) -> u64,
}

/// Every one of them.
const STORIES: &[Story] = &[
    // On two processors a million actions take about ten minutes.
    Story {
        package: "tnt4",
        test: "whatever_happens_the_books_are_right",
        features: "",
        variable: "TNT4_SPOOL_ACTIONS",
        amount: |minutes| minutes * 100_000,
    },
    // By default a disk is told once a second, and a cut waits for that.
    Story {
        package: "tnt4",
        test: "power_cuts_take_no_more_than_they_may",
        features: "",
        variable: "TNT4_POWER_CUTS",
        amount: |minutes| minutes * 50,
    },
    Story {
        package: "tnt4",
        test: "any_interleaving_ends_and_adds_up",
        features: "shuttle",
        variable: "TNT4_INTERLEAVINGS",
        amount: |minutes| minutes * 15_000,
    },
    Story {
        package: "tnt4-e2e",
        test: "storms_lose_nothing_and_leak_nothing",
        features: "",
        variable: "TNT4_SOAK_SECONDS",
        amount: |minutes| minutes * 60,
    },
    // As much as the disk has to take, however long that takes it.
    Story {
        package: "tnt4-e2e",
        test: "a_large_backlog_starts_small",
        features: "",
        variable: "TNT4_BACKLOG_MIB",
        amount: |_| 2048,
    },
];

/// Where nothing is said.
const MINUTES: u64 = 60;

/// Runs each story, and each search, for so many minutes.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<(), String> {
    let minutes = minutes(arguments)?;
    let mut report = Report::new("soak", workspace.strict);
    for story in STORIES {
        report.step(story.test, || {
            let package = format!("--package={}", story.package);
            let test = format!("--test={}", story.test);
            let features = format!("--features={}", story.features);
            let mut command = workspace.cargo(&["test", &package, &features, &test, "--", "--nocapture"]);
            process::run(command.env(story.variable, (story.amount)(minutes).to_string()))?;
            Ok(Outcome::Passed)
        });
    }
    let searched = fuzz::run(workspace, &[(minutes * 60).to_string()]);
    report.finish().and(searched)
}

fn minutes(arguments: &[String]) -> Result<u64, String> {
    match arguments {
        [] => Ok(MINUTES),
        [number] => number
            .parse()
            .ok()
            .filter(|minutes| (1..=1440).contains(minutes))
            .ok_or_else(|| {
                format!("`{number}` is no number of minutes, 1 to 1440; try: cargo xtask soak 60")
            }),
        more => Err(format!(
            "`soak` takes one number of minutes, but got `{}`",
            more.join(" ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_unless_something_else_is_said() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(minutes(&words("")), Ok(60));
        assert_eq!(minutes(&words("5")), Ok(5));
        for wrong in ["0", "1h", "9999", "1 2"] {
            assert!(minutes(&words(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_story_reads_its_variable() {
        let workspace = Workspace::find().unwrap();
        for story in STORIES {
            let file = format!("{}.rs", story.test);
            let path = ["crates/stream/tests", "e2e/tests"]
                .iter()
                .map(|folder| workspace.root.join(folder).join(&file))
                .find(|path| path.exists());
            let text = std::fs::read_to_string(path.expect(&file)).unwrap();
            assert!(
                text.contains(story.variable),
                "{file} does not know {}",
                story.variable
            );
        }
    }
}
