/*
 * Values of a result set, and of live lines, as text and as chips.
 *
 * A value is shown by the type of its column; one of a type that is not known here is shown as it is.
 */
// @ts-check

import { make } from "./dom.js";
import { dateAndTime, duration } from "./format.js";

/** INFO of 3#INFO. @param {unknown} value */
export const enumName = (value) => String(value ?? "").replace(/^-?\d+#/, "");

/**
 * A value of a result set as text, by its column's type.
 * @param {unknown} value
 * @param {string} type
 * @returns {string}
 */
export function shown(value, type) {
  if (value === null || value === undefined) return "";
  if (type === "ENUM") return enumName(value);
  if (type === "TIMESTAMP" && typeof value === "number") return dateAndTime(value);
  if (type === "TIMEINTERVAL" && typeof value === "number") return duration(value);
  if (type === "INTEGER" && typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map((one) => shown(one, type.replace("[]", ""))).join(", ");
  if (typeof value === "object") {
    return Object.entries(value).map(([key, one]) => `${key}=${shown(one, "")}`).join(", ");
  }
  return String(value);
}

/** A word with a colour. @param {string} severity */
export function chip(severity) {
  const element = make("span", "chip", severity || "NONE");
  element.dataset.severity = severity;
  return element;
}
