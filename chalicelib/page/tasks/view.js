// The view of the tasks: what they are filtered by, the table, and the requests that keep it up to date.
import { call } from "../common/api.js";
import { LANES } from "../queues/diagram.js";
import { actionButton, byId, h, setText } from "../common/dom.js";
import { readTasksLink, tasksLink } from "../common/links.js";
import { count } from "../common/numbers.js";
import { refresh } from "../common/poll.js";
import { act, bulkButtons } from "./actions.js";
import { makeTable } from "./table.js";
import { STATUSES } from "../common/verdict.js";

const PAGE_TASKS = 50;
// A page of the API may be empty and have a next one: the most that are read for one page of the table.
const MAX_PAGES = 5;
// What was opened by "Show more" beyond these tasks is not read again.
const MAX_REFRESHED = 150;
const MAX_SELECTED = 1000;
const TYPING_MILLISECONDS = 400;
const SINCE = { "15m": "Last 15 minutes", "24h": "Last 24 hours", "": "All" };
const NONE = "No task matches. The table shows only lists, proofs, factorizations and failed tasks.";
const NO_KEY = "You need an API key to see the tasks. Try again to enter one.";

/**
 * The parts of the view once it was opened, what they show, and `stop()` while it is kept up to date. `changes` counts
 * what the user has changed: a response that was requested before says less than is shown.
 * @type {Record<string, any>}
 */
const view = { table: null, stop: null, filters: {}, tasks: undefined, next: null, changes: 0 };

/** Reads tasks from `cursor` on, about as many as are wanted: {tasks, next}. */
async function read(cursor, wanted, quiet) {
  const found = [];
  for (let pages = 0; pages < MAX_PAGES && found.length < wanted && (cursor || !pages); pages++) {
    const query = new URLSearchParams({ ...view.filters, limit: String(PAGE_TASKS), ...(cursor && { cursor }) });
    const page = await call(`tasks?${query}`, { quiet });
    found.push(...page.tasks);
    cursor = page.next;
  }
  // A task that changes while pages are read may be on two of them.
  return { tasks: [...new Map(found.map((task) => [task.task_id, task])).values()], next: cursor };
}

const idsOf = (list) => new Set(list.map(({ task_id: id }) => id));

/** Reads and appends tasks that are not shown yet. */
async function readMore() {
  const { filters, next } = view;
  const page = await read(next, PAGE_TASKS, false);
  if (filters !== view.filters) return;
  view.changes += 1;
  const ids = idsOf(view.tasks);
  view.tasks.push(...page.tasks.filter(({ task_id: id }) => !ids.has(id)));
  view.next = page.next;
  draw();
}

function showError(problem) {
  const text = problem?.status === 403 ? NO_KEY : problem?.message ?? "";
  setText(byId("tasks-error"), text);
  view.again.hidden = !text;
}

function draw() {
  const { table, tasks, next } = view;
  table.show(tasks);
  table.element.hidden = tasks?.length === 0;
  view.none.hidden = !tasks || tasks.length > 0 || Boolean(next);
  view.more.hidden = !next;
  drawSelection();
}

function drawSelection() {
  const { table, tasks, next } = view;
  const number = table.selected().length;
  const all = tasks?.length ?? 0;
  const shown = tasks ? `${count(all, "task")}${next ? " and more" : ""}` : "";
  view.all.checked = number > 0 && number === all;
  view.all.indeterminate = number > 0 && number < all;
  view.all.disabled = !all;
  view.rest.hidden = !view.all.checked || !next;
  if (view.bulk.isRunning()) return;
  setText(byId("tasks-selected"), number ? `${number} of ${count(all, "task")} selected` : shown);
  view.bulk.draw();
}

/** Shows the first tasks again, unless the user has changed something since `changes`. */
function showFresh({ page, changes }) {
  if (changes !== view.changes) return changes;
  const ids = idsOf(page.tasks);
  const later = (view.tasks ?? []).slice(MAX_REFRESHED).filter(({ task_id: id }) => !ids.has(id));
  view.tasks = [...page.tasks, ...later];
  if (!later.length) view.next = page.next;
  if (!view.again.hidden) showError(null); // the error of an action stays until the next one
  draw();
  setText(byId("tasks-note"), `Updated at ${new Date().toLocaleTimeString("en-GB")}`);
  return page.tasks;
}

function fail(problem) {
  if (!view.tasks) view.table.element.hidden = true;
  setText(byId("tasks-note"), "The page tries again.");
  showError(problem);
}

function start() {
  view.stop?.();
  view.stop = refresh(async (quiet) => {
    const { changes } = view;
    return { changes, page: await read(null, Math.min(view.tasks?.length || PAGE_TASKS, MAX_REFRESHED), quiet) };
  }, showFresh, fail);
}

/** Takes another filter: nothing of what is shown stays. */
function filter(name, value) {
  const { [name]: before = "", ...others } = view.filters;
  if (value === before) return;
  history.replaceState(null, "", tasksLink(value ? { ...others, [name]: value } : others));
  open();
}

function changed(task) {
  view.changes += 1;
  view.tasks = view.tasks.map((other) => (other.task_id === task.task_id ? task : other));
  view.table.update(task);
}

/** A choice of one filter. */
function choice(name, label, options) {
  const select = h("select", {}, Object.entries(options).map(([value, text]) => h("option", { value }, text)));
  select.addEventListener("change", () => filter(name, select.value));
  return { select, element: h("label", {}, h("span", {}, label), select) };
}

function make() {
  const search = h("input", {
    type: "search", maxlength: "5000", placeholder: "2^127-1", autocomplete: "off", spellcheck: "false",
  });
  let timer;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => filter("q", search.value.trim()), TYPING_MILLISECONDS);
  });
  const titles = Object.fromEntries(Object.entries(LANES).map(([name, [title]]) => [name, title]));
  const choices = {
    status: choice("status", "Status", { "": "All", ...STATUSES }),
    queue: choice("queue", "Queue", { "": "All", ...titles }),
    since: choice("since", "Time", SINCE),
  };
  const label = h("label", { class: "search" }, h("span", {}, "Number or id"), search);
  byId("tasks-filters").append(label, ...Object.values(choices).map(({ element }) => element));
  const table = makeTable(async (task) => changed(await act(task)), () => drawSelection());
  const bulk = bulkButtons(() => table.selected(), changed, () => table.select(false));
  const all = h("input", { type: "checkbox" });
  all.addEventListener("change", () => table.select(all.checked));
  const tell = (text) => setText(byId("tasks-error"), text);
  const more = actionButton("Show more", readMore, tell, { class: "quiet" });
  const rest = actionButton("Select all matches", async () => {
    const { filters } = view;
    while (filters === view.filters && view.next && view.tasks.length < MAX_SELECTED) await readMore();
    table.select(true);
  }, tell, { class: "quiet" });
  const again = h("button", { type: "button", hidden: true }, "Try again");
  again.addEventListener("click", start);
  const none = h("p", { class: "faint", hidden: true }, NONE);
  const choose = h("label", { class: "choice" }, all, "Select all");
  byId("tasks-bulk").append(choose, h("p", { id: "tasks-selected" }), rest, ...bulk.elements);
  byId("tasks-table").append(again, none, table.element, more);
  Object.assign(view, { search, choices, table, bulk, all, more, rest, again, none });
}

/** Opens the view with the filters of the address, and keeps it up to date. */
export function open() {
  if (!view.table) make();
  const { activeElement: focused } = document;
  if (focused !== byId("to-tasks") && !byId("tasks-view").contains(focused)) byId("tasks-title").focus();
  const asked = readTasksLink(location.hash);
  if (view.tasks && JSON.stringify(asked) === JSON.stringify(view.filters)) {
    if (!view.stop) start();
    return;
  }
  Object.assign(view, { filters: asked, tasks: undefined, next: null });
  if (view.search !== document.activeElement) view.search.value = asked.q ?? "";
  for (const [name, { select }] of Object.entries(view.choices)) select.value = asked[name] ?? "";
  setText(byId("tasks-note"), "Loading");
  showError(null);
  draw();
  start();
}

/** Stops the requests of the view. */
export function close() {
  view.stop?.();
  view.stop = null;
}
