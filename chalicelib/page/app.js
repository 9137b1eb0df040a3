// Starts the page and decides which view and which task it shows.
import { call } from "./common/api.js";
import { startAsking } from "./ask/ask.js";
import { taskCard } from "./result/card.js";
import { startChecking } from "./ask/certificate.js";
import { byId } from "./common/dom.js";
import { hashOfPath, readHash, taskLink } from "./common/links.js";
import { isLong, notifyOf } from "./result/notify.js";
import * as queues from "./queues/view.js";
import { draw, forget, note, recentTask, recentTasks, remember } from "./ask/recent.js";
import { submit } from "./common/submit.js";
import { follow, isFinal, known, onTask } from "./common/follow.js";
import * as table from "./tasks/view.js";
import { startThemes } from "./common/theme.js";
import { describe } from "./common/verdict.js";

const VIEWS = { ask: { open() {}, close() {} }, queues, tasks: table };

const inputs = new Map();
let shown = null;

function accept(input, response) {
  const id = response.task_id;
  inputs.set(id, input);
  remember(id, input);
  follow(id, "result" in response ? response : { status: "PENDING" });
  // The user has gone to another view meanwhile.
  if (viewOf(location.hash) !== "ask") return;
  // The task takes the place of the link to its number: the back button would submit it again.
  const { id: before, text } = readHash(location.hash);
  if (text && !before) location.replace(taskLink(id, input.number));
  else location.hash = taskLink(id, input.number);
}

function actionsOf(id) {
  const { number, factors } = recentTask(id) ?? {};
  const input = inputs.get(id) ?? (number && { number, factors });
  return {
    cancel: async () => {
      try {
        await call(id, { method: "DELETE" });
      } catch (problem) {
        // 409: the task has finished meanwhile, and its card shows the result.
        if (problem.status !== 409) throw problem;
      }
      follow(id, await call(id));
    },
    retry: async () => {
      await call(`${id}/retry`, { method: "POST" });
      follow(id, { ...known(id).task, status: "PENDING", error: null, result: null });
    },
    submit: async (other) => accept(other, await submit(other)),
    resubmit: input && (async () => accept(input, await submit(input))),
  };
}

let hasEnded = false; // a long task, while the tab was hidden

function showTitle() {
  const title = { ask: byId("card-title")?.textContent, queues: "Queues", tasks: "Tasks" }[viewOf(location.hash)];
  document.title = `${hasEnded ? "✓ " : ""}${title ? `${title} · ` : ""}Is it prime?`;
}

function tellOfEnd(id, task) {
  const { title, text } = describe(task);
  notifyOf(id, title, text);
  if (document.hidden && isLong(task)) hasEnded = true;
}

function closeTask() {
  shown = null;
  byId("card").replaceChildren();
}

function openTask(id, text) {
  if (shown?.id === id) return;
  if (text && !recentTask(id)) inputs.set(id, { number: text });
  const card = taskCard(id, recentTask(id) ?? inputs.get(id), actionsOf(id));
  shown = { id, ...card };
  byId("card").replaceChildren(card.element);
  card.update(known(id));
  card.element.scrollIntoView({ block: "nearest" });
  follow(id, isFinal(known(id).task) ? known(id).task : undefined);
}

const askFor = startAsking({
  accept,
  clear() {
    closeTask();
    if (readHash(location.hash).id) history.replaceState(null, "", "#ask");
    showTitle();
  },
});

const viewOf = (hash) => /^#(queues|tasks)\b/.exec(hash)?.[1] ?? "ask";

function route() {
  const view = viewOf(location.hash);
  for (const [name, { open, close }] of Object.entries(VIEWS)) {
    const isShown = name === view;
    byId(`${name}-view`).hidden = !isShown;
    if (isShown) byId(`to-${name}`).setAttribute("aria-current", "page");
    else byId(`to-${name}`).removeAttribute("aria-current");
    (isShown ? open : close)();
  }
  const { id, text, factors } = readHash(location.hash);
  if (id) openTask(id, text);
  else if (view === "ask") {
    closeTask();
    byId("number").focus();
    if (text) askFor(text, factors);
  }
  showTitle();
}

onTask((id, state) => {
  note(id, state, isFinal(state.task));
  if (isFinal(state.task)) tellOfEnd(id, state.task);
  if (shown?.id !== id) return;
  shown.update(state);
  showTitle();
});

byId("forget").addEventListener("click", () => {
  forget();
  byId("number").focus();
});
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.activeElement.closest("input, textarea, dialog")) return;
  event.preventDefault();
  if (byId("ask-view").hidden) location.hash = "ask";
  byId("number").focus();
});
addEventListener("hashchange", route);
document.addEventListener("visibilitychange", () => {
  hasEnded = false;
  showTitle();
});
setInterval(() => shown?.tick(), 1000);

// The page of a task, /{task_id}, becomes the page of the service with that task open; that of a number submits it.
const base = new URL(document.baseURI).pathname;
const linked = hashOfPath(location.pathname, base);
if (linked) history.replaceState(null, "", base + linked);
draw();
startChecking();
startThemes();
route();
for (const { id, final } of recentTasks()) if (!final) follow(id);
