/*
 * Text of strangers on its way into the document.
 *
 * All that comes from the collector was written by strangers. It reaches the document by `textContent`, through
 * `put`, or through `plain` where a place holds nothing but text; never as markup. What would not be seen, or
 * would do something to the text around it, is written out.
 */
// @ts-check

/**
 * Characters that do something to the text around them instead of being seen: controls, marks of
 * direction, separators, invisible blanks, halves of surrogate pairs.
 */
const UNSEEN = String.raw`\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\p{Cs}\u{e0000}-\u{e007f}`;
const HAS_UNSEEN = new RegExp(`[${UNSEEN}]`, "u");
const EACH_UNSEEN = new RegExp(`[${UNSEEN}]`, "gu");
const EACH_UNSEEN_BUT_LINES = new RegExp(`(?![\\n\\t])[${UNSEEN}]`, "gu");

/** The text with every unseen character written out, for places that hold plain text. @param {string} text */
export function plain(text) {
  return HAS_UNSEEN.test(text) ? text.replace(EACH_UNSEEN, escaped) : text;
}

/**
 * Makes `text` the content of `element`, with unseen characters written out and set apart.
 * @param {HTMLElement} element
 * @param {string} text
 * @param {{ lines?: boolean }} [options] `lines` keeps ends of lines and tabs as they are
 */
export function put(element, text, options) {
  if (!HAS_UNSEEN.test(text)) {
    element.textContent = text;
    return;
  }
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(options?.lines ? EACH_UNSEEN_BUT_LINES : EACH_UNSEEN)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    const mark = document.createElement("span");
    mark.className = "unseen";
    mark.textContent = escaped(match[0]);
    parts.push(mark);
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  element.replaceChildren(...parts);
}

/** The beginning of a long text; never half a character. @param {string} text @param {number} most */
export function clip(text, most) {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text[most - 1]) ? most - 1 : most;
  return `${text.slice(0, end)}…`;
}

/** @param {string} character */
function escaped(character) {
  const code = character.codePointAt(0) ?? 0;
  const short = { 9: "\\t", 10: "\\n", 13: "\\r" }[code];
  if (short) return short;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\u{${code.toString(16)}}`;
}
