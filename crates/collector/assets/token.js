/*
 * The access token, for as long as this tab is open.
 *
 * It is never put into an address, and never outlives the tab.
 */
// @ts-check

const TOKEN = "tnt4-token";
/** For browsers that deny storage. */
let tokenOfThisPage = "";

export const token = {
  get() {
    try {
      return sessionStorage.getItem(TOKEN) ?? "";
    } catch {
      return tokenOfThisPage;
    }
  },
  /** @param {string} text */
  set(text) {
    tokenOfThisPage = text;
    try {
      sessionStorage.setItem(TOKEN, text);
    } catch {
      // Then it is asked for again after a reload.
    }
  },
};
