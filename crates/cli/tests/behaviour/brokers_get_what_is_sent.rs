//! `tnt4 send --mqtt` ends with 0 when the broker has acknowledged everything, and says otherwise why not.
//!
//! Where mosquitto is not installed, the stories with a real broker say so and are not told.

use std::io::Write as _;
use std::process::Command;

use serde_json::Value;

use crate::broker::{Act, Broker, PUBACK, Packet, ack_with, connack, connack_with, polite};
use crate::mosquitto::Mosquitto;
use crate::support::{Collector, nobody, run, run_with_input, server, tnt4};
use crate::tls::fixture;

/// Topic and JSON of each message.
fn messages(broker: &Broker) -> Vec<(String, Value)> {
    let messages = broker.messages().into_iter();
    messages
        .map(|(_, message)| {
            let item = serde_json::from_str(&message.payload).expect("JSON");
            (message.topic, item)
        })
        .collect()
}

/// A broker's address on which something else than TLS is spoken.
fn nobody_speaks_tls() -> String {
    let address = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    format!("mqtts://{address}")
}

/// Host and port alone.
fn place(broker: &Broker) -> String {
    broker.url().replace("mqtt://", "")
}

#[test]
fn the_original_command_line_does_what_it_did() {
    let broker = Broker::polite();
    let place = place(&broker);
    run(&[
        "send",
        "hello",
        "--mqtt",
        &place,
        "name",
        "word",
        "--topic",
        "python/streams",
    ])
    .assert_code(0);
    run(&["send", "--mqtt", &place, "", "", "hello"]).assert_code(0);
    let sent: Vec<(String, Value)> = messages(&broker);
    let topics: Vec<&str> = sent.iter().map(|(topic, _)| topic.as_str()).collect();
    assert_eq!(topics, ["python/streams", "tnt4py"]);
    assert!(
        sent.iter().all(|(_, item)| item["msg-text"] == "hello"),
        "{sent:?}"
    );
    let who: Vec<_> = broker
        .clients()
        .into_iter()
        .map(|client| (client.user, client.password))
        .collect();
    assert_eq!(
        who,
        [(Some("name".to_owned()), Some("word".to_owned())), (None, None)]
    );
}

#[test]
fn an_address_and_a_password_may_come_in_other_ways() {
    let broker = Broker::polite();
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"of the file\n").expect("written");
    let file = file.path().to_str().expect("UTF-8");
    let by_user = ["send", "hello", "--url", &broker.url(), "--mqtt-user", "name"];
    run(&[&by_user[..], &["--mqtt-password-file", file]].concat()).assert_code(0);
    run_with_input(
        &[&by_user[..], &["--mqtt-password-file", "-"]].concat(),
        b"of the input\n",
    )
    .assert_code(0);
    tnt4(&by_user)
        .with(|command| _ = command.env("TNT4_MQTT_PASSWORD", "of the variable"))
        .run()
        .assert_code(0);
    run_with_input(
        &["send", "hello", "--mqtt", &place(&broker), "name", "-"],
        b"of the input",
    )
    .assert_code(0);
    let passwords: Vec<_> = broker
        .clients()
        .into_iter()
        .filter_map(|client| client.password)
        .collect();
    assert_eq!(
        passwords,
        ["of the file", "of the input", "of the variable", "of the input"]
    );
}

#[test]
fn lines_go_as_they_are_where_that_is_wanted() {
    let broker = Broker::polite();
    let ended = run_with_input(
        &["send", "-", "--mqtt", &place(&broker), "--raw", "-t", "a/b"],
        b"x \"y\"\n\n{}\n",
    );
    ended.assert_code(0);
    assert!(
        ended.err.contains("3 lines acknowledged by mqtt://127.0.0.1:"),
        "{ended:?}"
    );
    assert_eq!(broker.payloads(), ["x \"y\"", "", "{}"]);
    let long = vec![b'x'; (1 << 20) + 1];
    let ended = run_with_input(&["send", "-", "--mqtt", &place(&broker), "--raw"], &long);
    ended
        .assert_code(1)
        .assert_complained("not acknowledged, 1 too large");
}

#[test]
fn without_acknowledgements_nothing_is_said_to_be_acknowledged() {
    let broker = Broker::polite();
    let ended = run(&["send", "hello", "--mqtt", &place(&broker), "--qos", "0"]);
    ended.assert_code(0);
    assert!(
        ended.err.contains("1 event sent to") && !ended.err.contains("acknowledged by"),
        "{ended:?}"
    );
    broker.wait_until("it has come", |seen| {
        seen.iter()
            .any(|seen| matches!(&seen.packet, Packet::Publish(message) if message.qos == 0))
    });
    // "Maximum QoS: 0", where 1 is wanted.
    let poor = Broker::start(|seen| match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(connack_with(seen.level, false, 0, &[0x24, 0]))],
        _ => polite(seen),
    });
    run(&["send", "hello", "--url", &poor.url(), "--timeout", "1"])
        .assert_code(1)
        .assert_complained("no more than QoS 0");
    assert_eq!(poor.payloads().len(), 0);
}

#[test]
fn exit_codes_tell_why() {
    let refusing = Broker::start(|seen| match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(connack(seen.level, false, 0x86)), Act::Close],
        _ => Vec::new(),
    });
    let ended = run(&["send", "x", "--mqtt", &place(&refusing), "name", "canary-word"]);
    ended
        .assert_code(3)
        .assert_complained("check user name and password");
    assert!(!format!("{ended:?}").contains("canary"));
    let rejecting = Broker::start(|seen| match &seen.packet {
        Packet::Publish(message) => vec![Act::Send(ack_with(PUBACK, message.id, 0x90))],
        _ => polite(seen),
    });
    run(&["send", "x", "--url", &rejecting.url()])
        .assert_code(1)
        .assert_complained("topic name invalid");
    let nobody = nobody().replace("http", "mqtt");
    run(&["send", "x", "--url", &nobody, "--timeout", "1"])
        .assert_code(4)
        .assert_complained("is it running?");
    let silent = Broker::start(|seen| match &seen.packet {
        Packet::Publish(_) => Vec::new(),
        _ => polite(seen),
    });
    run(&["send", "x", "--url", &silent.url(), "--timeout", "1"]).assert_code(4);
    let plain = nobody_speaks_tls();
    run(&["send", "x", "--url", &plain]).assert_code(5);
}

#[test]
fn a_wrong_command_line_is_2() {
    for (args, words) in [
        (&["send", "--mqtt", "127.0.0.1", "canary"][..], "in front of it"),
        (
            &["send", "x", "--raw", "--url", "http://127.0.0.1:1"],
            "--mqtt BROKER",
        ),
        (
            &["send", "x", "--mqtt", "h", "--url", "http://h"],
            "cannot be used with",
        ),
        (
            &["send", "x", "--mqtt", "h", "--https", "canary"],
            "cannot be used with",
        ),
        (
            &["send", "x", "--mqtt", "h", "--mqtt-user", "u"],
            "cannot be used with",
        ),
        (
            &["send", "x", "--url", "mqtt://h", "--https", "canary"],
            "takes no token",
        ),
        (
            &["send", "x", "--url", "http://h", "--mqtt-user", "u"],
            "for brokers",
        ),
        (&["send", "x", "--mqtt", "h", "-t", "a/#"], "--topic"),
        (&["send", "x", "--mqtt", "h", "--qos", "3"], "--qos"),
        (
            &["send", "x", "--mqtt", "h", "--raw", "--severity", "INFO"],
            "cannot be used with",
        ),
        (
            &["send", "-", "--mqtt", "h", "u", "-"],
            "both the password and the lines",
        ),
        (
            &["send", "x", "--url", "mqtt://u:canary@h"],
            "user name or password",
        ),
        (&["send", "x", "--mqtt", "mqtt://h", "--insecure"], "mqtts://"),
        (
            &["send", "x", "--mqtt", "h", "--client-cert", "c.pem"],
            "--client-key",
        ),
    ] {
        let ended = run(args);
        ended.assert_code(2).assert_complained(words);
        assert!(!format!("{ended:?}").contains("canary"), "{ended:?}");
    }
}

#[test]
fn what_is_left_goes_to_its_topic_with_the_next_start_or_a_replay() {
    let state = tempfile::tempdir().expect("a folder");
    let broker = Broker::start({
        let mut lets_in = 0;
        move |seen| match &seen.packet {
            // The first two starts find it too busy.
            Packet::Connect(_) if lets_in < 2 => {
                lets_in += 1;
                vec![Act::Send(connack(seen.level, false, 0x89)), Act::Close]
            }
            _ => polite(seen),
        }
    });
    let url = broker.url();
    let send = |topic: &str| {
        tnt4(&["send", topic, "--url", &url, "--topic", topic, "--timeout", "1"])
            .in_state(state.path())
            .run()
    };
    send("one").assert_code(4);
    let listed = tnt4(&["spool", "ls"]).in_state(state.path()).run();
    assert!(listed.out.contains(&url), "{listed:?}");
    tnt4(&["spool", "replay"])
        .in_state(state.path())
        .run()
        .assert_code(0);
    send("two").assert_code(0);
    let topics: Vec<String> = messages(&broker).into_iter().map(|(topic, _)| topic).collect();
    assert_eq!(topics, ["one", "two"]);
}

#[test]
fn the_doctor_goes_to_brokers() {
    let broker = Broker::polite();
    let ended = run(&["doctor", &broker.url()]);
    ended.assert_code(0);
    assert!(
        ended.out.contains("ok    round trip     a ping was answered"),
        "{ended:?}"
    );
    assert_eq!(broker.payloads().len(), 0);
    let refusing = Broker::start(|seen| match &seen.packet {
        Packet::Connect(_) => vec![Act::Send(connack(seen.level, false, 0x87)), Act::Close],
        _ => Vec::new(),
    });
    let ended = run(&["doctor", &refusing.url(), "--mqtt-user", "name"]);
    ended.assert_code(3).assert_complained("authorization");
    assert!(ended.out.contains("FAIL  authorization"), "{ended:?}");
}

#[test]
fn our_own_collector_takes_events_and_texts() {
    let mut collector = Collector::with(&["--mqtt", "127.0.0.1:0"]);
    let url = collector.running.wait_for("publishers are taken on ");
    run(&["send", "as an event", "--url", &url]).assert_code(0);
    run(&["send", "as a text", "--url", &url, "--raw", "--qos", "2"]).assert_code(0);
    assert_eq!(collector.messages(), ["as a text", "as an event"]);
    run(&["doctor", &url]).assert_code(0);
}

#[test]
fn a_real_broker_asks_for_password_and_tls() {
    let Some(mut broker) = Mosquitto::prepare(
        "allow_anonymous false\npassword_file FOLDER/passwords\n\
         cafile FIXTURES/authority.pem\ncertfile FIXTURES/server.pem\nkeyfile FIXTURES/server.key\n",
    ) else {
        return;
    };
    let passwords = broker.path("passwords");
    let made = Command::new("mosquitto_passwd")
        .args(["-b", "-c"])
        .arg(&passwords)
        .args(["streamer", "a good password"])
        .status();
    assert!(made.expect("it runs").success());
    broker.run();
    let place = format!("localhost:{}", broker.port);
    let authority = fixture("authority.pem");
    let send = |password: &str, more: &[&str]| {
        run(&[
            &[
                "send", "hello", "--mqtt", &place, "streamer", password, "--qos", "2",
            ],
            more,
        ]
        .concat())
    };
    send("a good password", &["--ca-file", &authority]).assert_code(0);
    let insecure = send("a good password", &["--insecure"]);
    insecure.assert_code(0);
    assert!(
        insecure.err.contains("certificate is not checked"),
        "{insecure:?}"
    );
    send("a wrong password", &["--ca-file", &authority])
        .assert_code(3)
        .assert_complained("not authorized");
    send("a good password", &["--ca-file", &fixture("stranger.pem")]).assert_code(5);
    assert_eq!(broker.received().len(), 2);
}
