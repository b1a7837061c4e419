//! An acknowledgement waits for the commit: tried with a store that commits when it is told to, or fails.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tnt4_model::Timestamp;
use tnt4_mqtt::{AckKind, Acknowledgement, Connect, Packet, Properties, Publish, Qos, Version, frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;
use crate::access::Access;
use crate::guard::Guard;
use crate::live::Live;
use crate::notices::Notices;
use crate::shared::Shared;
use crate::store::{Arrival, Committer, StoreError, Writer};

/// Says how many records it was given, and waits for what is to become of them.
struct Scripted {
    asked: Sender<usize>,
    outcomes: Receiver<Result<(), StoreError>>,
}

impl Writer for Scripted {
    fn commit(&mut self, batch: &[Arrival]) -> Result<(), StoreError> {
        self.asked.send(batch.len()).unwrap();
        self.outcomes.recv().unwrap()
    }

    fn expire(&mut self, _: Timestamp) -> Result<usize, StoreError> {
        Ok(0)
    }
}

struct Story {
    client: TcpStream,
    read: Vec<u8>,
    asked: Receiver<usize>,
    outcomes: Sender<Result<(), StoreError>>,
    notices: Arc<Mutex<Vec<String>>>,
    _stop: watch::Sender<bool>,
}

impl Story {
    async fn begin(version: Version) -> Self {
        let (asked, told) = channel();
        let (outcomes, commands) = channel();
        let notices: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = notices.clone();
        let tell = Arc::new(Notices::new(Box::new(move |line| {
            kept.lock().unwrap().push(line.to_owned());
        })));
        let writer = Scripted {
            asked,
            outcomes: commands,
        };
        let (committer, _) = Committer::start(Box::new(writer), Live::new(), tell.clone()).unwrap();
        let shared = Arc::new(Shared {
            access: Access::default(),
            guard: Guard::default(),
            notices: tell,
            committer,
            clients: Arc::default(),
            router: axum::Router::new(),
        });
        let (stop, stopping) = watch::channel(false);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        tokio::spawn(serve(accepted, shared, stopping));
        let mut story = Story {
            client,
            read: Vec::new(),
            asked: told,
            outcomes,
            notices,
            _stop: stop,
        };
        story
            .write(
                version,
                &Packet::Connect(Connect {
                    version,
                    clean: true,
                    keep_alive: 0,
                    properties: Properties::NONE,
                    client_id: "story",
                    will: None,
                    user_name: None,
                    password: None,
                }),
            )
            .await;
        assert!(story.next(version).await.is_some_and(|first| first == 0x20));
        story
    }

    async fn write(&mut self, version: Version, packet: &Packet<'_>) {
        let mut bytes = Vec::new();
        packet.write(version, &mut bytes).unwrap();
        self.client.write_all(&bytes).await.unwrap();
    }

    async fn publish(&mut self, version: Version, id: u16, qos: Qos) {
        let publish = Publish {
            duplicate: false,
            qos,
            retain: false,
            topic: "orders",
            packet_id: id,
            properties: Properties::NONE,
            payload: b"hello",
        };
        self.write(version, &Packet::Publish(publish)).await;
    }

    /// The first byte of the next packet; `None` where the connection ends.
    async fn next(&mut self, version: Version) -> Option<u8> {
        loop {
            if let Some(frame) = frame(&self.read, 1 << 20).unwrap() {
                Packet::read(&frame, version).unwrap();
                let (first, length) = (frame.first, frame.length);
                self.read.drain(..length);
                return Some(first);
            }
            if self.client.read_buf(&mut self.read).await.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    /// That nothing has come: what was sent to the store is known to be there, so an answer before the commit would be
    /// on its way by now.
    async fn assert_nothing_came(&mut self) {
        let waited = tokio::time::timeout(Duration::from_millis(100), self.client.read_buf(&mut self.read));
        assert!(waited.await.is_err(), "{:?}", self.read);
    }

    fn committed(&self) -> usize {
        tokio::task::block_in_place(|| self.asked.recv_timeout(Duration::from_secs(20)).unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledgements_wait_for_the_commit() {
    for version in [Version::V3, Version::V5] {
        for (qos, first) in [(Qos::AtLeastOnce, 0x40), (Qos::ExactlyOnce, 0x50)] {
            let mut story = Story::begin(version).await;
            story.publish(version, 7, qos).await;
            assert_eq!(story.committed(), 1);
            story.assert_nothing_came().await;
            story.outcomes.send(Ok(())).unwrap();
            assert_eq!(story.next(version).await, Some(first), "{version} {qos:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_together_is_committed_together() {
    let version = Version::V3;
    let mut story = Story::begin(version).await;
    story.publish(version, 1, Qos::AtLeastOnce).await;
    assert_eq!(story.committed(), 1);
    let mut rest = Vec::new();
    for id in 2..=50 {
        let publish = Publish {
            duplicate: false,
            qos: Qos::AtLeastOnce,
            retain: false,
            topic: "orders",
            packet_id: id,
            properties: Properties::NONE,
            payload: b"hello",
        };
        Packet::Publish(publish).write(version, &mut rest).unwrap();
    }
    story.client.write_all(&rest).await.unwrap();
    let mut committed = 0;
    while committed < 49 {
        story.outcomes.send(Ok(())).unwrap();
        committed += story.committed();
    }
    story.outcomes.send(Ok(())).unwrap();
    for _ in 1..=50 {
        assert_eq!(story.next(version).await, Some(0x40));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_ends_the_connection_instead() {
    for (version, answer) in [(Version::V3, None), (Version::V5, Some(0xE0))] {
        let mut story = Story::begin(version).await;
        story.publish(version, 7, Qos::AtLeastOnce).await;
        assert_eq!(story.committed(), 1);
        let failed = StoreError::Failed("the disk is full".to_owned());
        story.outcomes.send(Err(failed)).unwrap();
        assert_eq!(story.next(version).await, answer, "{version}");
        if answer.is_some() {
            assert_eq!(story.next(version).await, None);
        }
        let notices = story.notices.lock().unwrap();
        assert!(
            notices.iter().any(|line| line.contains("the disk is full")),
            "{notices:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resent_message_of_qos_2_is_answered_and_not_taken_again() {
    for version in [Version::V3, Version::V5] {
        let mut story = Story::begin(version).await;
        story.publish(version, 7, Qos::ExactlyOnce).await;
        assert_eq!(story.committed(), 1);
        story.publish(version, 7, Qos::ExactlyOnce).await;
        story.assert_nothing_came().await;
        story.outcomes.send(Ok(())).unwrap();
        assert_eq!(story.next(version).await, Some(0x50));
        assert_eq!(story.next(version).await, Some(0x50));
        let release = Acknowledgement::new(AckKind::PubRel, 7);
        story.write(version, &Packet::Acknowledgement(release)).await;
        assert_eq!(story.next(version).await, Some(0x70));
        // The number is free, and means another message.
        story.publish(version, 7, Qos::ExactlyOnce).await;
        assert_eq!(story.committed(), 1);
        story.outcomes.send(Ok(())).unwrap();
        assert_eq!(story.next(version).await, Some(0x50));
    }
}
