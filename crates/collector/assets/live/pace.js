/*
 * When to render: soon, but not more often than people can see, and never for most of the time.
 */
// @ts-check

/** Milliseconds between two renderings. */
const RENDER_EVERY = 100;
/** How many times as long as a rendering took the page then does something else. */
const RENDER_SHARE = 4;

export class Pace {
  #scheduled = false;
  /** When the last rendering ended, and how long it took, in milliseconds. */
  #last = 0;
  #cost = 0;

  /** @param {() => void} render */
  constructor(render) {
    this.render = render;
  }

  /** Renders soon, but not more often than it should. */
  soon() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const pause = Math.max(RENDER_EVERY, this.#cost * RENDER_SHARE);
    const wait = Math.max(0, this.#last + pause - performance.now());
    setTimeout(() => requestAnimationFrame(() => this.#now()), wait);
  }

  #now() {
    this.#scheduled = false;
    const begun = performance.now();
    this.render();
    this.#last = performance.now();
    this.#cost = this.#last - begun;
  }
}
