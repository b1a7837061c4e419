/*
 * The panel beside the list: all that is stored of one item.
 *
 * Whoever opens another item while one is on its way sees the later one.
 */
// @ts-check

import { ANY_TIME, Unauthorized, jkql, quoted, words } from "../api.js";
import { byId, make } from "../dom.js";
import { grouped } from "../format.js";
import { ITEMS } from "../items.js";
import { clip, put } from "../text.js";
import { fields } from "./fields.js";

/** @typedef {import("../items.js").Item} Item */

/** Characters of a name that the panel's title shows. */
const TITLE_TEXT = 120;

/** All fields of one item. */
export class Detail {
  #panel = byId("detail");
  #name = byId("detail-name");
  #body = byId("detail-body");
  /** @type {AbortController | undefined} */
  #asking;

  /**
   * @param {object} on
   * @param {() => void} on.close
   * @param {(query: string, date: string) => void} on.query
   * @param {(then: () => void) => void} on.unauthorized
   */
  constructor(on) {
    this.on = on;
    byId("detail-close").addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.#panel.hidden) this.close();
    });
  }

  close() {
    this.#asking?.abort();
    this.#panel.hidden = true;
    this.on.close();
  }

  /** @param {Item} item */
  async open(item) {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    put(this.#name, clip(item.name, TITLE_TEXT) || item.item);
    this.#body.replaceChildren(make("p", "muted", "Loading"));
    this.#panel.hidden = false;
    this.#panel.scrollTop = 0;
    this.#name.focus({ preventScroll: true });
    try {
      const parts = await this.#ask(item, asking.signal);
      if (!asking.signal.aborted) this.#body.replaceChildren(...parts);
    } catch (error) {
      if (asking.signal.aborted) return;
      if (error instanceof Unauthorized) this.on.unauthorized(() => this.open(item));
      this.#body.replaceChildren(make("p", "error", words(error)));
    }
  }

  /** @param {Item} item @param {AbortSignal} signal */
  async #ask(item, signal) {
    const ask = ITEMS[/** @type {keyof typeof ITEMS} */ (item.item)];
    if (!ask) throw new Error(`this page does not know how to ask for the type ${item.item}`);
    const query = `get ${ask.plural} fields all where ${ask.id} = ${quoted(item.id)}`;
    const answer = await jkql(query, { date: ANY_TIME, signal });
    // Items may share an id on purpose.
    const row = answer.rows.find((one) => one[ask.time] === item.time && one[ask.name] === item.name) ?? answer.rows[0];
    if (!row) throw new Error("The collector has no such item any more.");
    const parts = [...fields(answer, row)];
    const others = answer["rows-found"] - 1;
    if (others > 0) parts.unshift(make("p", "muted", `${grouped(others)} more with this id`));
    const repeat = make("button", "", "Open as query");
    repeat.type = "button";
    repeat.addEventListener("click", () => this.on.query(query, ANY_TIME));
    parts.push(repeat);
    return parts;
  }
}
