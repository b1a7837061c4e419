//! `tidy`: the house rules that no compiler checks. A rule says why it exists to whoever breaks it.
//!
//! The unit test below checks this very tree, so `cargo test` keeps the rules too.

mod changelog;
mod file_length;
mod markdown_links;
mod module_docs;

use crate::workspace::Workspace;

/// One rule: what it asks, why, and how to find what breaks it.
struct Rule {
    asks: &'static str,
    because: &'static str,
    /// One line for each place that breaks the rule; it begins with the path.
    broken: fn(&Workspace) -> Result<Vec<String>, String>,
}

const RULES: &[Rule] = &[
    module_docs::RULE,
    file_length::RULE,
    markdown_links::RULE,
    changelog::RULE,
];

/// Checks every rule and prints what breaks it.
pub(crate) fn run(workspace: &Workspace, _arguments: &[String]) -> Result<(), String> {
    let findings = findings(workspace)?;
    if findings.is_empty() {
        println!("tidy: {} rules kept", RULES.len());
        return Ok(());
    }
    Err(findings)
}

/// What breaks the rules, rule by rule, each with its reason; empty where all is well.
fn findings(workspace: &Workspace) -> Result<String, String> {
    let mut text = String::new();
    for rule in RULES {
        let broken = (rule.broken)(workspace)?;
        if !broken.is_empty() {
            text.push_str(&format!("{}\n  because {}\n", rule.asks, rule.because));
            broken
                .iter()
                .for_each(|place| text.push_str(&format!("    {place}\n")));
        }
    }
    Ok(text)
}

/// The text of a source file.
fn read(workspace: &Workspace, path: &std::path::Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", workspace.short(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_repository_is_tidy() {
        let findings = findings(&Workspace::find().unwrap()).unwrap();
        assert!(findings.is_empty(), "\n{findings}");
    }
}
