//! The same stories, told to every transport: what the trait promises, all of them keep.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::broker::{self, Act, Packet};
use support::{Broker, LONG, NO_LINGER, Reply, Server, driven, expected_names, name_of, named, names, quiet};
use tnt4::clock::Wait;
use tnt4::testing::{MemoryServer, Step};
use tnt4::{Builder, Dropped};

/// A server behind a transport.
trait Rig {
    fn builder(&self) -> Builder;
    fn script(&self, steps: Vec<Step>);
    fn taken(&self) -> Vec<String>;

    /// Whether the server can say how long it wants to be left in peace, and why it rejects something.
    fn has_words(&self) -> bool {
        true
    }
}

struct Memory(MemoryServer);

impl Rig for Memory {
    fn builder(&self) -> Builder {
        quiet().transport(self.0.transport())
    }

    fn script(&self, steps: Vec<Step>) {
        self.0.script(steps);
    }

    fn taken(&self) -> Vec<String> {
        names(&self.0.taken())
    }
}

/// An HTTP server that plays the memory server's script.
struct Http {
    server: Server,
    play: Arc<Mutex<Play>>,
}

#[derive(Default)]
struct Play {
    script: VecDeque<Step>,
    taken: Vec<String>,
}

impl Play {
    fn step(&mut self, record: &str) -> Step {
        let step = self.script.pop_front().unwrap_or(Step::Take);
        if step == Step::Take {
            self.taken.push(name_of(record));
        }
        step
    }

    fn answer_one(&mut self, record: &str) -> Reply {
        match self.step(record) {
            Step::Take => Reply::status(202),
            Step::Reject(reason) => Reply::new(422, "", &reason),
            other => setback(&other),
        }
    }

    /// A collector takes the whole body or asks for it again.
    fn answer_many(&mut self, body: &str) -> Reply {
        let mut rejected = Vec::new();
        for (index, line) in body.lines().enumerate() {
            match self.step(line) {
                Step::Take => {}
                Step::Reject(reason) => {
                    rejected.push(format!(r#"{{"index":{index},"reason":"{reason}"}}"#));
                }
                other => return setback(&other),
            }
        }
        let accepted = body.lines().count() - rejected.len();
        let body = format!(r#"{{"accepted":{accepted},"rejected":[{}]}}"#, rejected.join(","));
        Reply::new(202, "Content-Type: application/json\r\n", &body)
    }
}

fn setback(step: &Step) -> Reply {
    match step {
        Step::Retry(Some(after)) => Reply::new(503, &format!("Retry-After: {}\r\n", after.as_secs()), ""),
        Step::Retry(None) => Reply::status(503),
        _ => Reply::status(401),
    }
}

impl Http {
    fn new(many: bool) -> Self {
        let play = Arc::new(Mutex::new(Play::default()));
        let playing = Arc::clone(&play);
        let server = Server::start(move |request| {
            let mut play = playing.lock().unwrap();
            match request.header("Content-Type") {
                _ if request.is_access() && many => Reply::announce(),
                _ if request.is_access() => Reply::status(200),
                Some("application/x-ndjson") => play.answer_many(&request.body),
                _ => play.answer_one(&request.body),
            }
        });
        Http { server, play }
    }
}

impl Rig for Http {
    fn builder(&self) -> Builder {
        quiet().url(&self.server.url())
    }

    fn script(&self, steps: Vec<Step>) {
        self.play.lock().unwrap().script.extend(steps);
    }

    fn taken(&self) -> Vec<String> {
        self.play.lock().unwrap().taken.clone()
    }
}

/// A broker of MQTT 5 that plays it. It has no words for how long it wants to be left in peace.
struct Mqtt {
    broker: Broker,
    play: Arc<Mutex<Play>>,
}

impl Mqtt {
    fn new() -> Self {
        let play = Arc::new(Mutex::new(Play::default()));
        let playing = Arc::clone(&play);
        let broker = Broker::start(move |seen| match &seen.packet {
            Packet::Publish(message) => {
                let reason = match playing.lock().unwrap().step(&message.payload) {
                    Step::Take => 0,
                    Step::Reject(_) => 0x99,
                    Step::Retry(_) => 0x97,
                    _ => 0x87,
                };
                vec![Act::Send(broker::ack_with(broker::PUBACK, message.id, reason))]
            }
            _ => broker::polite(seen),
        });
        Mqtt { broker, play }
    }
}

impl Rig for Mqtt {
    fn builder(&self) -> Builder {
        quiet().url(&self.broker.url())
    }

    fn script(&self, steps: Vec<Step>) {
        self.play.lock().unwrap().script.extend(steps);
    }

    fn taken(&self) -> Vec<String> {
        self.play.lock().unwrap().taken.clone()
    }

    fn has_words(&self) -> bool {
        false
    }
}

fn on_every_transport(story: impl Fn(&dyn Rig)) {
    story(&Mqtt::new());
    story(&Memory(MemoryServer::new()));
    story(&Http::new(false));
    story(&Http::new(true));
}

#[test]
fn records_are_taken_in_their_order() {
    on_every_transport(|rig| {
        let stream = rig.builder().build().unwrap();
        for number in 0..1200 {
            stream.send(named(number)).unwrap();
        }
        assert!(stream.flush(LONG).is_complete());
        assert_eq!(rig.taken(), expected_names(0..1200));
        assert_eq!(stream.stats().acknowledged, 1200);
    });
}

#[test]
fn a_rejection_has_its_reason_and_harms_nobody_else() {
    on_every_transport(|rig| {
        rig.script(vec![
            Step::Take,
            Step::Reject("no such account".to_owned()),
            Step::Take,
        ]);
        let stream = rig.builder().build().unwrap();
        for number in 0..3 {
            stream.send(named(number)).unwrap();
        }
        let outcome = stream.flush(LONG);
        assert_eq!((outcome.unacknowledged(), outcome.rejected()), (1, 1));
        let why = if rig.has_words() {
            "no such account"
        } else {
            "payload format invalid"
        };
        assert!(outcome.problem().unwrap().contains(why), "{outcome}");
        assert_eq!(rig.taken(), expected_names([0, 2]));
        assert_eq!(stream.stats().dropped.by(Dropped::Rejected), 1);
    });
}

#[test]
fn a_server_in_trouble_is_left_in_peace_for_as_long_as_it_asks() {
    on_every_transport(|rig| {
        if !rig.has_words() {
            return;
        }
        rig.script(vec![
            Step::Retry(Some(Duration::from_secs(30))),
            Step::Retry(None),
        ]);
        let (stream, clock) = driven(rig.builder().batch(1, 1000, NO_LINGER));
        stream.send(named(0)).unwrap();
        let first = clock.expect(Wait::BackOff).unwrap();
        assert!((30.0..=33.0).contains(&first.as_secs_f64()), "{first:?}");
        assert!(rig.taken().is_empty());
        clock.advance(first);
        let second = clock.expect(Wait::BackOff).unwrap();
        assert!((2.0..=4.0).contains(&second.as_secs_f64()), "{second:?}");
        clock.advance(second);
        assert!(stream.flush(LONG).is_complete());
        assert_eq!(rig.taken(), expected_names([0]));
    });
}

#[test]
fn a_refusal_keeps_everything() {
    on_every_transport(|rig| {
        rig.script(vec![Step::Refuse]);
        let (stream, clock) = driven(rig.builder().batch(1, 1000, NO_LINGER));
        for number in 0..3 {
            stream.send(named(number)).unwrap();
        }
        let wait = clock.expect(Wait::BackOff).unwrap();
        assert_eq!(stream.stats().pending, 3);
        clock.advance(wait);
        assert!(stream.flush(LONG).is_complete());
        assert_eq!(rig.taken(), expected_names(0..3));
    });
}
