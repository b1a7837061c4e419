//! What our papers point at is there.
//!
//! Checked are inline links, `[text](target)`, whose target is a path. Addresses of the web are not asked: whether
//! they answer is not ours to keep.

use std::ffi::OsStr;
use std::path::{Component, Path};

use super::{Rule, read};
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    asks: "A relative link in a Markdown file points at a file of the repository.",
    because: "a reader who follows a dead link trusts the rest of the page less.",
    broken,
};

fn broken(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut places = Vec::new();
    for path in workspace.files("")? {
        if path.extension() != Some(OsStr::new("md")) {
            continue;
        }
        let folder = path.parent().unwrap_or(&workspace.root);
        let depth = folder
            .strip_prefix(&workspace.root)
            .map_or(0, |folder| folder.iter().count());
        for (line, target) in relative_links(&read(workspace, &path)?) {
            let fault = if leaves(&target, depth) {
                "leaves the repository"
            } else if folder.join(&target).exists() {
                continue;
            } else {
                "does not exist"
            };
            places.push(format!("{}:{line}: {target} {fault}", workspace.short(&path)));
        }
    }
    Ok(places)
}

/// The relative targets in this Markdown, without fragments, each with its line (from 1).
fn relative_links(markdown: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut in_code = false;
    for (index, line) in markdown.lines().enumerate() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        let prose = without_code_spans(line);
        for after in prose.split("](").skip(1) {
            // A title may follow the target: [text](target "title").
            let target = after.split([')', ' ']).next().unwrap_or_default();
            let target = target.split('#').next().unwrap_or_default();
            let is_address = target.contains("://") || target.starts_with("mailto:");
            if !target.is_empty() && !is_address {
                links.push((index + 1, target.to_owned()));
            }
        }
    }
    links
}

/// The line without what stands between backticks.
fn without_code_spans(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

/// Whether this target, seen from a folder so deep below the root, climbs out of it.
fn leaves(target: &str, depth: usize) -> bool {
    let mut depth = depth;
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_targets_in_prose_are_links() {
        let markdown = "See [the map](ARCHITECTURE.md#code-map), [us](https://example.com/a) and [below](#words).\n\
                        ```\n[not](this.md)\n```\n\
                        `[nor](that.md)` but [two](docs/a.md \"A\") [links](b.md)\n";
        let links = relative_links(markdown);
        let expected = [(1, "ARCHITECTURE.md"), (5, "docs/a.md"), (5, "b.md")];
        assert_eq!(links, expected.map(|(line, target)| (line, target.to_owned())));
    }

    #[test]
    fn a_link_may_climb_to_the_root_and_no_higher() {
        assert!(!leaves("../../README.md", 2));
        assert!(leaves("../../../README.md", 2));
        assert!(leaves("docs/../../README.md", 0));
        assert!(leaves("/etc/hosts", 0));
    }
}
