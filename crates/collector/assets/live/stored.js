/*
 * The newest stored items, so that the list is not empty when the page opens.
 *
 * They are asked for by the collector's clock, not by this browser's.
 */
// @ts-check

import { ANY_TIME, collectorsNow, jkql } from "../api.js";
import { ITEMS, itemOf } from "../items.js";
import { enumName } from "../values.js";

/** @typedef {import("../items.js").Item} Item */

/** How many items of each type are fetched. */
const STORED = 100;
/** In microseconds. */
const DAY = 86_400_000_000;

/**
 * The newest stored items, oldest first, with the times at which they were received.
 * @returns {Promise<{ received: number, item: Item }[]>}
 */
export async function newestStored() {
  const now = collectorsNow();
  // A sender's clock that is a little fast must not hide what it stamps.
  const found = await storedIn(`${now - DAY} TO ${now + DAY}`);
  return found.length > 0 ? found : storedIn(ANY_TIME);
}

/** @param {string} date @returns {Promise<{ received: number, item: Item }[]>} */
async function storedIn(date) {
  const asked = Object.entries(ITEMS).map(async ([item, ask]) => {
    const fields = [ask.id, ask.name, ask.time, "Severity", ask.text, "SourceFQN", "ReceivedTime"];
    const answer = await jkql(`get latest ${STORED} ${ask.plural} fields ${fields.join(", ")}`, { date, rows: STORED });
    return answer.rows.map((row) => ({
      received: Number(row.ReceivedTime),
      item: itemOf({
        item,
        id: row[ask.id],
        time: row[ask.time],
        severity: enumName(row.Severity),
        name: row[ask.name],
        message: row[ask.text],
        source: row.SourceFQN,
      }),
    }));
  });
  const found = (await Promise.all(asked)).flat();
  return found.sort((one, other) => one.item.time - other.item.time);
}
