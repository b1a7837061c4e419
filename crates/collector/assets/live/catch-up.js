/*
 * What is fetched from the store when the feed opens, at first and after a gap.
 *
 * Nothing that was committed in the gap is missed, and nothing comes back that was cleared. Both are decided by
 * `received`, the moment at which the collector took an item: its clock alone counts, and how long it took to
 * notice the gap does not.
 */
// @ts-check

import { newestStored } from "./stored.js";

/** @typedef {import("../items.js").Item} Item */

/** Microseconds by which an item may be committed later than others that were received after it. */
const DISORDER = 5_000_000;

export class CatchUp {
  /** When the newest item was received that the page has heard of. */
  #newest = 0;
  /** What was received until then is not fetched again. */
  #known = 0;
  /** Whether all has been fetched that was committed before the feed was opened. */
  #complete = false;
  #attempts = 0;
  #clears = 0;

  /** An item has come that was received then. @param {number} received */
  heard(received) {
    if (received > this.#newest) this.#newest = received;
  }

  /** The feed is lost. */
  lost() {
    // What was committed late is fetched twice rather than never: the journal does not list it twice.
    if (this.#complete) this.#known = Math.max(this.#known, this.#newest - DISORDER);
  }

  /** All that has come is to be forgotten, and also what is on its way out of the store. */
  clear() {
    this.#known = this.#newest;
    this.#clears += 1;
  }

  /** Stored items that may not be known yet, oldest first. @returns {Promise<Item[]>} */
  async fetch() {
    this.#attempts += 1;
    this.#complete = false;
    const [attempts, clears] = [this.#attempts, this.#clears];
    const stored = await newestStored();
    const unknown = stored.filter(({ received }) => received > this.#known);
    for (const { received } of stored) this.heard(received);
    this.#complete = attempts === this.#attempts;
    if (clears === this.#clears) return unknown.map(({ item }) => item);
    this.#known = this.#newest;
    return [];
  }
}
