/*
 * The list of the newest items: what of the journal is shown, and when.
 *
 * Rows stay where they are while somebody reads them. While items rush by, the list shows fewer of them rather than
 * keep the browser from everything else, and the rest as soon as there is time.
 */
// @ts-check

import { byId } from "../dom.js";
import { grouped } from "../format.js";
import { Cursor } from "./cursor.js";
import { Filter } from "./filter.js";
import { Pace } from "./pace.js";
import { Rows } from "./rows.js";

/** @typedef {import("../items.js").Item} Item */
/** @typedef {import("./journal.js").Journal} Journal */

/** How many items are in the table: fewer while they rush by. */
const ROWS = 500;
const ROWS_IN_A_RUSH = 100;
/** Milliseconds until a table that has fewer rows than it should is tried again. */
const LATER = 500;

export class List {
  #list = byId("list");
  #pause = byId("pause", HTMLButtonElement);
  #fresh = byId("fresh", HTMLButtonElement);
  #rows = new Rows();
  #pace = new Pace(() => this.#render());
  #cursor;
  #filter;

  paused = false;
  /** While stored items are on their way, so that they come before newer ones. */
  loading = true;
  #rebuild = false;
  /** Whether the table has fewer rows than it should, as there was no time for them. */
  #lacks = false;
  /** How many of the kept items match. */
  #matching = 0;

  /**
   * @param {Journal} journal
   * @param {object} on
   * @param {(item: Item) => void} on.choose
   * @param {() => void} on.clear
   * @param {() => void} on.pause
   */
  constructor(journal, on) {
    this.journal = journal;
    this.#filter = new Filter(() => this.#changed());
    this.#cursor = new Cursor(this.#rows.body, (row) => {
      const item = this.#rows.itemOf(row);
      if (item) on.choose(item);
    });
    this.#pause.addEventListener("click", () => {
      this.paused = !this.paused;
      this.#pause.setAttribute("aria-pressed", String(this.paused));
      on.pause();
      this.schedule();
    });
    byId("clear").addEventListener("click", () => {
      journal.clear();
      this.#rows.narrow();
      this.#changed();
      on.clear();
    });
    this.#fresh.addEventListener("click", () => this.#list.scrollTo({ top: 0 }));
    this.#list.addEventListener("scroll", () => this.schedule(), { passive: true });
  }

  /** To be called when there is something new to show. */
  schedule() {
    this.#pace.soon();
  }

  /** The detail of the chosen item was closed. */
  leave() {
    this.#cursor.focus();
    this.#cursor.unselect();
  }

  #changed() {
    this.#rebuild = true;
    this.schedule();
  }

  /** The rows stay as they are while somebody reads them. */
  get #holds() {
    return this.paused || this.loading || this.#list.scrollTop > 4;
  }

  #render() {
    const holds = this.#holds;
    const rush = !holds && this.journal.waiting.length > ROWS_IN_A_RUSH;
    if (!holds) {
      const { added, removed } = this.journal.show();
      this.#forget(removed);
      if (!this.#rebuild) this.#add(added, rush ? ROWS_IN_A_RUSH : ROWS);
    }
    if (this.#rebuild || (this.#lacks && !rush)) this.#build();
    if (this.#lacks) setTimeout(() => this.schedule(), LATER);
    this.#describe();
  }

  /** @param {Item[]} added @param {number} most */
  #add(added, most) {
    const matching = added.filter(this.#filter.matcher());
    if (matching.length === 0) return;
    this.#matching += matching.length;
    this.#rows.prepend(matching, most);
    if (most < ROWS) this.#lacks = true;
    this.#cursor.settle();
  }

  /** @param {Item[]} removed */
  #forget(removed) {
    if (removed.length === 0) return;
    this.#matching -= removed.filter(this.#filter.matcher()).length;
    this.#rows.remove(removed);
  }

  #build() {
    this.#rebuild = false;
    this.#lacks = false;
    const matching = this.journal.items.filter(this.#filter.matcher());
    this.#matching = matching.length;
    this.#rows.replace(matching, ROWS);
    this.#cursor.settle();
  }

  #describe() {
    const { journal } = this;
    const fresh = journal.fresh;
    const shownRows = this.#rows.count;
    const kept = journal.items.length;
    byId("shown").textContent = this.#filter.isOn
      ? `${grouped(this.#matching)} of ${grouped(kept)} match`
      : kept > shownRows
        ? `newest ${grouped(shownRows)} shown`
        : "";
    byId("empty").hidden = this.loading || kept > 0 || this.paused;
    byId("unmatched").hidden = kept === 0 || shownRows > 0;
    byId("items").hidden = shownRows === 0;
    this.#pause.textContent = this.paused ? (fresh > 0 ? `Resume, ${grouped(fresh)} new` : "Resume") : "Pause";
    this.#fresh.hidden = this.paused || this.loading || fresh === 0 || this.#list.scrollTop <= 4;
    this.#fresh.textContent = `${grouped(fresh)} new above`;
  }
}
