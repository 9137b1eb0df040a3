// The failed tasks: what they were, why they failed, and how to queue them again.
import { call, since, untilAccepted } from "./api.js";
import { actionButton, byId, capital, h, wait } from "./dom.js";
import { formula } from "./formula.js";
import { ago, count, isDecimal } from "./numbers.js";

const RETRY_PAUSE_MILLISECONDS = 250;

const rows = new Map();
let next = null;
let paged = false;
let running = false;

const showError = (text) => (byId("failed-error").textContent = text);
const readPage = (cursor) => call(cursor ? `queue?cursor=${encodeURIComponent(cursor)}` : "queue");
const retry = (id) => call(`${id}/retry`, { method: "POST" });

function remove(id) {
  rows.get(id)?.remove();
  rows.delete(id);
}

/** What failed: "2^127-1", the ends of a long number, or "chunk 3 of 5" of a list. */
function nameOf(id, subject) {
  if (!subject) return `Task ${id}`;
  if (subject.startsWith("chunk ")) return `A list, ${subject}`;
  return h("span", { class: "number" }, isDecimal(subject) || subject.includes("…") ? subject : formula(subject));
}

function makeRow({ task_id: id, subject, error, attempts, finished_at: at }) {
  const fault = h("p", { class: "error", role: "alert" });
  const button = actionButton("Retry", async () => {
    await retry(id);
    byId("failed-title").focus();
    remove(id);
    draw();
  }, (text) => (fault.textContent = text), { "aria-label": `Retry task ${id}` });
  return h("li", {},
    h("div", {},
      h("a", { href: `#${id}` }, nameOf(id, subject)),
      h("p", {}, capital(error || "no reason was stored.")),
      h("p", { class: "faint" }, `${ago(since(at))} · ${count(attempts, "attempt")}`),
      fault),
    button);
}

const list = h("ul");
const none = h("p", { class: "faint" }, "No task has failed.");
const more = actionButton("Show more", async () => {
  const page = await readPage(next);
  paged = true;
  add(page.failed, "append");
  next = page.next;
  draw();
}, showError, { class: "quiet" });

function add(tasks, where) {
  const fresh = tasks.filter(({ task_id: id }) => !rows.has(id));
  for (const task of fresh) rows.set(task.task_id, makeRow(task));
  list[where](...fresh.map(({ task_id: id }) => rows.get(id)));
}

function draw() {
  none.hidden = rows.size > 0;
  more.hidden = !next;
  retryAll.hidden = rows.size < 2 && !running;
}

/** Retries every failed task, page by page, four a second; waits where the service is busy. */
async function retryEvery() {
  let done = 0;
  let cursor = null;
  do {
    const page = await readPage(cursor);
    for (const { task_id: id } of page.failed) {
      await untilAccepted(() => retry(id)).catch((problem) => {
        // 404 and 409: the task has expired or was retried by somebody else.
        if (problem.status !== 404 && problem.status !== 409) throw problem;
      });
      remove(id);
      retryAll.textContent = `Stop (${++done} queued again)`;
      await wait(RETRY_PAUSE_MILLISECONDS);
      if (!running) return;
    }
    cursor = page.next;
  } while (cursor);
  next = null;
}

const retryAll = h("button", { type: "button" }, "Retry all");
retryAll.addEventListener("click", async () => {
  running = !running;
  // The running loop ends after its present request.
  retryAll.disabled = !running;
  if (!running) return;
  showError("");
  await retryEvery().catch((problem) => showError(problem.message));
  running = false;
  retryAll.disabled = false;
  retryAll.textContent = "Retry all";
  byId("failed-title").focus();
  draw();
});

/** Shows the first page of the failed tasks; further pages that were opened stay. */
export function showFailed({ failed, next: cursor }) {
  if (!list.isConnected) {
    byId("failed").append(none, list, more);
    byId("retry-all").append(retryAll);
  }
  if (running) return;
  if (!paged) {
    next = cursor;
    for (const id of [...rows.keys()]) if (!failed.some(({ task_id: other }) => other === id)) remove(id);
  }
  add(failed, "prepend");
  draw();
}
