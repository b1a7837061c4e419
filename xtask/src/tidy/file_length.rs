//! No file grows past what one sitting can read.

use std::path::Path;

use super::{Rule, read};
use crate::workspace::Workspace;

/// Lines, tests and comments included.
const CEILING: usize = 400;

/// What people write by hand. Recorded outputs (snapshots, golden files) are as long as what they record.
const WRITTEN: [&str; 8] = ["rs", "py", "pyi", "html", "css", "js", "sql", "sh"];

pub(super) const RULE: Rule = Rule {
    asks: "No source file is longer than 400 lines.",
    because: "a file holds one concept; a longer one holds two, and wants to be a folder.",
    broken,
};

fn broken(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut places = Vec::new();
    for path in workspace.files("")? {
        if !is_written(&path) {
            continue;
        }
        let lines = read(workspace, &path)?.lines().count();
        if lines > CEILING {
            places.push(format!("{}: {lines} lines", workspace.short(&path)));
        }
    }
    Ok(places)
}

/// Whether somebody here wrote it: libraries for the browser come minified, and say so in their name.
fn is_written(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy())
        .unwrap_or_default();
    WRITTEN.contains(&extension.as_ref()) && !name.contains(".min.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_made_may_be_long() {
        assert!(is_written(Path::new("crates/collector/assets/page.js")));
        for made in [
            "assets/charts.min.js",
            "tests/golden/event.json",
            "tests/a.snap",
            "LICENSE",
        ] {
            assert!(!is_written(Path::new(made)), "{made}");
        }
    }
}
