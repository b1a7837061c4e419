/*
 * The live view: its parts, and what flows between them.
 *
 *     /live ─▶ Feed ─▶ Journal (bounded) ─▶ List (at most ten times a second)
 *     jkql  ─▶ CatchUp ──┘
 *
 * What came while there was no feed is stored, and is fetched as soon as there is one.
 */
// @ts-check

import { Unauthorized, words } from "../api.js";
import { itemOf } from "../items.js";
import { CatchUp } from "./catch-up.js";
import { Counters } from "./counters.js";
import { Feed } from "./feed.js";
import { Journal } from "./journal.js";
import { List } from "./list.js";
import { Status } from "./status.js";

/** @typedef {import("../items.js").Item} Item */

export class LiveView {
  #journal = new Journal();
  #catchUp = new CatchUp();
  #status = new Status();
  #list;
  #feed;

  /**
   * @param {object} on
   * @param {(item: Item) => void} on.choose
   * @param {(then: () => void) => void} on.unauthorized
   */
  constructor(on) {
    this.on = on;
    this.#list = new List(this.#journal, {
      choose: on.choose,
      clear: () => this.#catchUp.clear(),
      pause: () => this.#status.pause(this.#list.paused),
    });
    this.#feed = new Feed({
      open: () => this.#opened(),
      line: (line) => this.#take(line),
      lost: (why) => {
        this.#catchUp.lost();
        this.#status.feed("reconnecting", why);
      },
      unauthorized: () => {
        this.#status.feed("locked");
        return new Promise((resolve) => on.unauthorized(() => resolve(undefined)));
      },
    });
    new Counters(this.#journal);
  }

  /** Listens, and never returns. */
  run() {
    return this.#feed.run();
  }

  /** Tries at once to open the feed, if it is waiting. */
  hurry() {
    this.#feed.hurry();
  }

  /** The detail of the chosen item was closed. */
  leave() {
    this.#list.leave();
  }

  #opened() {
    this.#status.feed("live");
    this.#list.loading = true;
    this.#fetch();
  }

  /** @param {any} line */
  #take(line) {
    if (typeof line.skipped === "number") this.#journal.skip(line.skipped);
    else {
      this.#catchUp.heard(line.received);
      this.#journal.arrive(itemOf(line));
    }
    this.#list.schedule();
  }

  async #fetch() {
    try {
      this.#journal.fill(await this.#catchUp.fetch());
    } catch (error) {
      if (error instanceof Unauthorized) this.on.unauthorized(() => this.#fetch());
      else this.#status.problem(`What is stored could not be read: ${words(error)}`);
    }
    this.#list.loading = false;
    this.#list.schedule();
  }
}
