//! Every module begins by saying what it is.

use std::ffi::OsStr;
use std::path::Path;

use super::{Rule, read};
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    asks: "Every Rust file below a src folder opens with a `//!` line.",
    because: "a reader who opens a room should be told first which room it is.",
    broken,
};

fn broken(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut places = Vec::new();
    for path in workspace.files("")? {
        if is_module(&path) && !opens_with_docs(&read(workspace, &path)?) {
            places.push(workspace.short(&path).to_string());
        }
    }
    Ok(places)
}

/// A Rust file of a crate; tests and build scripts stand outside `src`.
fn is_module(path: &Path) -> bool {
    let is_rust = path.extension() == Some(OsStr::new("rs"));
    is_rust && path.iter().any(|part| part == "src")
}

/// Whether the first line is a doc line with something in it.
fn opens_with_docs(text: &str) -> bool {
    text.lines()
        .next()
        .and_then(|line| line.strip_prefix("//!"))
        .is_some_and(|docs| !docs.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_doc_line_at_the_top_counts() {
        assert!(opens_with_docs("//! What it is.\n"));
        for wrong in [
            "",
            "//!\n",
            "// What it is.\n",
            "\n//! What it is.\n",
            "use std::io;\n//! Too late.\n",
        ] {
            assert!(!opens_with_docs(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn tests_and_scripts_are_not_modules() {
        assert!(is_module(Path::new("crates/model/src/event.rs")));
        for other in [
            "crates/model/tests/golden.rs",
            "crates/cli/build.rs",
            "python/src/notes.md",
        ] {
            assert!(!is_module(Path::new(other)), "{other}");
        }
    }
}
