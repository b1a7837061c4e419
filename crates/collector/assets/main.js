/*
 * The page of the collector: what has just been committed, and answers to jKQL.
 *
 * The parts are made here and know nothing of each other; what one wants of another goes through here. A module
 * imports only those that stand above it in the table of crates/collector/src/api/page.rs, so that there is no circle.
 */
// @ts-check

import { showCommands } from "./commands.js";
import { Detail } from "./detail/panel.js";
import { LiveView } from "./live/view.js";
import { QueryView } from "./query/view.js";
import { TokenForm } from "./token-form.js";
import { followAddress } from "./views.js";

const tokenForm = new TokenForm(showCommands);
const unauthorized = (/** @type {() => void} */ then) => tokenForm.ask(then);

const query = new QueryView({ unauthorized });
const detail = new Detail({
  close: () => live.leave(),
  query: (statement, date) => query.fill(statement, date),
  unauthorized,
});
const live = new LiveView({ choose: (item) => detail.open(item), unauthorized });

addEventListener("online", () => live.hurry());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) live.hurry();
});
followAddress();
showCommands();
live.run();
