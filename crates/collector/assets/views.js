/*
 * Which view is shown: the one that the address names after its #, and the live view where it names none.
 */
// @ts-check

import { byId } from "./dom.js";

/** Shows that view from now on. */
export function followAddress() {
  addEventListener("hashchange", showView);
  showView();
}

function showView() {
  const isQuery = location.hash === "#query";
  byId("live-view").hidden = isQuery;
  byId("query-view").hidden = !isQuery;
  byId("live-link").ariaCurrent = isQuery ? null : "page";
  byId("query-link").ariaCurrent = isQuery ? "page" : null;
  if (isQuery) byId("query").focus();
}
