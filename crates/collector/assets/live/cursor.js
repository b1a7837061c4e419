/*
 * Which row the keyboard reaches, and which one is chosen.
 *
 * One row is reached by Tab, as long as there is any, and the others from there by the arrows.
 */
// @ts-check

export class Cursor {
  /** @type {HTMLTableRowElement | undefined} */
  #reachable;
  /** @type {HTMLTableRowElement | undefined} */
  #selected;

  /**
   * @param {HTMLTableSectionElement} body the rows
   * @param {(row: HTMLTableRowElement) => void} choose
   */
  constructor(body, choose) {
    this.body = body;
    this.choose = choose;
    body.addEventListener("click", (event) => this.#chosen(event.target));
    body.addEventListener("keydown", (event) => this.#key(event));
  }

  /** To be called when there are other rows. */
  settle() {
    if (this.#reachable?.isConnected) return;
    this.#reach(/** @type {HTMLTableRowElement | null} */ (this.body.firstElementChild));
  }

  unselect() {
    if (this.#selected) this.#selected.ariaSelected = null;
    this.#selected = undefined;
  }

  /** Where the focus goes when the detail is closed. */
  focus() {
    this.#reachable?.focus({ preventScroll: true });
  }

  /** @param {HTMLTableRowElement | null} row */
  #reach(row) {
    if (this.#reachable) this.#reachable.tabIndex = -1;
    this.#reachable = row ?? undefined;
    if (row) row.tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const row = event.target;
    if (!(row instanceof HTMLTableRowElement)) return;
    const target = {
      ArrowDown: row.nextElementSibling,
      ArrowUp: row.previousElementSibling,
      Home: this.body.firstElementChild,
      End: this.body.lastElementChild,
    }[event.key];
    if (event.key === "Enter" || event.key === " ") this.#chosen(row);
    else if (target instanceof HTMLTableRowElement) {
      this.#reach(target);
      target.focus();
    } else return;
    event.preventDefault();
  }

  /** @param {EventTarget | null} target */
  #chosen(target) {
    const row = target instanceof Element ? target.closest("tr") : null;
    if (!row) return;
    // Whoever drags the mouse over a row wants its text.
    if (getSelection()?.toString()) return;
    this.unselect();
    this.#selected = row;
    row.ariaSelected = "true";
    this.#reach(row);
    this.choose(row);
  }
}
