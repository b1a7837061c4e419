/*
 * The filter above the list: a text, and the least severity.
 *
 * It compares texts as texts, in any case of letters; nothing that is typed is a pattern.
 */
// @ts-check

import { byId, make } from "../dom.js";
import { SEVERITIES } from "../items.js";

/** @typedef {import("../items.js").Item} Item */

export class Filter {
  #text = byId("filter", HTMLInputElement);
  #least = byId("least", HTMLSelectElement);

  /** @param {() => void} changed */
  constructor(changed) {
    for (const [level, name] of SEVERITIES.entries()) {
      const option = make("option", "", level === 0 ? "Any severity" : `${name} and above`);
      option.value = String(level);
      this.#least.append(option);
    }
    this.#least.value = "0";
    this.#text.addEventListener("input", changed);
    this.#least.addEventListener("change", changed);
    byId("unfilter").addEventListener("click", () => {
      this.#text.value = "";
      this.#least.value = "0";
      changed();
      this.#text.focus();
    });
  }

  /** Whether it may leave something out. */
  get isOn() {
    return this.#text.value.trim() !== "" || this.#least.value !== "0";
  }

  /** What tells whether an item matches, as the filter is now. @returns {(item: Item) => boolean} */
  matcher() {
    const text = this.#text.value.trim().toLowerCase();
    const least = Number(this.#least.value);
    return (item) => {
      if (least > 0 && SEVERITIES.indexOf(item.severity) < least) return false;
      if (!text) return true;
      const texts = [item.message, item.name, item.source, item.item, item.severity, item.id];
      return texts.some((one) => one.toLowerCase().includes(text));
    };
  }
}
