//! A subscriber with the layer and a server in memory, and what has arrived there.

use serde_json::Value;
use tnt4::testing::MemoryServer;
use tnt4::{Guard, LayerBuilder, TracingLayer};

use super::{LONG, NO_LINGER, quiet};

/// Does something under a layer of this configuration, and tells what arrived.
pub fn traced(configured: impl FnOnce(LayerBuilder) -> LayerBuilder, work: impl FnOnce()) -> Vec<Value> {
    use tracing_subscriber::prelude::*;
    let (layer, guard, server) = layer(configured);
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::with_default(subscriber, work);
    arrived(guard, &server)
}

/// A layer, its guard and its server.
pub fn layer(configured: impl FnOnce(LayerBuilder) -> LayerBuilder) -> (TracingLayer, Guard, MemoryServer) {
    let server = MemoryServer::new();
    let builder = quiet()
        .transport(server.transport())
        .batch(100, 1 << 20, NO_LINGER);
    let (layer, guard) = configured(tnt4::layer().builder(builder)).build().unwrap();
    (layer, guard, server)
}

/// What has arrived in the end.
pub fn arrived(guard: Guard, server: &MemoryServer) -> Vec<Value> {
    let outcome = guard.close(LONG);
    assert!(outcome.is_complete(), "{outcome}");
    parsed(&server.taken())
}

pub fn parsed(records: &[String]) -> Vec<Value> {
    let parsed = records.iter().map(|record| serde_json::from_str(record).unwrap());
    parsed.collect()
}

/// The property of this name; of several the last one counts.
#[track_caller]
pub fn property<'a>(record: &'a Value, name: &str) -> &'a Value {
    let found = properties(record).find(|property| property["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {record}"))
}

/// All properties, the last one first.
pub fn properties(record: &Value) -> impl Iterator<Item = &Value> {
    record["properties"].as_array().into_iter().flatten().rev()
}

/// The records of this type.
pub fn of_type<'a>(records: &'a [Value], kind: &str) -> Vec<&'a Value> {
    records.iter().filter(|record| record["type"] == kind).collect()
}
