//! Source names: each stored once, and pointed to.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value as Json};
use tnt4_model::{SourceFqn, SourceType};

/// How many names are remembered: a sender has few, and a hostile one must not fill the memory.
const REMEMBERED: usize = 4096;

/// The rows of the names seen lately.
#[derive(Debug, Default)]
pub(super) struct Sources {
    rows: HashMap<SourceFqn, i64>,
    /// Those made in the open transaction: forgotten again when it is rolled back.
    fresh: Vec<SourceFqn>,
}

impl Sources {
    /// The row of this name, made where there is none.
    pub(super) fn row(&mut self, connection: &Connection, fqn: &SourceFqn) -> rusqlite::Result<i64> {
        if let Some(row) = self.rows.get(fqn) {
            return Ok(*row);
        }
        let found = connection
            .prepare_cached("SELECT id FROM source WHERE fqn = ?1")?
            .query_row([fqn.as_str()], |row| row.get(0))
            .optional()?;
        let row = match found {
            Some(row) => row,
            None => insert(connection, fqn)?,
        };
        if self.rows.len() >= REMEMBERED {
            self.rows.clear();
        }
        self.rows.insert(fqn.clone(), row);
        self.fresh.push(fqn.clone());
        Ok(row)
    }

    /// The transaction has ended well: its rows are there to stay.
    pub(super) fn committed(&mut self) {
        self.fresh.clear();
    }

    /// The transaction has been undone, and its rows with it.
    pub(super) fn rolled_back(&mut self) {
        for fqn in self.fresh.drain(..) {
            self.rows.remove(&fqn);
        }
    }
}

fn insert(connection: &Connection, fqn: &SourceFqn) -> rusqlite::Result<i64> {
    let part = |kind: SourceType| fqn.component(&kind);
    let mut statement = connection.prepare_cached(
        "INSERT INTO source (fqn, appl, server, address, data_center, geo_location, network, device, runtime,
            app_server, process, user_name, components)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    statement.insert(rusqlite::params![
        fqn.as_str(),
        part(SourceType::Appl),
        part(SourceType::Server),
        part(SourceType::NetAddr),
        part(SourceType::DataCenter),
        part(SourceType::GeoAddr),
        part(SourceType::Network),
        part(SourceType::Device),
        part(SourceType::Runtime),
        part(SourceType::AppServer),
        part(SourceType::Process),
        part(SourceType::User),
        components(fqn),
    ])
}

/// Every component, unknown kinds too, as a JSON object of lists.
fn components(fqn: &SourceFqn) -> String {
    let mut map: Map<String, Json> = Map::new();
    for (kind, name) in fqn.components() {
        let names = map.entry(kind.word()).or_insert_with(|| Json::Array(Vec::new()));
        if let Json::Array(names) = names {
            names.push(Json::from(name));
        }
    }
    Json::Object(map).to_string()
}
