/*
 * How to send a first item, as commands that can be copied into a shell.
 *
 * The token is not shown: where one is needed, the command takes it from the environment.
 */
// @ts-check

import { byId } from "./dom.js";
import { token } from "./token.js";

/** To be called again when there is another token. */
export function showCommands() {
  const key = token.get() ? ` -H "X-API-Key: $TNT4_TOKEN"` : "";
  byId("send-tnt4").textContent = `tnt4 send --url ${location.origin} "hello"`;
  byId("send-curl").textContent =
    `curl ${location.origin}/event${key} \\\n  -d '{"operation":"hello","severity":"INFO","msg-text":"hello from curl"}'`;
}
