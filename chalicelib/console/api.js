// Every call to the service: addresses relative to the page, problems in plain words, no digit lost.
import { askForKey, heldKey } from "./access.js";

const UNREACHABLE = "The service cannot be reached. Check your connection and try again.";

/** An answer that is not what was asked for: its status (0: none came), and what to do next. */
export class Problem extends Error {
  constructor(status, detail, retryAfter = 0) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** JSON with the integers that a JavaScript number cannot hold given as strings of their digits. */
export function parse(text) {
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  return JSON.parse(text.replace(token, (found) => (/^-?\d{16,}$/.test(found) ? `"${found}"` : found)));
}

let skew = 0;

/** Milliseconds since `time` (RFC 3339) by the service's clock. */
export const since = (time) => Math.max(0, Date.now() - skew - Date.parse(time));

function refusal(status, text, retryAfter) {
  let detail;
  try {
    ({ detail } = JSON.parse(text));
  } catch {
    // What answered was a proxy, not the service.
  }
  return new Problem(status, detail ?? `The service answered with status ${status}. Try again in a minute.`, retryAfter);
}

/**
 * One call; gives the response once it is a success, else throws a Problem.
 * A quiet call (a poll) does not ask again for a key that was not given.
 */
export async function send(path, { method = "GET", body, headers = {}, quiet = false } = {}) {
  const key = heldKey();
  const init = { method, headers: { Accept: "application/json", ...headers }, cache: "no-store" };
  if (key) init.headers["x-api-key"] = key;
  if (body !== undefined) {
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  const response = await fetch(path, init).catch(() => {
    throw new Problem(0, UNREACHABLE);
  });
  const date = Date.parse(response.headers.get("Date"));
  if (date) skew = Date.now() - date;
  if (response.ok) return response;
  if (response.status === 403 && (await askForKey(key, quiet))) {
    return send(path, { method, body, headers, quiet });
  }
  throw refusal(response.status, await response.text(), Number(response.headers.get("Retry-After")) || 0);
}

/** One call whose answer is JSON. */
export async function call(path, options) {
  return parse(await (await send(path, options)).text());
}
