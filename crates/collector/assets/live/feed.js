/*
 * `GET /live`: line by line what is committed, opened again whenever it ends or falls silent.
 *
 * The collector sends an empty line every 15 s. A connection that has died without a word (a laptop that slept, a
 * router that forgot it) is known by their absence.
 */
// @ts-check

import { Unauthorized, request, said } from "../api.js";

/** Milliseconds before a lost feed is opened again: at first, and at the most. */
const RETRY_FIRST = 500;
const RETRY_MOST = 10_000;
/** Milliseconds without a byte after which a feed is taken for lost: two empty lines may be late, a third may not. */
const SILENCE_MOST = 45_000;

/** `GET /live`, opened again whenever it ends. */
export class Feed {
  #retry = RETRY_FIRST;
  /** Ends the wait before the next attempt. */
  #hurry = () => {};

  /**
   * @param {object} on
   * @param {() => void} on.open
   * @param {(line: any) => void} on.line
   * @param {(why: string) => void} on.lost
   * @param {() => Promise<void>} on.unauthorized settles when there is another token
   */
  constructor(on) {
    this.on = on;
  }

  /** Never returns. */
  async run() {
    for (;;) {
      try {
        await this.#listen();
        this.on.lost("");
      } catch (error) {
        if (error instanceof Unauthorized) {
          await this.on.unauthorized();
          continue;
        }
        this.on.lost(error instanceof Refused ? error.message : "");
      }
      await new Promise((resolve) => {
        this.#hurry = () => resolve(undefined);
        setTimeout(resolve, this.#retry * (0.75 + Math.random() / 2));
      });
      this.#retry = Math.min(this.#retry * 2, RETRY_MOST);
    }
  }

  /** Tries at once, if it is waiting. */
  hurry() {
    this.#hurry();
  }

  /** Returns when the collector ends the feed, and throws when it is lost. */
  async #listen() {
    const connection = new AbortController();
    let watchdog = 0;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => connection.abort(), SILENCE_MOST);
    };
    alive();
    try {
      await this.#hear(connection.signal, alive);
    } finally {
      clearTimeout(watchdog);
      connection.abort();
    }
  }

  /** @param {AbortSignal} signal @param {() => void} alive is called whenever something comes */
  async #hear(signal, alive) {
    const response = await request("live", { signal });
    if (!response.ok || !response.body) throw new Refused(said(await response.text()));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    // Pieces are joined once a line, however many pieces a line comes in.
    let begun = /** @type {string[]} */ ([]);
    let opened = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      const pieces = value.split("\n");
      for (const [at, piece] of pieces.entries()) {
        begun.push(piece);
        if (at === pieces.length - 1) break;
        const line = begun.join("");
        begun = [];
        if (!opened) {
          opened = true;
          this.#retry = RETRY_FIRST;
          this.on.open();
        }
        // An empty line only says that the feed is alive.
        if (line) this.#read(line);
      }
    }
  }

  /** @param {string} text */
  #read(text) {
    let line;
    try {
      line = JSON.parse(text);
    } catch {
      return; // A line that is cut or damaged does not sink those after it.
    }
    if (line && typeof line === "object") this.on.line(line);
  }
}

/** The collector answered, and said no. */
class Refused extends Error {}
