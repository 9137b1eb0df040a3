// The links of the page: #<task>, #<task>&n=<number> and #n=<number>.

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const TASK = new RegExp(`^#(${UUID})(?:&n=(.+))?$`, "i");
const TASK_PATH = new RegExp(`/(${UUID})/?$`, "i");
const INPUT = /^#n=(.+)$/;
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

/** What a hash says: {id, text}, each possibly missing. */
export function readHash(hash) {
  const [, id, text = INPUT.exec(hash)?.[1]] = TASK.exec(hash) ?? [];
  return { id: id?.toLowerCase(), text: text && decoded(text) };
}

/** The task whose page a path is, or undefined. */
export const taskOfPath = (path) => TASK_PATH.exec(path)?.[1];
