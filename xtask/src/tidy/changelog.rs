//! The changelog has a place for the next line.

use super::{Rule, read};
use crate::workspace::Workspace;

pub(super) const RULE: Rule = Rule {
    asks: "CHANGELOG.md has a section `## Unreleased`.",
    because: "who changes what a user sees should find the place to say so.",
    broken,
};

fn broken(workspace: &Workspace) -> Result<Vec<String>, String> {
    let path = workspace.root.join("CHANGELOG.md");
    if !path.is_file() {
        return Ok(vec!["CHANGELOG.md: there is no such file".to_owned()]);
    }
    if has_unreleased(&read(workspace, &path)?) {
        return Ok(Vec::new());
    }
    Ok(vec!["CHANGELOG.md: no such heading".to_owned()])
}

/// Whether a heading of the second level is `Unreleased`, bare or as a link.
fn has_unreleased(text: &str) -> bool {
    let mut headings = text.lines().filter_map(|line| line.strip_prefix("## "));
    headings.any(|heading| {
        heading
            .trim()
            .trim_matches(['[', ']'])
            .eq_ignore_ascii_case("unreleased")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heading_is_found_in_its_spellings() {
        assert!(has_unreleased("# Changelog\n\n## Unreleased\n"));
        assert!(has_unreleased("## [Unreleased]\n"));
        for without in ["# Unreleased\n", "## 0.1.0\n", "All is Unreleased\n"] {
            assert!(!has_unreleased(without), "{without:?}");
        }
    }
}
