// Starts the page and decides which view and which task it shows.
import { call } from "./common/api.js";
import { startAsking, typedFor } from "./ask/ask.js";
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

/** The views: their names in the title, and what opens and closes each. */
const VIEWS = {
  ask: { title: () => byId("card-title")?.textContent, open() {}, close() {} },
  tasks: { title: () => "Tasks", ...table },
  queues: { title: () => "Queues", ...queues },
};
const inputs = new Map();
/** What the page shows: the card of a task, and whether a long task has ended while the tab was hidden. */
const state = { shown: null, hasEnded: false };

const viewOf = (hash) => /^#(queues|tasks)\b/.exec(hash)?.[1] ?? "ask";

function accept(input, response) {
  const id = response.task_id;
  inputs.set(id, input);
  remember(id, input);
  follow(id, "result" in response ? response : { status: "PENDING" });
  // The user has gone to another view meanwhile.
  if (viewOf(location.hash) !== "ask") return;
  openTask(id);
  // The task takes the place of the link to its number, which the back button would submit again, and of the question.
  const { id: before, text } = readHash(location.hash);
  const link = taskLink(id, input.find ? null : input.number);
  if ((text && !before) || history.state?.isQuestion) location.replace(link);
  else location.hash = link;
}

function actionsOf(id) {
  const stored = recentTask(id);
  const input = inputs.get(id) ?? (stored?.number && stored);
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
    submit: async (other) => {
      accept(other, await submit(other));
      fill(typedFor(other));
    },
    resubmit: input && (async () => accept(input, await submit(input))),
  };
}

function showTitle() {
  const title = VIEWS[viewOf(location.hash)].title();
  document.title = `${state.hasEnded ? "✓ " : ""}${title ? `${title} · ` : ""}Is it prime?`;
}

function tellOfEnd(id, task) {
  const { title, text } = describe(task);
  notifyOf(id, title, text);
  if (document.hidden && isLong(task)) state.hasEnded = true;
}

function closeTask() {
  if (state.shown) fill("");
  state.shown = null;
  byId("card").replaceChildren();
}

function openTask(id) {
  const card = taskCard(id, recentTask(id) ?? inputs.get(id), actionsOf(id));
  state.shown = { id, ...card };
  byId("card").replaceChildren(card.element);
  card.update(known(id));
  card.element.scrollIntoView({ block: "nearest" });
  follow(id, isFinal(known(id).task) ? known(id).task : undefined);
}

const { ask, fill } = startAsking({
  accept,
  clear() {
    state.shown = null;
    byId("card").replaceChildren();
    // The result that was shown keeps its entry of the history.
    if (readHash(location.hash).id) history.pushState({ isQuestion: true }, "", "#ask");
    showTitle();
  },
});

function route() {
  const view = viewOf(location.hash);
  byId("notation").hidePopover();
  for (const [name, { open, close }] of Object.entries(VIEWS)) {
    const isShown = name === view;
    byId(`${name}-view`).hidden = !isShown;
    if (isShown) byId(`to-${name}`).setAttribute("aria-current", "page");
    else byId(`to-${name}`).removeAttribute("aria-current");
    (isShown ? open : close)();
  }
  const { id, text, factors } = readHash(location.hash);
  if (id && state.shown?.id !== id) {
    if (text && !recentTask(id) && !inputs.has(id)) inputs.set(id, { number: text });
    openTask(id);
    fill(typedFor(inputs.get(id) ?? recentTask(id) ?? {}));
  } else if (!id && view === "ask") {
    closeTask();
    byId("number").focus();
    if (text) ask(text, factors);
  }
  showTitle();
}

onTask((id, update) => {
  note(id, update, isFinal(update.task));
  if (isFinal(update.task)) tellOfEnd(id, update.task);
  if (state.shown?.id !== id) return;
  state.shown.update(update);
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
  state.hasEnded = false;
  showTitle();
});
setInterval(() => state.shown?.tick(), 1000);

// The page of a task, /{task_id}, becomes the page of the service with that task open; that of a number submits it.
const base = new URL(document.baseURI).pathname;
const linked = hashOfPath(location.pathname, base);
if (linked) history.replaceState(null, "", base + linked);
draw();
startChecking();
startThemes();
route();
for (const { id, final } of recentTasks()) if (!final) follow(id);
