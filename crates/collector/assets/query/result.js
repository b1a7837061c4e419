/*
 * The answer to a statement: a line about it, and its table.
 *
 * Columns are shown by their types; a cell shows the beginning of a long value, and more of it when pointed at.
 */
// @ts-check

import { make } from "../dom.js";
import { grouped } from "../format.js";
import { clip, plain, put } from "../text.js";
import { chip, enumName, shown } from "../values.js";

/** @typedef {import("../api.js").ResultSet} ResultSet */

/** Characters of a value that its cell shows. */
const CELL_TEXT = 300;

/** @param {ResultSet} answer @param {number} millis */
export function summary(answer, millis) {
  const count = answer.rows.length;
  const found = `${grouped(count)} ${count === 1 ? "row" : "rows"}, ${grouped(answer["rows-found"])} items found`;
  const took = `${grouped(Math.round(millis))} ms`;
  return [answer["status-msg"], found, took].filter(Boolean).join(" · ");
}

/** @param {ResultSet} answer */
export function resultTable(answer) {
  const table = make("table");
  const types = answer.colhdr.map((header) => answer.coltype[header] ?? "");
  const classes = types.map((type) => {
    if (["INTEGER", "DECIMAL", "TIMEINTERVAL"].includes(type)) return "number";
    return type === "TIMESTAMP" ? "time" : "";
  });
  const head = table.createTHead().insertRow();
  for (const [at, header] of answer.colhdr.entries()) {
    const cell = make("th", classes[at], clip(answer.collabel[header] ?? header, CELL_TEXT));
    cell.scope = "col";
    cell.title = `${plain(header)}: ${types[at]}`;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of answer.rows) {
    const line = body.insertRow();
    for (const [at, header] of answer.colhdr.entries()) line.append(resultCell(row[header], types[at], header, classes[at]));
  }
  return table;
}

/** @param {unknown} value @param {string} type @param {string} header @param {string} className */
function resultCell(value, type, header, className) {
  const cell = make("td", className);
  if (header === "Severity" && type === "ENUM" && value !== null) {
    cell.append(chip(enumName(value)));
    return cell;
  }
  const text = shown(value, type);
  put(cell, clip(text, CELL_TEXT));
  if (type === "TIMEINTERVAL" && value !== null) cell.title = `${value} µs`;
  else if (text.length > 40) cell.title = plain(clip(text, 2_000));
  return cell;
}
