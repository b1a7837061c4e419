/*
 * The form that asks for the access token.
 *
 * Several may ask at once; the form is shown once, and all of them go on when there is a token.
 */
// @ts-check

import { byId } from "./dom.js";
import { token } from "./token.js";

export class TokenForm {
  #form = byId("token-form");
  #input = byId("token", HTMLInputElement);
  #error = byId("token-error");
  /** What to do again when there is a token. @type {(() => void)[]} */
  #waiting = [];

  /** @param {() => void} changed is called before those who wait */
  constructor(changed) {
    this.changed = changed;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#take(this.#input.value.trim());
    });
  }

  /** @param {() => void} then */
  ask(then) {
    this.#waiting.push(then);
    this.#error.textContent = token.get() ? "That token is not known here." : "";
    if (!this.#form.hidden) return;
    this.#form.hidden = false;
    this.#input.focus();
  }

  /** @param {string} text */
  #take(text) {
    if (!/^[\x21-\x7e]+$/.test(text)) {
      this.#error.textContent = "A token has no blanks, and none but ASCII characters.";
      return;
    }
    token.set(text);
    this.#input.value = "";
    this.#form.hidden = true;
    this.changed();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then();
  }
}
