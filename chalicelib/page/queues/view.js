// The view of the queues: the diagram and the throughput.
import { age, call, sentAgain } from "../common/api.js";
import { demoButtons } from "./demo.js";
import { drawEmptyFlow, drawFlow } from "./diagram.js";
import { byId } from "../common/dom.js";
import { refresh } from "../common/poll.js";
import { drawThroughput } from "./throughput.js";

const view = { stop: null };

/**
 * The numbers finished per second and queue: the mean of the last step and of the part of the present one that
 * has passed, or {} for a service without a history.
 */
function ratesOf(history) {
  if (!history) return {};
  const { step_seconds: step, until, numbers } = history;
  const present = Math.min(step, Math.max(0, age(until) / 1000 + step));
  return Object.fromEntries(Object.entries(numbers).map(([name, steps]) =>
    [name, steps.slice(-2).reduce((sum, number) => sum + Number(number), 0) / (step + present)]));
}

function tell(text, isError) {
  const note = byId("queues-note");
  note.textContent = text;
  note.classList.toggle("error", isError);
}

function show(response) {
  const { queues, failed, history } = response;
  drawFlow(response, ratesOf(history));
  drawThroughput(history);
  tell(`Updated at ${new Date().toLocaleTimeString("en-GB")}`, false);
  return [queues, failed, Object.values(history?.numbers ?? {}).map((steps) => steps.slice(-2))];
}

/** Opens the view and keeps it up to date. */
export function open() {
  if (view.stop) return;
  drawEmptyFlow();
  if (!byId("demo").childElementCount) {
    // What is sent is shown at once, however long the queues have been idle.
    byId("demo").append(...demoButtons(() => {
      close();
      open();
    }));
  }
  view.stop = refresh((quiet) => call("queue", { quiet }), show, (problem) => tell(sentAgain(problem), true));
}

/** Stops the requests of the view. */
export function close() {
  view.stop?.();
  view.stop = null;
}
