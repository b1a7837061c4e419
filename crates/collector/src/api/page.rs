//! The page at `/` and its files below `/assets/`, out of the binary.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const ICON: &str = "image/svg+xml";

/// A file below `/assets/`.
struct Asset {
    /// As it is asked for, and as it is called in the folder `assets` of this crate.
    path: &'static str,
    kind: &'static str,
    text: &'static str,
}

const FAVICON: Asset = Asset {
    path: "favicon.svg",
    kind: ICON,
    text: include_str!("../../assets/favicon.svg"),
};

/// All that is served. A script imports none but scripts above it: so data flows one way, and never in a circle.
const ASSETS: &[Asset] = &[
    FAVICON,
    Asset {
        path: "app.css",
        kind: CSS,
        text: include_str!("../../assets/app.css"),
    },
    script("text.js", include_str!("../../assets/text.js")),
    script("dom.js", include_str!("../../assets/dom.js")),
    script("format.js", include_str!("../../assets/format.js")),
    script("values.js", include_str!("../../assets/values.js")),
    script("token.js", include_str!("../../assets/token.js")),
    script("token-form.js", include_str!("../../assets/token-form.js")),
    script("items.js", include_str!("../../assets/items.js")),
    script("api.js", include_str!("../../assets/api.js")),
    script("detail/fields.js", include_str!("../../assets/detail/fields.js")),
    script("detail/panel.js", include_str!("../../assets/detail/panel.js")),
    script("query/result.js", include_str!("../../assets/query/result.js")),
    script("query/view.js", include_str!("../../assets/query/view.js")),
    script("live/feed.js", include_str!("../../assets/live/feed.js")),
    script("live/stored.js", include_str!("../../assets/live/stored.js")),
    script("live/catch-up.js", include_str!("../../assets/live/catch-up.js")),
    script("live/journal.js", include_str!("../../assets/live/journal.js")),
    script("live/pace.js", include_str!("../../assets/live/pace.js")),
    script("live/filter.js", include_str!("../../assets/live/filter.js")),
    script("live/rows.js", include_str!("../../assets/live/rows.js")),
    script("live/cursor.js", include_str!("../../assets/live/cursor.js")),
    script("live/counters.js", include_str!("../../assets/live/counters.js")),
    script("live/list.js", include_str!("../../assets/live/list.js")),
    script("live/status.js", include_str!("../../assets/live/status.js")),
    script("live/view.js", include_str!("../../assets/live/view.js")),
    script("views.js", include_str!("../../assets/views.js")),
    script("commands.js", include_str!("../../assets/commands.js")),
    script("main.js", include_str!("../../assets/main.js")),
];

const fn script(path: &'static str, text: &'static str) -> Asset {
    Asset {
        path,
        kind: SCRIPT,
        text,
    }
}

pub(super) async fn index() -> Response {
    answer(HTML, include_str!("../../assets/index.html"))
}

/// For browsers that ask for an icon without having read the page.
pub(super) async fn favicon() -> Response {
    answer(FAVICON.kind, FAVICON.text)
}

/// Looks the path up in a table: no file of the disk can be asked for.
pub(super) async fn asset(Path(path): Path<String>) -> Response {
    match ASSETS.iter().find(|asset| asset.path == path) {
        Some(asset) => answer(asset.kind, asset.text),
        None => (StatusCode::NOT_FOUND, "the page has no such file\n").into_response(),
    }
}

fn answer(kind: &'static str, text: &'static str) -> Response {
    let fields = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        // Its files belong together: after an update none of the former ones may be used.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (fields, text).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::{ASSETS, SCRIPT};

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")
    }

    /// The files in a folder and below.
    fn files_in(folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files.extend(files_in(&path));
            } else {
                files.push(path);
            }
        }
        files
    }

    /// Where an import leads that stands in the file at `path`.
    fn led_to(path: &str, import: &str) -> String {
        let mut parts: Vec<&str> = path.split('/').collect();
        parts.pop();
        for part in import.split('/') {
            match part {
                "." => {}
                ".." => drop(parts.pop()),
                name => parts.push(name),
            }
        }
        parts.join("/")
    }

    #[test]
    fn every_file_is_served_as_what_it_is() {
        let served: BTreeSet<PathBuf> = ASSETS.iter().map(|asset| folder().join(asset.path)).collect();
        let page = folder().join("index.html");
        let written = files_in(&folder())
            .into_iter()
            .filter(|path| *path != page)
            .collect();
        assert_eq!(served, written);
        for asset in ASSETS {
            let text = std::fs::read_to_string(folder().join(asset.path)).unwrap();
            assert_eq!(asset.text, text, "{}", asset.path);
            assert_eq!(
                asset.path.ends_with(".js"),
                asset.kind == SCRIPT,
                "{}",
                asset.path
            );
        }
    }

    #[test]
    fn scripts_import_from_above_and_say_what_they_are() {
        let mut above = BTreeSet::new();
        for script in ASSETS.iter().filter(|asset| asset.kind == SCRIPT) {
            assert!(script.text.starts_with("/*\n * "), "{}", script.path);
            for line in script.text.lines().filter(|line| line.starts_with("import ")) {
                let import = line.split('"').nth(1).unwrap();
                let path = led_to(script.path, import);
                assert!(above.contains(&path), "{}: {line}", script.path);
            }
            above.insert(script.path.to_owned());
        }
    }
}
