/*
 * The counters above the list: how many items arrived, how fast, and how many of them are not listed.
 *
 * They count what arrives, also while the list is paused or filtered.
 */
// @ts-check

import { byId } from "../dom.js";
import { grouped } from "../format.js";

/** @typedef {import("./journal.js").Journal} Journal */

export class Counters {
  #counted = [{ at: performance.now(), seen: 0 }];

  /** @param {Journal} journal */
  constructor(journal) {
    this.journal = journal;
    setInterval(() => this.#count(), 1_000);
  }

  /** The rate is that of the last three seconds. */
  #count() {
    const now = { at: performance.now(), seen: this.journal.seen };
    this.#counted.push(now);
    if (this.#counted.length > 4) this.#counted.shift();
    const [first] = this.#counted;
    const rate = ((now.seen - first.seen) * 1_000) / (now.at - first.at);
    byId("seen").textContent = grouped(now.seen);
    byId("rate").textContent = rate > 0 && rate < 9.5 ? rate.toFixed(1) : grouped(Math.round(rate));
    byId("skipped").hidden = this.journal.skipped === 0;
    byId("skipped").textContent = `${grouped(this.journal.skipped)} not listed`;
  }
}
