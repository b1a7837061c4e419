/*
 * The query view: a statement of jKQL, and the table that answers it.
 *
 * What is shown answers the statement that was run last.
 */
// @ts-check

import { Unauthorized, jkql, words } from "../api.js";
import { byId, make } from "../dom.js";
import { put } from "../text.js";
import { resultTable, summary } from "./result.js";

/** Rows of a result. */
const RESULT_ROWS = 500;

const EXAMPLES = [
  ["Events by severity", "get number of events group by Severity sort by Severity desc"],
  ["Longest activities", "get longest 10 activities fields ActivityName, ActivityStatus, Severity, ElapsedTime, StartTime"],
  ["Warnings and worse", "get latest 50 events fields StartTime, Severity, EventName, Message where Severity >= WARNING"],
];

/** A statement, and the table that answers it. */
export class QueryView {
  #input = byId("query", HTMLInputElement);
  #dates = byId("dates", HTMLSelectElement);
  #state = byId("query-state");
  #result = byId("result");
  /** @type {AbortController | undefined} */
  #asking;

  /**
   * @param {object} on
   * @param {(then: () => void) => void} on.unauthorized
   */
  constructor(on) {
    this.on = on;
    byId("query-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#run();
    });
    for (const [title, query] of EXAMPLES) {
      const button = make("button", "", title);
      button.type = "button";
      button.title = query;
      button.addEventListener("click", () => this.fill(query));
      byId("examples").append(button, " ");
    }
  }

  /** Shows this statement and its answer. @param {string} query @param {string} [date] */
  fill(query, date) {
    location.hash = "#query";
    this.#input.value = query;
    if (date) this.#dates.value = date;
    this.#run();
  }

  async #run() {
    const query = this.#input.value.trim();
    if (!query) return;
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#say("Running");
    const begun = performance.now();
    try {
      const answer = await jkql(query, { date: this.#dates.value, rows: RESULT_ROWS, signal: asking.signal });
      if (asking.signal.aborted) return;
      this.#result.replaceChildren(resultTable(answer));
      this.#result.hidden = answer.rows.length === 0;
      this.#say(summary(answer, performance.now() - begun));
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#result.hidden = true;
      this.#say(words(error), true);
      if (error instanceof Unauthorized) this.on.unauthorized(() => this.#run());
    }
  }

  /** @param {string} text @param {boolean} [isError] */
  #say(text, isError) {
    this.#state.classList.toggle("error", isError === true);
    put(this.#state, text);
  }
}
