//! Which paths take records, and what each says of them.

use tnt4_model::PathHint;

/// What this path says of a record; `None` where it takes none. Case and a slash at the end do not count.
pub(crate) fn hint_of(path: &str) -> Option<PathHint> {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.trim_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let item = if first.eq_ignore_ascii_case("jesl") {
        rest
    } else {
        path
    };
    let hints = [
        ("", PathHint::Any),
        ("event", PathHint::Event),
        ("activity", PathHint::Activity),
        ("snapshot", PathHint::Snapshot),
        ("log", PathHint::Log),
        ("dataset", PathHint::Dataset),
    ];
    hints
        .into_iter()
        .find(|(word, _)| item.eq_ignore_ascii_case(word))
        .map(|(_, hint)| hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_path_takes_records() {
        let cases = [
            ("/", PathHint::Any),
            ("", PathHint::Any),
            ("/JESL", PathHint::Any),
            ("/jesl/", PathHint::Any),
            ("/event", PathHint::Event),
            ("/Event/", PathHint::Event),
            ("/JESL/event", PathHint::Event),
            ("/jesl/activity", PathHint::Activity),
            ("/snapshot", PathHint::Snapshot),
            ("/log?x=/y", PathHint::Log),
            ("/Jesl/dataset", PathHint::Dataset),
        ];
        for (path, hint) in cases {
            assert_eq!(hint_of(path), Some(hint), "{path}");
        }
    }

    #[test]
    fn no_other_path_does() {
        for path in [
            "/events",
            "/jesl/event/x",
            "/jkool-service/jkql",
            "/event/jesl",
            "/app.js",
        ] {
            assert_eq!(hint_of(path), None, "{path}");
        }
    }
}
