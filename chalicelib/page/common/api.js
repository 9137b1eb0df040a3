// Every request to the service: addresses relative to the page, errors as sentences, integers without loss.
import { currentKey, requestKey } from "./access.js";
import { capital, wait } from "./dom.js";

const UNREACHABLE = "The page cannot reach the service. Check your connection.";

/** A response that is no success: its status (0 where none arrived), and what to do next. */
export class Problem extends Error {
  constructor(status, detail, retryAfter = 0) {
    super(capital(detail));
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Parses JSON; integers of 16 digits and more, which a JavaScript number may round, become strings. */
export function parse(text) {
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  return JSON.parse(text.replace(token, (found) => (/^-?\d{16,}$/.test(found) ? `"${found}"` : found)));
}

/** What a problem says where the page sends the request again by itself. */
export const sentAgain = ({ message }) =>
  `${message.replace(/[:.] (?:try|send (?:it|the request)) again.*/i, ".")} The page tries again.`;

/** By how many milliseconds this machine's clock is ahead of the service's. */
const clock = { ahead: 0 };

/** Milliseconds since `time` (RFC 3339) by the service's clock; negative for a time to come. */
export const age = (time) => Date.now() - clock.ahead - Date.parse(time);

/** The time `seconds` seconds ago by the service's clock (RFC 3339). */
export const timeAgo = (seconds) => new Date(Date.now() - clock.ahead - seconds * 1000).toISOString();

/** Milliseconds since `time`, never negative. */
export const since = (time) => Math.max(0, age(time));

function problemOf(status, text, retryAfter) {
  let detail;
  try {
    ({ detail } = JSON.parse(text));
  } catch {
    // A proxy sent this response, not the service.
  }
  const unknown = `The service responded with status ${status}. Try again in a minute.`;
  return new Problem(status, detail ?? unknown, retryAfter);
}

/**
 * Sends a request; resolves to the response of a success, throws a Problem otherwise.
 * @param {string} path
 * @param {{ method?: string, body?: any, headers?: Record<string, string>, quiet?: boolean }} [options]
 */
export async function send(path, { method = "GET", body, headers = {}, quiet = false } = {}) {
  const key = currentKey();
  /** @type {RequestInit & { headers: Record<string, string> }} */
  const init = { method, headers: { Accept: "application/json", ...headers }, cache: "no-store" };
  if (key) init.headers["x-api-key"] = key;
  if (body !== undefined) {
    const isFile = body instanceof Blob;
    init.headers["Content-Type"] = isFile ? body.type : "application/json";
    init.body = isFile ? body : JSON.stringify(body);
  }
  const response = await fetch(path, init).catch(() => {
    throw new Problem(0, UNREACHABLE);
  });
  const date = Date.parse(response.headers.get("Date"));
  if (date) clock.ahead = Date.now() - date;
  if (response.ok) return response;
  if (response.status === 403 && (await requestKey(key, quiet))) return send(path, { method, body, headers, quiet });
  throw problemOf(response.status, await response.text(), Number(response.headers.get("Retry-After")) || 0);
}

/** Sends a request whose response is JSON. */
export async function call(path, options) {
  return parse(await (await send(path, options)).text());
}

/** Repeats a request while the service is busy (429 or 503). */
export async function untilAccepted(request) {
  for (;;) {
    try {
      return await request();
    } catch (problem) {
      if (problem.status !== 429 && problem.status !== 503) throw problem;
      await wait((problem.retryAfter || 1) * 1000);
    }
  }
}
