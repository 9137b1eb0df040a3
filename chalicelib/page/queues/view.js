// The view of the queues: the diagram and the throughput.
import { age, call, sentAgain } from "../common/api.js";
import { demoButtons } from "./demo.js";
import { drawEmptyFlow, drawFlow } from "./diagram.js";
import { byId } from "../common/dom.js";
import { poll } from "../common/poll.js";
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

async function refresh(state) {
  const note = byId("queues-note");
  try {
    const response = await call("queue", { quiet: state.quiet });
    if (state.closed) return "done";
    drawFlow(response, ratesOf(response.history));
    drawThroughput(response.history);
    note.textContent = `Updated at ${new Date().toLocaleTimeString("en-GB")}`;
    note.classList.remove("error");
    const recent = Object.values(response.history?.numbers ?? {}).map((steps) => steps.slice(-2));
    const news = JSON.stringify([response.queues, response.failed, recent]);
    const outcome = news === state.last ? "same" : "changed";
    state.last = news;
    return outcome;
  } catch (problem) {
    note.textContent = sentAgain(problem);
    note.classList.add("error");
    throw problem;
  } finally {
    state.quiet = true;
  }
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
  const state = { quiet: false, closed: false };
  const end = poll(() => refresh(state), { shortest: 2000, longest: 15_000 });
  view.stop = () => {
    state.closed = true;
    end();
  };
}

/** Stops the requests of the view. */
export function close() {
  view.stop?.();
  view.stop = null;
}
