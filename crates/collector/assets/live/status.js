/*
 * The word at the top that says how the feed is, and the notice below it.
 *
 * It is never "Live" while what arrives would not be shown.
 */
// @ts-check

import { byId } from "../dom.js";
import { put } from "../text.js";

/** @typedef {keyof typeof WORDS} FeedState */
const WORDS = { connecting: "Connecting", live: "Live", reconnecting: "Reconnecting", locked: "Token needed" };

export class Status {
  #state = byId("state");
  #text = byId("state-text");
  #notice = byId("notice");
  /** @type {FeedState} */
  #feed = "connecting";
  #paused = false;

  /** @param {FeedState} feed @param {string} [problem] */
  feed(feed, problem = "") {
    this.#feed = feed;
    this.problem(problem);
    this.#show();
  }

  /** Shows this notice; an empty one takes the last one away. @param {string} text */
  problem(text) {
    put(this.#notice, text);
    this.#notice.hidden = text === "";
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.#paused = paused;
    this.#show();
  }

  #show() {
    const word = WORDS[this.#feed];
    const isPaused = this.#paused && this.#feed !== "locked";
    const text = isPaused ? (this.#feed === "live" ? "Paused" : `Paused, ${word.toLowerCase()}`) : word;
    this.#state.dataset.state = isPaused && this.#feed === "live" ? "paused" : this.#feed;
    // What has not changed is not read out again.
    if (this.#text.textContent !== text) this.#text.textContent = text;
  }
}
