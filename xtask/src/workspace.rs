//! Where things are: the root of the repository, its files, and the target folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// Folders that hold what was made, not written.
const NOT_SOURCES: [&str; 4] = [".git", ".venv", "__pycache__", "node_modules"];

/// The repository that is worked on.
pub(crate) struct Workspace {
    /// The folder of the root Cargo.toml.
    pub(crate) root: PathBuf,
    /// Whether this is a run of the automatic checks (`CI=true`), where nothing may be skipped.
    pub(crate) strict: bool,
}

impl Workspace {
    /// The repository that this program belongs to.
    pub(crate) fn find() -> Result<Workspace, String> {
        // Cargo sets the variable for `cargo run` and for tests. What was compiled in may name another clone that
        // shares the target folder.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().ok_or_else(|| {
            format!(
                "{} has no parent folder; run this as `cargo xtask`",
                manifest.display()
            )
        })?;
        let strict = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        Ok(Workspace {
            root: root.to_owned(),
            strict,
        })
    }

    /// A call of Cargo in the root. A strict run does not let it change Cargo.lock.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).args(arguments);
        if self.strict {
            command.arg("--locked");
        }
        command
    }

    /// The folder for everything built. It is Cargo's to say: flags, variables and configuration files all decide.
    pub(crate) fn target(&self) -> Result<PathBuf, String> {
        let metadata = process::output(&mut self.cargo(&["metadata", "--no-deps", "--format-version=1"]))?;
        json_text(&metadata, "target_directory")
            .map(PathBuf::from)
            .ok_or_else(|| "`cargo metadata` names no target_directory; is Cargo too old?".to_owned())
    }

    /// Every file below `folder` (relative to the root) that somebody wrote, sorted by path.
    pub(crate) fn files(&self, folder: &str) -> Result<Vec<PathBuf>, String> {
        let mut found = Vec::new();
        collect(&self.root.join(folder), &mut found)?;
        found.sort();
        Ok(found)
    }

    /// The path as a reader of a message wants it: relative to the root.
    pub(crate) fn short<'path>(&self, path: &'path Path) -> std::path::Display<'path> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// Walks down from `folder`; a folder that does not exist is empty.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    // Cargo marks its target folders so, wherever they are.
    if !folder.is_dir() || folder.join("CACHEDIR.TAG").exists() {
        return Ok(());
    }
    let unreadable = |error: std::io::Error| format!("cannot read the folder {}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_made = path
            .file_name()
            .and_then(OsStr::to_str)
            .is_some_and(|name| NOT_SOURCES.contains(&name));
        // A link is a second name of a file that is found, or not ours.
        if is_made || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// The text of the first `"key":"…"` in compact JSON. Enough for a path, where only backslash and quote are escaped.
fn json_text(json: &str, key: &str) -> Option<String> {
    let start = json.find(&format!("\"{key}\":\""))? + key.len() + 4;
    let mut text = String::new();
    let mut characters = json[start..].chars();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '\\' => text.push(characters.next()?),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_out_of_json() {
        let json = r#"{"version":1,"target_directory":"C:\\a b\\\"t\"","resolve":null}"#;
        assert_eq!(
            json_text(json, "target_directory").as_deref(),
            Some("C:\\a b\\\"t\"")
        );
        assert_eq!(json_text(json, "workspace_root"), None);
        assert_eq!(
            json_text(r#"{"target_directory":"cut of"#, "target_directory"),
            None
        );
    }

    #[test]
    fn the_root_holds_the_manifest_of_the_workspace() {
        let workspace = Workspace::find().unwrap();
        assert!(workspace.root.join("Cargo.toml").is_file());
        assert!(
            workspace
                .files("xtask")
                .unwrap()
                .contains(&workspace.root.join("xtask/src/main.rs"))
        );
        assert!(workspace.files("no-such-folder").unwrap().is_empty());
    }
}
