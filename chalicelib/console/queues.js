// The view for the person on call: the queues as they are now, and what failed last.
import { call, since } from "./api.js";
import { chart, trim } from "./chart.js";
import { actionButton, byId, h, slot } from "./dom.js";
import { ago, count, grouped } from "./numbers.js";
import { poll } from "./poll.js";

const NAMES = {
  tasks: ["Tasks", "waiting to be screened"],
  proofs: ["Proofs", "waiting to be proven"],
  dead_letters: ["Dead letters", "given up, to be marked as failed"],
};
const samples = {};
const failed = slot("div");
let stop = null;

function panel(name, queue, now) {
  const [title, meaning] = NAMES[name] ?? [name, ""];
  const all = Number(queue.waiting) + Number(queue.in_flight) + Number(queue.delayed);
  const line = (samples[name] ??= []);
  line.push({ at: now, value: all });
  trim(line, now);
  const alarm = name === "dead_letters" && all > 0;
  return h("section", { class: `panel ${alarm ? "alarm" : ""}`, "aria-label": title },
    h("h2", {}, title),
    h("p", { class: "big" }, grouped(queue.waiting)),
    h("p", { class: "faint" }, meaning),
    chart(line, now, title),
    h("p", { class: "axis" }, h("span", {}, "5 min ago"), h("span", {}, "now")),
    h("dl", { class: "pair" },
      h("div", {}, h("dt", {}, "In flight"), h("dd", {}, grouped(queue.in_flight))),
      h("div", {}, h("dt", {}, "Delayed"), h("dd", {}, grouped(queue.delayed)))));
}

function failedRow(task) {
  const fault = h("p", { class: "error", role: "alert" });
  const button = actionButton("Retry", async () => {
    await call(`${task.task_id}/retry`, { method: "POST" });
    byId("failed-title").focus();
    row.remove();
  }, (text) => (fault.textContent = text), { "aria-label": `Retry task ${task.task_id}` });
  const row = h("li", {},
    h("div", {},
      h("p", { class: "reason" }, task.error || "No reason was kept."),
      h("p", { class: "faint" },
        h("a", { href: `#${task.task_id}` }, task.task_id), ` · ${ago(since(task.finished_at))} · `,
        count(task.attempts, "attempt")),
      fault),
    button);
  return row;
}

function drawFailed(tasks) {
  if (!tasks.length) return h("p", { class: "faint" }, "Nothing has failed.");
  return h("ul", { class: "rows" }, tasks.map(failedRow));
}

async function look(state) {
  try {
    const answer = await call("queue", { quiet: state.quiet });
    if (state.over) return "done";
    const now = Date.now();
    byId("queues").replaceChildren(...Object.entries(answer.queues).map(([name, queue]) => panel(name, queue, now)));
    failed.show(answer.failed, drawFailed);
    byId("queues-note").textContent = `Seen at ${new Date(now).toLocaleTimeString("en-GB")}`;
    byId("queues-note").classList.remove("error");
    const news = JSON.stringify(answer);
    const outcome = news === state.last ? "same" : "changed";
    state.last = news;
    return outcome;
  } catch (problem) {
    byId("queues-note").textContent = `${problem.message} This page keeps trying.`;
    byId("queues-note").classList.add("error");
    throw problem;
  } finally {
    state.quiet = true;
  }
}

/** Watches while the view is open. */
export function open() {
  if (stop) return;
  byId("failed").append(failed.element);
  const state = { quiet: false, over: false };
  const end = poll(() => look(state), { shortest: 2000, longest: 15_000 });
  stop = () => {
    state.over = true;
    end();
  };
}

export function close() {
  stop?.();
  stop = null;
}
