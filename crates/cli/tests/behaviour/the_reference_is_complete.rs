//! The whole reference of the command as its users read it: a change to it is a change to review.

use crate::support::run;

#[test]
fn every_command_is_described() {
    let mut reference = String::new();
    for command in [
        "",
        "send",
        "query",
        "serve",
        "spool",
        "spool ls",
        "spool verify",
        "spool export",
        "spool repair",
        "spool replay",
        "doctor",
        "demo",
    ] {
        let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let ended = run(&args);
        ended.assert_code(0);
        assert_eq!(ended.err, "");
        let lines: Vec<&str> = ended.out.lines().map(str::trim_end).collect();
        reference.push_str(&format!("$ tnt4 {}\n\n{}\n\n", args.join(" "), lines.join("\n")));
    }
    insta::assert_snapshot!(reference);
}

#[test]
fn the_version_is_that_of_the_package() {
    let ended = run(&["--version"]);
    ended.assert_code(0);
    assert_eq!(ended.out, format!("tnt4 {}\n", env!("CARGO_PKG_VERSION")));
}
