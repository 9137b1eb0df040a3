// The steps of a task of one number, and how long each of them took by the task's own times.
import { since } from "../common/api.js";
import { h } from "../common/dom.js";
import { isFactored } from "./factors.js";
import { duration } from "../common/numbers.js";

const ENDS = { SUCCESS: "Stored", FAILURE: "Failed", REVOKED: "Cancelled" };

const between = (from, to) => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);

const isProof = ({ method, verdict }) => verdict === "probable_prime" || /^(ECPP|Pocklington|Morrison)/.test(method);

/** The steps of a task of one number: [{name, state: "done" | "now" | "next" | "stopped" | "failed", seconds}]. */
function stepsOf(task) {
  const { status, result, submitted_at: submitted, started_at: started, finished_at: finished } = task;
  const end = ENDS[status];
  const verdict = result?.verdict;
  const proof = Boolean(verdict) && isProof(result);
  const factored = isFactored(task);
  const state = (done, now) => (done ? "done" : end ? "stopped" : now ? "now" : "next");
  const wasScreened = Boolean(verdict) || status === "SUCCESS";
  /** @type {{ name: string, state: string, seconds?: any, from?: string, total?: any }[]} */
  const steps = [];
  const add = (name, isDone, isNow, seconds, from) => steps.push({ name, state: state(isDone, isNow), seconds, from });
  const addLast = (name, isDone, from) => add(name, end && isDone, true, end && isDone ? result.seconds : null, from);
  add("Queued", started || wasScreened, true, started && between(submitted, started), submitted);
  if (!end || wasScreened) {
    const seconds = proof ? task.screening_seconds : factored ? null : result?.seconds;
    add(wasScreened ? "Screened" : "Screening", wasScreened, status === "STARTED", seconds, started);
  }
  if (proof) {
    const from = task.proof_started_at;
    addLast(!end ? (from ? "Proving" : "Proof") : result.proven ? "Proven" : "Not proven", result.proven, from);
  }
  if (factored) {
    addLast(!end ? "Factoring" : result.complete ? "Factored" : "Not factored", result.complete, started);
  }
  steps.push({
    name: end ?? "Stored",
    state: status === "FAILURE" ? "failed" : state(status === "SUCCESS", false),
    total: end && finished && between(submitted, finished),
  });
  return steps;
}

/** The steps as a list; `.since` elements count up. */
export function drawSteps(task) {
  const timeOf = (seconds, total) => {
    if (seconds != null) return duration(Math.max(Number(seconds), 1e-6));
    return total ? `${duration(Math.max(total, 1e-3))} in total` : "";
  };
  return h("ol", { class: "steps", "aria-label": "Steps" }, stepsOf(task).map(({ name, state, seconds, from, total }) =>
    h("li", { class: state, "aria-current": state === "now" && "step" },
      h("span", { class: "step" }, name),
      h("span", { class: `faint ${state === "now" ? "since" : ""}`, "data-from": state === "now" && from },
        timeOf(seconds, total)))));
}

/** Updates the elapsed times of the running steps in `element`. */
export function tickSteps(element) {
  for (const running of element.querySelectorAll(".since[data-from]")) {
    running.textContent = duration(Math.floor(since(running.dataset.from) / 1000) || 1);
  }
}
