/*
 * Requests to the collector, with the token, and what it answers in words.
 *
 * Whole numbers keep all their digits. Who is not let in gets `Unauthorized`, whatever was asked for.
 */
// @ts-check

import { clip } from "./text.js";
import { token } from "./token.js";

/** Rows of an answer, where the caller does not say how many. */
const ROWS = 100;
/** Characters of what the collector says that are shown. */
const SAID_TEXT = 300;

/** The dates of a statement that is to find whatever is stored. */
export const ANY_TIME = "-9007199254740991 TO 9007199254740991";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Microseconds by which the collector's clock is ahead of this one. */
let ahead = 0;

/**
 * @typedef {object} ResultSet
 * @property {number} rows-found
 * @property {number} total-row-count
 * @property {number} time
 * @property {string} [status-msg]
 * @property {string[]} colhdr
 * @property {Record<string, string>} coltype
 * @property {Record<string, string>} collabel
 * @property {Record<string, unknown>[]} rows
 */

/** The caller's token is missing or is not known. */
export class Unauthorized extends Error {}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 */
export async function request(path, options) {
  /** @type {Record<string, string>} */
  const headers = token.get() ? { "X-API-Key": token.get() } : {};
  const response = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
  if (response.status === 401) throw new Unauthorized("the token is missing or not known here");
  return response;
}

/**
 * Asks, and throws an error with the collector's words where it says no.
 * @param {string} query
 * @param {{ date?: string, rows?: number, signal?: AbortSignal }} [options]
 * @returns {Promise<ResultSet>}
 */
export async function jkql(query, options) {
  const form = new URLSearchParams({ jk_query: query, jk_maxrows: String(options?.rows ?? ROWS) });
  if (options?.date) form.set("jk_date", options.date);
  if (zone && zone !== "Etc/Unknown") form.set("jk_tz", zone);
  const response = await request("jkool-service/jkql", { method: "POST", body: form, signal: options?.signal });
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text, exactly);
  } catch {
    throw new Error(said(text) || `the collector answered with status ${response.status}`);
  }
  if (answer.jk_error) throw new Error(answer.jk_error);
  if (typeof answer.time === "number") ahead = answer.time - Date.now() * 1_000;
  if (!response.ok || !answer.rows) throw new Error(`the collector answered with status ${response.status}`);
  return answer;
}

/** Microseconds since 1970, by the collector's clock as far as it is known. */
export const collectorsNow = () => Date.now() * 1_000 + ahead;

/** A jKQL literal. @param {string} text */
export const quoted = (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`;

/** What the collector says in plain text, as much of it as is shown. @param {string} text */
export const said = (text) => clip(text.trim(), SAID_TEXT);

/** @param {unknown} error */
export function words(error) {
  // What fetch throws says nothing to anybody.
  if (error instanceof TypeError) return "The collector does not answer.";
  return error instanceof Error ? error.message : String(error);
}

/**
 * Keeps the digits of whole numbers that JavaScript's numbers would round.
 * @param {string} _key
 * @param {unknown} value
 * @param {{ source?: string }} [context]
 */
function exactly(_key, value, context) {
  const rounded = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
  return rounded && context?.source ? context.source : value;
}
