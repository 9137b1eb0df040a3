// The table of tasks: each keeps its row, with focus and selection, while it changes.
import { since } from "../common/api.js";
import { byId, capital, h, section, setText } from "../common/dom.js";
import { LANES } from "../queues/diagram.js";
import { formula } from "../common/formula.js";
import { taskLink } from "../common/links.js";
import { ago, count, duration, grouped, isDecimal } from "../common/numbers.js";
import { isFinal } from "../common/follow.js";
import { ofVerdict, STATUSES } from "../common/verdict.js";

const SKELETON_ROWS = 5;
const TONES = { SUCCESS: "prime", FAILURE: "failed", REVOKED: "stopped" };
/** The columns with what their heads sort by: text, or a number. */
const COLUMNS = {
  Task: nameOf,
  Status: ({ status }) => STATUSES[status],
  Verdict: (task) => verdictOf(task).text,
  Queue: ({ queue }) => LANES[queue]?.[0] ?? "",
  Duration: (task) => secondsOf(task) ?? -1,
  Age: ({ submitted_at: at }) => since(at),
};

/** What a task found: "Prime", "Composite, 4 factors", "3 primes"; with its tone. */
function verdictOf({ verdict, factors, primes, total, finished }) {
  if (total != null) return { text: finished ? count(primes, "prime") : "", tone: "" };
  if (!verdict) return { text: "", tone: "" };
  const { title, tone } = ofVerdict(verdict);
  return { text: factors ? `${title}, ${count(factors, "factor")}` : title, tone };
}

/** How long a task takes, in seconds: a list from its submission, because its start is its first result. */
function secondsOf({ kind, submitted_at: submitted, started_at: started, finished_at: finished }) {
  if (!started) return undefined;
  const from = kind === "list" ? submitted : started;
  return finished ? Math.max(0, Date.parse(finished) - Date.parse(from)) / 1000 : since(from) / 1000;
}

/** What a task is about in one line of text. */
export function nameOf({ task_id: id, kind, subject, total }) {
  const size = total === null ? "A list" : `A list of ${count(total, "number")}`;
  if (kind === "list") return subject ? `${size}, ${subject}` : size;
  return subject ? capital(subject) : `Task ${id}`;
}

/** What can be done with a task: "cancel", "retry" or nothing. */
export const actionOf = (task) => (task.status === "FAILURE" ? "retry" : isFinal(task) ? undefined : "cancel");

/** Whether the subject of a task is its number as it was submitted, and no part of it. */
const isWhole = ({ kind, subject }) => kind !== "list" && kind !== "search" && subject && !subject.includes("…");

function drawName(task) {
  const { kind, subject } = task;
  const isFormula = isWhole(task) && !isDecimal(subject);
  const name = isFormula ? formula(subject) : nameOf(task);
  return h("span", { class: ["list", "search"].includes(kind) || isFormula ? "" : "number" }, name);
}

/** What a task's status means in this case: how far a list is, how often a task was tried. */
function detailOf({ status, kind, total, finished, attempts }) {
  if (kind === "list" && !isFinal({ status }) && finished !== null) return `${grouped(finished)} of ${grouped(total)}`;
  return status === "FAILURE" || status === "RETRY" ? count(attempts, "attempt") : "";
}

/** The row of a task; `act(task)` does what can be done with it, and `selected()` is called when its box changes. */
function makeRow(id, act, selected) {
  const row = { task: null };
  const box = h("input", { type: "checkbox" });
  box.addEventListener("change", selected);
  const name = section("a");
  const error = h("p", { class: "reason" });
  const fault = h("p", { class: "error", role: "alert" });
  const dot = h("span", { class: "dot" });
  const status = h("span", { class: "state" });
  const detail = h("span", { class: "faint" });
  const verdict = h("td", { class: "found" });
  const queue = h("td", { class: "in" });
  const took = h("td", { class: "took" });
  const time = h("time", {});
  const button = h("button", { type: "button" });
  button.addEventListener("click", async () => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    setText(fault, "");
    await act(row.task).catch((problem) => setText(fault, problem.message));
    button.ariaBusy = "false";
  });
  const element = h("tr", {},
    h("td", { class: "pick" }, h("label", {}, box)),
    h("td", { class: "task" }, name.element, error, fault),
    h("td", { class: "status" }, dot, status, " ", detail),
    verdict,
    queue,
    took,
    h("td", { class: "at" }, time),
    h("td", { class: "act" }, button));
  return Object.assign(row, {
    element,
    box,
    update(task) {
      row.task = task;
      const text = nameOf(task);
      const action = actionOf(task);
      name.element.href = taskLink(id, isWhole(task) ? task.subject : null);
      name.show(task.subject ?? task.total, () => drawName(task));
      box.setAttribute("aria-label", `Select ${text}`);
      setText(error, capital(task.error ?? ""));
      dot.className = `dot ${TONES[task.status] ?? "waiting"}`;
      status.className = `state ${TONES[task.status] ?? "waiting"}`;
      setText(status, STATUSES[task.status]);
      setText(detail, detailOf(task));
      const found = verdictOf(task);
      setText(verdict, found.text);
      verdict.className = `found state ${found.tone}`;
      setText(queue, LANES[task.queue]?.[0] ?? "");
      const seconds = secondsOf(task);
      setText(took, seconds === undefined ? "" : duration(Math.max(seconds, 1e-3)));
      const at = task.submitted_at;
      time.setAttribute("datetime", at);
      setText(time, ago(since(at)));
      // The focus is not lost with the button.
      if (!action && document.activeElement === button) name.element.focus();
      button.hidden = !action;
      if (!action) return;
      setText(button, capital(action));
      button.setAttribute("aria-label", `${capital(action)} ${text}`);
    },
  });
}

/** The tasks in the order of a column; without one as the service sends them, the newest first. */
function sorted(tasks, { column, descending }) {
  if (!column) return tasks;
  const value = COLUMNS[column];
  const compare = (one, other) =>
    typeof one === "number" ? one - other : one.localeCompare(other, "en", { numeric: true });
  return [...tasks].sort((one, other) => (descending ? -1 : 1) * compare(value(one), value(other)));
}

/** The table; `act(task)` cancels or retries a task, and `changed()` is called when the selection changes. */
export function makeTable(act, changed) {
  const rows = new Map();
  const order = { column: "", descending: false };
  let shown;
  const body = h("tbody");
  function sortable(name) {
    const button = h("button", { type: "button" }, name);
    const cell = h("th", { scope: "col" }, button);
    button.addEventListener("click", () => {
      order.descending = order.column === name && !order.descending;
      order.column = name;
      for (const other of head.querySelectorAll("th")) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
      show(shown);
    });
    return cell;
  }
  const head = h("thead", {}, h("tr", {}, h("td"), Object.keys(COLUMNS).map(sortable), h("td")));
  const names = ["pick", "task", "status", "found", "in", "took", "at", "act"];
  const bars = names.map((name) => h("td", { class: name }, h("i")));
  const skeleton = h("tbody", { class: "skeleton", "aria-hidden": "true" },
    Array.from({ length: SKELETON_ROWS }, () => h("tr", {}, bars.map((bar) => bar.cloneNode(true)))));
  const element = h("table", { class: "tasks", "aria-labelledby": "tasks-title" }, head, body, skeleton);

  /** Removes a row; the focus goes to the row that takes its place, or to the title. */
  function remove(id) {
    const { element: row } = rows.get(id);
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (row.contains(document.activeElement)) (next?.querySelector("input") ?? byId("tasks-title")).focus();
    row.remove();
    rows.delete(id);
  }

  /** Shows these tasks; undefined while the first ones are loading. */
  function show(tasks) {
    shown = tasks;
    skeleton.hidden = Boolean(tasks);
    element.ariaBusy = String(!tasks);
    const ids = new Set((tasks ?? []).map(({ task_id: id }) => id));
    for (const id of [...rows.keys()]) if (!ids.has(id)) remove(id);
    let before = null;
    for (const task of sorted(tasks ?? [], order)) {
      const id = task.task_id;
      if (!rows.has(id)) rows.set(id, makeRow(id, act, changed));
      const row = rows.get(id);
      row.update(task);
      const place = before ? before.nextSibling : body.firstChild;
      // An element that is moved loses the focus: only one that is not at its place is.
      if (place !== row.element) body.insertBefore(row.element, place);
      before = row.element;
    }
    changed();
  }

  return {
    element,
    show,
    update: (task) => rows.get(task.task_id)?.update(task),
    select(all) {
      for (const { box } of rows.values()) box.checked = all;
      changed();
    },
    selected: () => [...rows.values()].filter(({ box }) => box.checked).map(({ task }) => task),
  };
}
