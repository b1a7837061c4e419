//! Addresses of brokers as users write them, and what they must not give away.

use super::*;

#[test]
fn what_is_behind_the_host_is_the_topic() {
    for (address, shown) in [
        ("mqtt://broker/a", "mqtt://broker:1883/a"),
        ("MQTTS://broker/#", "mqtts://broker:8883/#"),
        ("mqtt://10.0.0.1:1884/plant/+/alarm?x=#", ""),
        (
            "mqtt://10.0.0.1:1884/plant/+/alarm?x",
            "mqtt://10.0.0.1:1884/plant/+/alarm?x",
        ),
        ("mqtt://[::1]:7/a b/%41", "mqtt://[::1]:7/a b/%41"),
        ("mqtt://[::1]//a", "mqtt://[::1]:1883//a"),
        ("mqtt://broker/$share/g/a/#", "mqtt://broker:1883/$share/g/a/#"),
        ("mqtt://broker/$SYS/#", "mqtt://broker:1883/$SYS/#"),
        ("mqtt://@broker/me@example/x", "mqtt://broker:1883/me@example/x"),
        ("mqtt://broker/x/me@example", "mqtt://broker:1883/x/me@example"),
    ] {
        let found = Subscription::parse(address);
        if shown.is_empty() {
            assert!(found.is_err(), "{address}");
        } else {
            assert_eq!(found.unwrap().to_string(), shown, "{address}");
        }
    }
}

#[test]
fn user_name_and_password_are_read_and_not_shown() {
    let of = |address: &str| {
        let found = Subscription::parse(address).unwrap();
        let shown = format!("{found} {found:?} {}", found.key());
        assert!(!shown.contains("canary"), "{shown}");
        (found.user_name, found.password)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(of("mqtt://u:canary@b/t"), (some("u"), some("canary")));
    assert_eq!(
        of("mqtt://u:canary%2F%40%3a%c3%bc@b/t"),
        (some("u"), some("canary/@:ü"))
    );
    assert_eq!(of("mqtt://u:c@canary@b/t"), (some("u"), some("c@canary")));
    assert_eq!(of("mqtt://:canary@b/t"), (some(""), some("canary")));
    assert_eq!(of("mqtt://u@b/t"), (some("u"), None));
    assert_eq!(of("mqtt://b/t"), (None, None));
}

#[test]
fn credentials_of_the_address_count_before_others() {
    let with = |address: &str, user: Option<&str>, password: Option<&str>| {
        let found = Subscription::parse(address)
            .unwrap()
            .or_credentials(user, password);
        (
            found.user_name.unwrap_or_default(),
            found.password.unwrap_or_default(),
        )
    };
    let pair = |user: &str, password: &str| (user.to_owned(), password.to_owned());
    assert_eq!(with("mqtt://b/t", Some("u"), Some("p")), pair("u", "p"));
    assert_eq!(with("mqtt://v:q@b/t", Some("u"), Some("p")), pair("v", "q"));
    assert_eq!(with("mqtt://v@b/t", Some("u"), Some("p")), pair("v", ""));
    assert_eq!(with("mqtt://b/t", None, Some("p")), pair("", "p"));
}

#[test]
fn what_is_none_is_told_apart_and_never_repeated() {
    use SubscriptionError as E;
    for (address, error) in [
        ("", E::Scheme),
        ("broker/canary", E::Scheme),
        ("http://u:canary@broker/t", E::Scheme),
        ("mqtt://broker", E::NoTopic),
        ("mqtt://broker/", E::NoTopic),
        ("mqtt://broker/$share/g/", E::NoTopic),
        ("mqtt:///canary", E::Host),
        ("mqtt://bro ker/t", E::Host),
        ("mqtt://[::1/t", E::Host),
        ("mqtt://[::1]x/t", E::Host),
        ("mqtt://broker:0/t", E::Port),
        ("mqtt://broker:canary/t", E::Port),
        ("mqtt://u:70000/t", E::Port),
        ("mqtt://u:12/canary@broker/t", E::Ambiguous),
        ("mqtt://u:%canary@broker/t", E::Escape),
        ("mqtt://u:%ff@broker/t", E::Escape),
        ("mqtt://u:%00@broker/t", E::Escape),
    ] {
        let found = Subscription::parse(address).unwrap_err();
        assert_eq!(found, error, "{address}");
        assert!(!found.to_string().contains("canary"), "{found}");
    }
    for filter in [
        "a+",
        "a/#/b",
        "#a",
        "a#",
        "$share/g",
        "$share//a",
        "$share/+/a",
        "a\nb",
    ] {
        let found = Subscription::parse(&format!("mqtt://broker/{filter}"));
        assert!(matches!(found, Err(E::Filter(_))), "{filter}: {found:?}");
    }
}
