/*
 * What has arrived: what the list may show, and what waits to be shown.
 *
 * Both are oldest first, and bounded, however much arrives and however long nobody looks.
 */
// @ts-check

/** @typedef {import("../items.js").Item} Item */

/** How many items are kept. */
const KEPT = 5_000;

export class Journal {
  /** @type {Item[]} */
  items = [];
  /** @type {Item[]} */
  waiting = [];
  /** How many arrived, and how many of those came too fast to be listed. */
  seen = 0;
  skipped = 0;
  /** How many have come since something was last shown. */
  fresh = 0;

  /** @param {Item} item */
  arrive(item) {
    this.waiting.push(item);
    if (this.waiting.length > 2 * KEPT) this.waiting.splice(0, this.waiting.length - KEPT);
    this.seen += 1;
    this.fresh += 1;
  }

  /** @param {number} count */
  skip(count) {
    this.seen += count;
    this.skipped += count;
    this.fresh += count;
  }

  /** Puts those of these stored items that are not known yet before what waits. @param {Item[]} stored */
  fill(stored) {
    const key = (/** @type {Item} */ item) => `${item.item} ${item.time} ${item.id} ${item.name}`;
    const known = new Set([...this.items, ...this.waiting].map(key));
    this.waiting = stored.filter((item) => !known.has(key(item))).concat(this.waiting);
  }

  /**
   * Moves what waits among the items. An activity that is reported again takes the place of its former self.
   * @returns {{ added: Item[], removed: Item[] }}
   */
  show() {
    const batch = this.waiting;
    this.waiting = [];
    this.fresh = 0;
    if (batch.length === 0) return { added: [], removed: [] };
    /** @type {Map<string, Item>} */
    const latest = new Map();
    for (const item of batch) if (item.item === "Activity") latest.set(item.id, item);
    const isFormer = (/** @type {Item} */ item) =>
      item.item === "Activity" && latest.has(item.id) && latest.get(item.id) !== item;
    const removed = latest.size > 0 ? this.items.filter(isFormer) : [];
    const added = latest.size > 0 ? batch.filter((item) => !isFormer(item)) : batch;
    if (removed.length > 0) this.items = this.items.filter((item) => !isFormer(item));
    this.items = this.items.concat(added);
    if (this.items.length > KEPT) removed.push(...this.items.splice(0, this.items.length - KEPT));
    return { added, removed };
  }

  clear() {
    this.items = [];
    this.waiting = [];
    this.fresh = 0;
  }
}
