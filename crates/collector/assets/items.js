/*
 * Items: what the page keeps of one, and how each type is asked for.
 *
 * Whatever a line holds, an item's fields have their types, and none is longer than is kept.
 */
// @ts-check

import { clip } from "./text.js";

/** Characters of a message that are remembered, for the filter. */
const KEPT_TEXT = 1_000;

/**
 * @typedef {object} Item what a row shows
 * @property {string} item
 * @property {string} id
 * @property {number} time microseconds since 1970
 * @property {string} severity
 * @property {string} name
 * @property {string} message
 * @property {string} source
 * @property {HTMLTableRowElement} [row]
 */

/** In the order of their weight. */
export const SEVERITIES = [
  "NONE", "TRACE", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "FAILURE", "CRITICAL", "FATAL", "HALT",
];

/** How each type of item is asked for. `text` is what its row shows as the message. */
export const ITEMS = {
  Event: { plural: "events", id: "EventID", name: "EventName", time: "StartTime", text: "Message" },
  Activity: { plural: "activities", id: "ActivityID", name: "ActivityName", time: "StartTime", text: "Message" },
  Log: { plural: "logs", id: "EventID", name: "EventName", time: "StartTime", text: "Message" },
  Snapshot: { plural: "snapshots", id: "SnapshotID", name: "SnapshotName", time: "SnapshotTime", text: "Category" },
  Dataset: { plural: "datasets", id: "SnapshotID", name: "SnapshotName", time: "SnapshotTime", text: "Category" },
};

/** @param {Record<string, unknown>} line @returns {Item} */
export function itemOf(line) {
  const text = (/** @type {string} */ key) => String(line[key] ?? "");
  return {
    item: text("item"),
    id: text("id"),
    time: Number(line.time ?? 0),
    severity: text("severity"),
    name: text("name"),
    message: clip(text("message"), KEPT_TEXT),
    source: text("source"),
  };
}
