// The links of the page: #<task>, #<task>&n=<number>, #n=<number>, and #n=<number>&factors for its prime factors, too;
// #tasks?<filters> for the table of tasks; and the paths /<task>, /<number> and /numbers/<number>.

import { currentKey } from "./access.js";

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const TASK = new RegExp(`^#(${UUID})(?:&n=(.+))?$`, "i");
const INPUT = /^#n=(.+?)(&factors)?$/;
const MAX_LINKED_CHARACTERS = 1000;

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The link that submits a text. */
export const linkOf = (text) => `#n=${encodeURIComponent(text)}`;

/** The link of a task; it names the number, unless that is long, so that an expired task can be checked again. */
export const taskLink = (id, text) =>
  text && text.length <= MAX_LINKED_CHARACTERS ? `#${id}&n=${encodeURIComponent(text)}` : `#${id}`;

/** The link of the table of tasks with its filters: {status, queue, q, since}, each possibly missing. */
export const tasksLink = (filters) => `#tasks${Object.keys(filters).length ? `?${new URLSearchParams(filters)}` : ""}`;

/** The filters that a link of the table names. */
export const readTasksLink = (hash) => Object.fromEntries(
  [...new URLSearchParams(hash.split("?")[1])].filter(([name]) => ["status", "queue", "q", "since"].includes(name)));

/** What a hash says: {id, text, factors}, each possibly missing. */
export function readHash(hash) {
  const [, linked, factors] = INPUT.exec(hash) ?? [];
  const [, id, text = linked] = TASK.exec(hash) ?? [];
  return { id: id?.toLowerCase(), text: text && decoded(text), factors: Boolean(factors) };
}

/** The link of a number below the page's address, which outlives its tasks; undefined for a long one. */
export function numberLink(text, factors) {
  if (!text || text.length > MAX_LINKED_CHARACTERS) return undefined;
  if (factors) return `${linkOf(text)}&factors`;
  // Behind a key a browser opens no address but the page's own.
  return currentKey() ? linkOf(text) : encodeURIComponent(text).replaceAll("%5E", "^").replaceAll("%2B", "+");
}

/** The hash for the path of the page, where that names a task or a number; empty where it is the page's own. */
export function hashOfPath(path, base) {
  const rest = path.startsWith(base) ? path.slice(base.length).replace(/^numbers\//, "").replace(/\/$/, "") : "";
  return rest && (TASK.test(`#${rest}`) ? `#${rest}` : linkOf(decoded(rest)));
}
