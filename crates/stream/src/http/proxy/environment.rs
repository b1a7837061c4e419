//! What the environment says about proxies, as curl and Python's requests read it.
//!
//! * `https_proxy` or `HTTPS_PROXY` for `https:`, `http_proxy` or `HTTP_PROXY` for `http:`, and for both `all_proxy`
//!   or `ALL_PROXY`; the first that is not empty. `no_proxy` or `NO_PROXY` lists [exceptions](super::exceptions).
//! * A CGI program finds the request header `Proxy` in `HTTP_PROXY`, written by whoever calls: there, where
//!   `REQUEST_METHOD` is set, only the lower-case name counts.
//! * What stays on this machine goes through no proxy of the environment's.

use super::exceptions::is_excepted;
use super::{Proxy, Route};
use crate::http::endpoint::Endpoint;

/// The way to this server, where `variable` reads the environment.
pub(super) fn route(endpoint: &Endpoint, variable: &dyn Fn(&str) -> Option<String>) -> Route {
    let set = |name: &&str| variable(name).is_some_and(|value| !value.trim().is_empty());
    let names: &[&str] = match (endpoint.secure, set(&"REQUEST_METHOD")) {
        (true, _) => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
        (false, false) => &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
        (false, true) => &["http_proxy", "all_proxy", "ALL_PROXY"],
    };
    let Some(name) = names.iter().find(|name| set(name)) else {
        return Route::Direct;
    };
    let exceptions = ["no_proxy", "NO_PROXY"].iter().find(|name| set(name));
    let exceptions = exceptions.and_then(|name| variable(name)).unwrap_or_default();
    if endpoint.place.is_loopback() || is_excepted(&endpoint.place, &exceptions) {
        return Route::Direct;
    }
    match variable(name).unwrap_or_default().parse::<Proxy>() {
        Ok(proxy) => Route::Through(proxy),
        Err(error) => Route::Blocked(format!(
            "{name} names a proxy that cannot be used: {error}, or except {} by NO_PROXY",
            endpoint.place.host
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way to `url`: the proxy, the problem, or nothing.
    fn way(url: &str, variables: &[(&str, &str)]) -> String {
        let endpoint = Endpoint::parse(url).unwrap();
        let variable = |name: &str| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        match route(&endpoint, &variable) {
            Route::Direct => String::new(),
            Route::Through(proxy) => proxy.to_string(),
            Route::Blocked(why) => why,
        }
    }

    const A: &str = "http://a.example:1";
    const B: &str = "http://b.example:2";

    #[test]
    fn each_scheme_has_its_variable() {
        let (secure, plain) = ("https://records.example", "http://records.example");
        assert_eq!(way(secure, &[]), "");
        assert_eq!(way(secure, &[("HTTPS_PROXY", A), ("HTTP_PROXY", B)]), A);
        assert_eq!(way(secure, &[("https_proxy", B), ("HTTPS_PROXY", A)]), B);
        assert_eq!(way(secure, &[("https_proxy", ""), ("HTTPS_PROXY", A)]), A);
        assert_eq!(way(secure, &[("HTTP_PROXY", A), ("http_proxy", A)]), "");
        assert_eq!(way(plain, &[("HTTP_PROXY", A)]), A);
        assert_eq!(way(plain, &[("HTTPS_PROXY", A)]), "");
        for url in [secure, plain] {
            assert_eq!(way(url, &[("ALL_PROXY", A)]), A);
            assert_eq!(way(url, &[("all_proxy", B), ("ALL_PROXY", A)]), B);
        }
    }

    #[test]
    fn no_caller_of_a_cgi_program_names_the_proxy() {
        let cgi = ("REQUEST_METHOD", "POST");
        assert_eq!(way("http://records.example", &[cgi, ("HTTP_PROXY", A)]), "");
        assert_eq!(way("http://records.example", &[cgi, ("http_proxy", A)]), A);
        assert_eq!(way("https://records.example", &[cgi, ("HTTPS_PROXY", A)]), A);
    }

    #[test]
    fn this_machine_and_exceptions_are_reached_directly() {
        let all = ("ALL_PROXY", A);
        for url in [
            "http://localhost:6580",
            "https://127.0.0.1",
            "http://[::1]:1",
            "http://a.localhost",
        ] {
            assert_eq!(way(url, &[all]), "", "{url}");
        }
        let url = "https://records.example";
        assert_eq!(way(url, &[all, ("NO_PROXY", "x, .example")]), "");
        assert_eq!(way(url, &[all, ("no_proxy", "x"), ("NO_PROXY", "*")]), A);
    }

    #[test]
    fn what_cannot_be_used_is_no_reason_to_go_without() {
        for (value, words) in [
            ("socks5://user:canary@p.example:1", "SOCKS"),
            ("https://user:canary@p.example", "https://"),
            ("http://user:canary@", "not a URL"),
        ] {
            let problem = way("https://records.example", &[("ALL_PROXY", value)]);
            for word in ["ALL_PROXY", words, "NO_PROXY", "records.example"] {
                assert!(problem.contains(word), "{problem}");
            }
            assert!(!problem.contains("canary"), "{problem}");
        }
    }
}
