// The page's start: which view, which task.
import { call } from "./api.js";
import { startAsking, submit } from "./ask.js";
import { taskCard } from "./card.js";
import { byId } from "./dom.js";
import { asked, draw, forget, note, remember, remembered } from "./history.js";
import * as queues from "./queues.js";
import { follow, isFinal, known, onTask } from "./tasks.js";

const TASK = /^#([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const inputs = new Map();
let shown = null;

function accept(input, answer) {
  inputs.set(answer.task_id, input);
  remember(answer.task_id, input);
  follow(answer.task_id, "result" in answer ? answer : { status: "PENDING" });
  location.hash = answer.task_id;
}

function steering(id) {
  const { number } = asked(id) ?? {};
  const input = inputs.get(id) ?? (number && { number });
  return {
    cancel: async () => {
      try {
        await call(id, { method: "DELETE" });
      } catch (problem) {
        // 409: it has finished meanwhile; its card shows how.
        if (problem.status !== 409) throw problem;
      }
      follow(id, await call(id));
    },
    retry: async () => {
      await call(`${id}/retry`, { method: "POST" });
      follow(id, { ...known(id).task, status: "PENDING", error: null, result: null });
    },
    again: input && (async () => accept(input, await submit(input))),
  };
}

function title() {
  const said = !byId("ask-view").hidden && byId("card-title")?.textContent;
  document.title = said ? `${said} · Is it prime?` : "Is it prime?";
}

function openTask(id) {
  if (shown?.id === id) return;
  const card = taskCard(id, asked(id), steering(id));
  shown = { id, ...card };
  byId("card").replaceChildren(card.element);
  card.update(known(id));
  card.element.scrollIntoView({ block: "nearest" });
  follow(id, isFinal(known(id).task) ? known(id).task : undefined);
}

function route() {
  const watching = location.hash === "#queues";
  byId("ask-view").hidden = watching;
  byId("queues-view").hidden = !watching;
  for (const [link, here] of [["to-ask", !watching], ["to-queues", watching]]) {
    if (here) byId(link).setAttribute("aria-current", "page");
    else byId(link).removeAttribute("aria-current");
  }
  const id = TASK.exec(location.hash)?.[1].toLowerCase();
  if (watching) queues.open();
  else queues.close();
  if (id) openTask(id);
  if (!id && !watching) {
    shown = null;
    byId("card").replaceChildren();
    byId("number").focus();
  }
  title();
}

onTask((id, state) => {
  note(id, state, isFinal(state.task));
  if (shown?.id !== id) return;
  shown.update(state);
  title();
});

startAsking(accept);
byId("forget").addEventListener("click", () => {
  forget();
  byId("number").focus();
});
addEventListener("hashchange", route);
setInterval(() => shown?.tick(), 1000);
draw();
route();
for (const { id, final } of remembered()) if (!final) follow(id);
