// The last tasks of this browser, kept over reloads.
import { byId, h } from "./dom.js";
import { formula } from "./formula.js";
import { ago, brief, count, groups, isDecimal } from "./numbers.js";
import { describe } from "./verdict.js";

const KEPT = "tasks";
const MOST = 20;

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}

let entries = load();

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(entries));
  } catch {
    // Full or forbidden storage: the page goes on with what it has in memory.
  }
}

/** The tasks remembered, newest first: {id, number | count, at, title, tone, final}. */
export const remembered = () => entries;

/** What was asked with this task, where this browser asked it. */
export const asked = (id) => entries.find((entry) => entry.id === id);

/** A short name of what was asked: set as mathematics, as a short number or as a count. */
function label({ count: numbers, number }) {
  if (numbers) return count(numbers, "number");
  if (isDecimal(number) && number.length <= 32) return groups(number);
  return isDecimal(number) || number.length > 60 ? brief(number) : formula(number);
}

export function remember(id, input) {
  const what = input.numbers ? { count: input.numbers.length } : input;
  entries = [{ id, ...what, at: Date.now() }, ...entries.filter((entry) => entry.id !== id)].slice(0, MOST);
  keep();
  draw();
}

/** Notes a task's state for the list. */
export function note(id, { task, problem }, final) {
  const entry = asked(id);
  if (!entry) return;
  const gone = problem?.status === 404;
  const { title, tone } = gone ? { title: "Expired", tone: "waiting" } : describe(task);
  const over = final || gone;
  if (entry.title === title && entry.final === over) return;
  Object.assign(entry, { title, tone, final: over });
  keep();
  draw();
}

// Another tab of this browser has remembered or noted something.
addEventListener("storage", () => {
  entries = load();
  draw();
});

export function forget() {
  entries = [];
  keep();
  draw();
}

export function draw() {
  byId("recent").hidden = entries.length === 0;
  const focused = document.activeElement?.getAttribute?.("href");
  const rows = entries.map((entry) =>
    h("li", {},
      h("a", { href: `#${entry.id}` },
        h("span", { class: "what" }, label(entry)),
        h("span", { class: `state ${entry.tone ?? "waiting"}` }, entry.title ?? "Waiting"),
        h("span", { class: "faint when" }, ago(Date.now() - entry.at)))));
  byId("recent-list").replaceChildren(...rows);
  if (focused) rows.find((row) => row.firstChild.getAttribute("href") === focused)?.firstChild.focus();
}
