//! Who and where we are: what a record says of its sender.

use std::process::{Command, Stdio};

use crate::environment::Environment;

/// The name of this machine; `localhost` where it has none.
pub(crate) fn host_name(environment: Environment<'_>) -> String {
    ["/proc/sys/kernel/hostname", "/etc/hostname"]
        .iter()
        .find_map(|path| one_line(&std::fs::read(path).ok()?))
        .or_else(|| {
            ["HOSTNAME", "COMPUTERNAME"]
                .iter()
                .find_map(|name| one_line(environment(name)?.as_encoded_bytes()))
        })
        .or_else(asked)
        .unwrap_or_else(|| "localhost".to_owned())
}

/// The name of the user; none where the environment does not tell.
pub(crate) fn user_name(environment: Environment<'_>) -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| one_line(environment(name)?.as_encoded_bytes()))
}

/// Systems without a file for it have a program.
fn asked() -> Option<String> {
    let output = Command::new("uname")
        .arg("-n")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    one_line(&output.stdout)
}

fn one_line(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(one_line(b"web1\n").as_deref(), Some("web1"));
        assert_eq!(one_line(b"  \nweb1"), None);
        assert_eq!(one_line(b""), None);
    }

    #[test]
    fn the_user_is_who_the_environment_says() {
        let environment = |name: &str| (name == "LOGNAME").then(|| "ada".into());
        assert_eq!(user_name(&environment).as_deref(), Some("ada"));
        assert_eq!(user_name(&|_| None), None);
        assert!(!host_name(&|_| None).is_empty());
    }
}
