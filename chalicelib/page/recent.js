// The last tasks of this browser, kept over reloads.
import { byId, h } from "./dom.js";
import { formula } from "./formula.js";
import { ago, brief, count, groups, isDecimal } from "./numbers.js";
import { describe } from "./verdict.js";

const STORED = "tasks";
const MAX_TASKS = 20;

function load() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? [];
  } catch {
    return [];
  }
}

let entries = load();

function store() {
  try {
    localStorage.setItem(STORED, JSON.stringify(entries));
  } catch {
    // The storage is full or forbidden: the page continues with what it has in memory.
  }
}

/** The stored tasks, newest first: {id, number | count, at, title, tone, final}. */
export const recentTasks = () => entries;

/** The stored task `id`, where this browser submitted it. */
export const recentTask = (id) => entries.find((entry) => entry.id === id);

function label({ count: numbers, number }) {
  if (numbers) return count(numbers, "number");
  if (isDecimal(number) && number.length <= 32) return groups(number);
  return isDecimal(number) || number.length > 60 ? brief(number) : formula(number);
}

/** Stores a task that was submitted. */
export function remember(id, input) {
  const what = input.numbers ? { count: input.numbers.length } : { number: input.number };
  entries = [{ id, ...what, at: Date.now() }, ...entries.filter((entry) => entry.id !== id)].slice(0, MAX_TASKS);
  store();
  draw();
}

/** Stores the state of a task. */
export function note(id, { task, problem }, final) {
  const entry = recentTask(id);
  if (!entry) return;
  const expired = problem?.status === 404;
  const { title, tone } = expired ? { title: "Expired", tone: "waiting" } : describe(task);
  const over = final || expired;
  if (entry.title === title && entry.final === over) return;
  Object.assign(entry, { title, tone, final: over });
  store();
  draw();
}

// Another tab of this browser has changed the list.
addEventListener("storage", () => {
  entries = load();
  draw();
});

/** Deletes the list. */
export function forget() {
  entries = [];
  store();
  draw();
}

/** Shows the list. */
export function draw() {
  byId("recent").hidden = entries.length === 0;
  const focused = document.activeElement?.getAttribute?.("href");
  const rows = entries.map((entry) =>
    h("li", {},
      h("a", { href: `#${entry.id}` },
        h("span", { class: "what" }, label(entry)),
        h("span", { class: `state ${entry.tone ?? "waiting"}` }, entry.title ?? "Queued"),
        h("span", { class: "faint when" }, ago(Date.now() - entry.at)))));
  byId("recent-list").replaceChildren(...rows);
  if (focused) rows.find((row) => row.firstChild.getAttribute("href") === focused)?.firstChild.focus();
}
