// The last tasks of this browser, kept over reloads.
import { byId, h } from "../common/dom.js";
import { formula } from "../common/formula.js";
import { isRange } from "./items.js";
import { ago, brief, count, groups, isDecimal } from "../common/numbers.js";
import { describe, SEARCHES } from "../common/verdict.js";

const STORED = "tasks";
const MAX_TASKS = 20;
const MAX_SHOWN = 6;

function load() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? [];
  } catch {
    return [];
  }
}

/** The tasks, and whether all of them are shown. */
const state = { tasks: load(), isOpen: false };

function store() {
  try {
    localStorage.setItem(STORED, JSON.stringify(state.tasks));
  } catch {
    // The storage is full or forbidden: the page continues with what it has in memory.
  }
}

/** The stored tasks, newest first: {id, number | count, factors, find, at, title, tone, final}. */
export const recentTasks = () => state.tasks;

/** The stored task `id`, where this browser submitted it. */
export const recentTask = (id) => state.tasks.find((stored) => stored.id === id);

function label({ count: numbers = 0, number = "", find = "" }) {
  if (find) return [`${SEARCHES[find]} `, label({ number })].flat();
  if (numbers) return count(numbers, "number");
  if (isDecimal(number) && number.length <= 32) return groups(number);
  return isDecimal(number) || number.length > 60 ? brief(number) : formula(number);
}

/** Stores a task that was submitted. */
export function remember(id, input) {
  const { numbers, number, factors, find, known } = input;
  const listed = numbers?.some(isRange) ? { number: numbers.join(", ") } : { count: numbers?.length };
  const what = { ...(numbers ? listed : { number }), ...(factors && { factors, known }), ...(find && { find }) };
  const isAnother = (stored) => stored.id !== id && (numbers || stored.number !== number || stored.find !== find);
  state.tasks = [{ id, ...what, at: Date.now() }, ...state.tasks.filter(isAnother)].slice(0, MAX_TASKS);
  store();
  draw();
}

/** Stores the state of a task. */
export function note(id, { task, problem }, final) {
  const stored = recentTask(id);
  if (!stored) return;
  const expired = problem?.status === 404;
  const { title, tone } = expired ? { title: "Expired", tone: "waiting" } : describe(task);
  const over = final || expired;
  if (stored.title === title && stored.final === over) return;
  Object.assign(stored, { title, tone, final: over });
  store();
  draw();
}

// Another tab of this browser has changed the list.
addEventListener("storage", () => {
  state.tasks = load();
  draw();
});

byId("recent-all").addEventListener("click", () => {
  state.isOpen = true;
  draw();
  byId("recent-list").children[MAX_SHOWN].querySelector("a").focus();
});

/** Deletes the list. */
export function forget() {
  state.tasks = [];
  store();
  draw();
}

/** Shows the list. */
export function draw() {
  const { tasks, isOpen } = state;
  byId("recent").hidden = tasks.length === 0;
  const focused = document.activeElement?.getAttribute?.("href");
  byId("recent-all").hidden = isOpen || tasks.length <= MAX_SHOWN;
  const rows = tasks.slice(0, isOpen ? MAX_TASKS : MAX_SHOWN).map((stored) =>
    h("li", {},
      h("a", { href: `#${stored.id}` },
        h("span", { class: "what" }, label(stored)),
        h("span", { class: `state ${stored.tone ?? "waiting"}` }, stored.title ?? "Queued"),
        h("span", { class: "faint when" }, ago(Date.now() - stored.at)))));
  byId("recent-list").replaceChildren(...rows);
  if (focused) rows.map((row) => row.querySelector("a")).find((link) => link.getAttribute("href") === focused)?.focus();
}
