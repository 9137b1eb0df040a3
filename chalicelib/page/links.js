// The links of the page: #<task>, #<task>&n=<number>, #n=<number>, and #n=<number>&factors for its prime factors, too.

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const TASK = new RegExp(`^#(${UUID})(?:&n=(.+))?$`, "i");
const TASK_PATH = new RegExp(`/(${UUID})/?$`, "i");
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

/** What a hash says: {id, text, factors}, each possibly missing. */
export function readHash(hash) {
  const [, linked, factors] = INPUT.exec(hash) ?? [];
  const [, id, text = linked] = TASK.exec(hash) ?? [];
  return { id: id?.toLowerCase(), text: text && decoded(text), factors: Boolean(factors) };
}

/** The task whose page a path is, or undefined. */
export const taskOfPath = (path) => TASK_PATH.exec(path)?.[1];
