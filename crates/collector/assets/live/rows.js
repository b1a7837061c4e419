/*
 * The rows of the list, newest first: one for an item, made once.
 *
 * The table is never longer than its caller says, not even for a moment: the browser lays out what is in it.
 */
// @ts-check

import { byId, make } from "../dom.js";
import { dateAndTime, listTime, sourceNames } from "../format.js";
import { clip, plain } from "../text.js";
import { chip } from "../values.js";

/** @typedef {import("../items.js").Item} Item */

/** Characters of a text that a row shows. */
const ROW_TEXT = 400;

export class Rows {
  /** Where they are. */
  body = byId("rows", HTMLTableSectionElement);
  #table = byId("items");
  /** @type {WeakMap<Element, Item>} */
  #itemOfRow = new WeakMap();

  get count() {
    return this.body.rows.length;
  }

  /** @param {Element} row */
  itemOf(row) {
    return this.#itemOfRow.get(row);
  }

  /**
   * Puts the newest of these, which are oldest first, before the rows that are there.
   * @param {Item[]} items
   * @param {number} most how many rows there may be
   */
  prepend(items, most) {
    const rows = items.slice(-most).reverse().map((item) => this.#make(item));
    // Those at the end go first, so that the table is never longer than it may be.
    const extra = this.count + rows.length - most;
    for (let count = 0; count < extra; count += 1) this.#drop(this.body.lastElementChild);
    this.body.prepend(...rows);
  }

  /**
   * Shows the newest of these, which are oldest first, and no others.
   * @param {Item[]} items
   * @param {number} most how many rows there may be
   */
  replace(items, most) {
    this.body.replaceChildren(...items.slice(-most).reverse().map((item) => item.row ?? this.#make(item)));
  }

  /** @param {Item[]} items */
  remove(items) {
    for (const item of items) item.row?.remove();
  }

  /** The column of times is as wide as a time of today again. */
  narrow() {
    this.#table.classList.remove("dated");
  }

  /** @param {Element | null} row */
  #drop(row) {
    const item = row ? this.#itemOfRow.get(row) : undefined;
    if (item) item.row = undefined;
    row?.remove();
  }

  /** @param {Item} item */
  #make(item) {
    const row = make("tr");
    row.role = "row";
    row.tabIndex = -1;
    const when = make("td", "time", listTime(item.time));
    when.title = dateAndTime(item.time);
    if (when.textContent !== listTime(item.time, true)) this.#table.classList.add("dated");
    const severity = make("td", "severity");
    severity.append(chip(item.severity));
    const message = make("td", "message", clip(item.message, ROW_TEXT));
    const source = make("td", "source", clip(sourceNames(item.source), ROW_TEXT));
    source.title = plain(clip(item.source, ROW_TEXT));
    const name = make("td", "name", clip(item.name, ROW_TEXT));
    name.title = plain(clip(item.name, ROW_TEXT));
    row.append(when, severity, make("td", "item", item.item), name, message, source);
    for (const cell of row.cells) cell.role = "gridcell";
    item.row = row;
    this.#itemOfRow.set(row, item);
    return row;
  }
}
