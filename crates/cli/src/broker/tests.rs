//! Where user name and password come from, and that neither is repeated.

use super::*;

fn none(_: &str) -> Option<OsString> {
    None
}

fn both(name: &str) -> Option<OsString> {
    match name {
        "TNT4_MQTT_USER" => Some("variable".into()),
        "TNT4_MQTT_PASSWORD" => Some("from-variable".into()),
        _ => None,
    }
}

fn values(values: &[&str]) -> Vec<OsString> {
    values.iter().map(OsString::from).collect()
}

/// The settings as `Debug` shows them: with the user name, and the password where it is short as stars.
fn found(mqtt: &[&str], args: &LoginArgs, environment: Environment<'_>, input: &str) -> String {
    let mqtt = values(mqtt);
    let given = Given::of(&mqtt).unwrap();
    let settings = introduce(Mqtt::new(), given.as_ref(), args, environment, input.as_bytes());
    format!("{:?}", settings.unwrap())
}

#[test]
fn options_count_before_the_environment() {
    let by_name = LoginArgs {
        mqtt_user: Some("option".to_owned()),
        ..LoginArgs::default()
    };
    let has = |shown: &str, user: &str, password: bool| {
        let user = format!("user_name: {user}");
        shown.contains(&user) && shown.contains("password: None") != password
    };
    let nothing = LoginArgs::default();
    assert!(has(&found(&["b"], &nothing, &none, ""), "None", false));
    assert!(has(
        &found(&["b"], &nothing, &both, ""),
        "Some(\"variable\")",
        true
    ));
    assert!(has(&found(&["b"], &by_name, &both, ""), "Some(\"option\")", true));
    assert!(has(
        &found(&["b"], &by_name, &none, ""),
        "Some(\"option\")",
        false
    ));
    assert!(has(
        &found(&["b", "u", "p"], &nothing, &both, ""),
        "Some(\"u\")",
        true
    ));
    assert!(has(
        &found(&["b", "u", "-"], &nothing, &none, "secret\r\n"),
        "Some(\"u\")",
        true
    ));
    assert!(has(&found(&["b", "", ""], &nothing, &both, ""), "None", false));
}

#[test]
fn what_is_wrong_is_said_without_secrets() {
    let refused = |mqtt: &[&str], args: &LoginArgs, input: &str| {
        let mqtt = values(mqtt);
        let outcome = Given::of(&mqtt)
            .and_then(|given| introduce(Mqtt::new(), given.as_ref(), args, &none, input.as_bytes()));
        let failure = outcome
            .err()
            .map(|failure| failure.to_string())
            .unwrap_or_default();
        assert!(!failure.contains("canary"), "{failure}");
        failure
    };
    let nothing = LoginArgs::default();
    assert!(refused(&["b", "canary"], &nothing, "").contains("in front of it"));
    assert!(refused(&["b", "", "canary"], &nothing, "").contains("user name"));
    assert!(refused(&["b", "u", "canary\n"], &nothing, "").contains("the password contains"));
    assert!(refused(&["b", "u", "-"], &nothing, "\n").contains("the password is empty"));
    let nowhere = LoginArgs {
        mqtt_password_file: Some("/nowhere/password".into()),
        ..LoginArgs::default()
    };
    assert!(refused(&["b"], &nowhere, "").contains("/nowhere/password"));
}

#[test]
fn brokers_are_known_by_their_schemes() {
    for address in [
        "mqtt://h",
        " MQTTS://h",
        "tcp://h",
        "ssl://h",
        "ws://h",
        "wss://h",
    ] {
        assert!(Mqtt::is_named_by(address), "{address}");
    }
    for address in ["https://h", "h", "h:1883", "mqtt:h", ""] {
        assert!(!Mqtt::is_named_by(address), "{address}");
    }
}
