// Cancels and retries tasks: one, or all that are selected after one question that names how many.
import { call, untilAccepted } from "../common/api.js";
import { announce, byId, capital, h, setText } from "../common/dom.js";
import { count } from "../common/numbers.js";
import { actionOf } from "./table.js";

const TELLS = {
  cancel: { done: "cancelled", text: "Running work stops. The service keeps the results it has found." },
  retry: { done: "queued again", text: "The service queues each task again, like a new one." },
};

/** Does what can be done with a task; resolves to the task as it is then. */
export async function act(task) {
  const { task_id: id } = task;
  if (actionOf(task) === "cancel") {
    await call(id, { method: "DELETE" });
    return { ...task, status: "REVOKED", error: null, finished_at: new Date().toISOString() };
  }
  await call(`${id}/retry`, { method: "POST" });
  return { ...task, status: "PENDING", error: null, finished_at: null };
}

/** Asks a question; resolves to whether `yes` was pressed. */
function confirmed(question, text, yes) {
  const dialog = h("dialog", { "aria-labelledby": "question" },
    h("form", { method: "dialog" },
      h("h2", { id: "question" }, question),
      h("p", {}, text),
      h("div", { class: "actions" },
        h("button", { class: "primary", value: "yes" }, yes),
        h("button", { value: "" }, "Go back"))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "yes");
  }));
}

/**
 * The buttons that cancel and retry what is selected. `changed(task)` is called for each task that was changed,
 * `ended()` when a run ends.
 */
export function bulkButtons(selected, changed, ended) {
  const buttons = ["cancel", "retry"].map((action) => ({ action, element: h("button", { type: "button" }) }));
  const stop = h("button", { type: "button", hidden: true }, "Stop");
  const showError = (text) => setText(byId("tasks-error"), text);
  let running = false;

  const which = (action) => selected().filter((task) => actionOf(task) === action);

  async function run(tasks, { done: word }) {
    running = true;
    let done = 0;
    draw();
    stop.focus();
    showError("");
    try {
      for (const task of tasks) {
        if (!running) break;
        try {
          changed(await untilAccepted(() => act(task)));
          done += 1;
        } catch (problem) {
          // 404 and 409: the task has expired, has ended or was retried meanwhile.
          if (problem.status !== 404 && problem.status !== 409) throw problem;
        }
        setText(byId("tasks-selected"), `${done} of ${count(tasks.length, "task")} ${word}`);
      }
    } catch (problem) {
      showError(problem.message);
    }
    running = false;
    announce(`${count(done, "task")} ${word}`);
    ended();
    draw();
    byId("tasks-title").focus();
  }

  stop.addEventListener("click", () => (running = false));
  for (const { action, element } of buttons) {
    element.addEventListener("click", async () => {
      const tasks = which(action);
      const question = `${capital(action)} ${count(tasks.length, "task")}?`;
      if (await confirmed(question, TELLS[action].text, question.slice(0, -1))) run(tasks, TELLS[action]);
    });
  }

  function draw() {
    for (const { action, element } of buttons) {
      const number = which(action).length;
      element.hidden = running || !number;
      setText(element, `${capital(action)} ${number}`);
    }
    stop.hidden = !running;
  }

  return { elements: [...buttons.map(({ element }) => element), stop], draw, isRunning: () => running };
}
