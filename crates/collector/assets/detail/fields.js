/*
 * The fields of one stored item, as elements.
 *
 * Every field that has a value is there, by the name that the collector gives it. Long texts are cut, and say so.
 */
// @ts-check

import { make } from "../dom.js";
import { grouped } from "../format.js";
import { clip, put } from "../text.js";
import { chip, enumName, shown } from "../values.js";

/** @typedef {import("../api.js").ResultSet} ResultSet */

/** Characters that are shown of a field, and of a property's name. */
const FIELD_TEXT = 100_000;
const KEY_TEXT = 300;

/**
 * The fields that have a value: a long text, then the list, then the properties.
 * @param {ResultSet} answer
 * @param {Record<string, unknown>} row
 */
export function* fields(answer, row) {
  const message = row.Message;
  if (typeof message === "string" && message) yield* longText("Message", message);
  const list = make("dl");
  for (const header of answer.colhdr) {
    const value = row[header];
    if (header === "Message" || header === "Properties" || value === null || value === undefined) continue;
    const definition = make("dd");
    if (header === "Severity") definition.append(chip(enumName(value)));
    else put(definition, clip(shown(value, answer.coltype[header]), FIELD_TEXT));
    if (answer.coltype[header] === "TIMEINTERVAL") definition.title = `${value} µs`;
    list.append(make("dt", "", answer.collabel[header] ?? header), definition);
  }
  const properties = row.Properties;
  if (properties && typeof properties === "object" && Object.keys(properties).length > 0) {
    yield make("h3", "", "Properties");
    yield propertyList(properties, /** @type {Record<string, string>} */ (row["Properties:_ValueTypes"] ?? {}));
  }
  yield make("h3", "", "Fields");
  yield list;
}

/** @param {object} properties @param {Record<string, string>} types */
function propertyList(properties, types) {
  const list = make("dl", "properties");
  for (const [key, value] of Object.entries(properties)) {
    const type = types[key] ?? "";
    const definition = make("dd", "", clip(shown(value, type), FIELD_TEXT));
    if (type) definition.append(" ", make("span", "type", type.toLowerCase()));
    list.append(make("dt", "", clip(key, KEY_TEXT)), definition);
  }
  return list;
}

/** @param {string} title @param {string} text */
function* longText(title, text) {
  yield make("h3", "", title);
  const block = make("pre", "long");
  block.tabIndex = 0;
  put(block, clip(text, FIELD_TEXT), { lines: true });
  yield block;
  if (text.length <= FIELD_TEXT) return;
  const more = make("button", "", `Show all ${grouped(text.length)} characters`);
  more.type = "button";
  more.addEventListener("click", () => {
    put(block, text, { lines: true });
    more.remove();
    block.focus();
  });
  yield more;
}
