/*
 * Numbers, moments, spans and names, as people read them.
 *
 * Moments are microseconds since 1970, and are shown in this browser's time zone; spans are microseconds too.
 */
// @ts-check

const numbers = new Intl.NumberFormat("en-US");

/** @param {number} value */
export const grouped = (value) => numbers.format(value);

/** @param {number} micros */
export function dateAndTime(micros) {
  const { day, time } = moment(micros);
  return day ? `${day} ${time}` : time;
}

/**
 * The time to the millisecond, after the day where that is not today; of other years to the minute.
 * @param {number} micros
 * @param {boolean} [withoutDay]
 */
export function listTime(micros, withoutDay) {
  const { day, time } = moment(micros);
  if (!day) return time;
  const today = moment(Date.now() * 1_000).day;
  const short = time.slice(0, -3);
  if (withoutDay || day === today) return short;
  return day.slice(0, 4) === today.slice(0, 4) ? `${day.slice(5)} ${short}` : `${day} ${time.slice(0, 5)}`;
}

/** A span of microseconds in the unit that reads best. @param {number} micros */
export function duration(micros) {
  const size = Math.abs(micros);
  if (size < 1_000) return `${micros} µs`;
  if (size < 1_000_000) return `${Number((micros / 1_000).toPrecision(4))} ms`;
  if (size < 120_000_000) return `${Number((micros / 1_000_000).toPrecision(4))} s`;
  const seconds = Math.round(micros / 1_000_000);
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const parts = [
    [Math.floor(minutes / 1_440), "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "min"],
    [Math.abs(seconds) % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => Number(count) > 0);
  return (micros < 0 ? "-" : "") + parts.slice(first, first + 2).map((part) => part.join(" ")).join(" ");
}

/** The names in a source's address, the application first: APPL=Shop#SERVER=a → Shop · a. @param {string} fqn */
export function sourceNames(fqn) {
  return fqn.split("#").map((part) => part.slice(part.indexOf("=") + 1)).filter(Boolean).join(" · ");
}

/**
 * The moment in this browser's time zone, as 2026-11-22 and 10:30:01.123456.
 * @param {number} micros
 */
function moment(micros) {
  const date = new Date(Math.floor(micros / 1_000));
  if (Number.isNaN(date.getTime())) return { day: "", time: String(micros) };
  const day = `${date.getFullYear()}-${padded(date.getMonth() + 1, 2)}-${padded(date.getDate(), 2)}`;
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => padded(part, 2)).join(":");
  const fraction = padded(((micros % 1_000_000) + 1_000_000) % 1_000_000, 6);
  return { day, time: `${clock}.${fraction}` };
}

/** @param {number} value @param {number} width */
const padded = (value, width) => String(value).padStart(width, "0");
