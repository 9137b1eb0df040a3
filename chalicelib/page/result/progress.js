// The progress of a task, and the shares of a list.
import { age, since } from "../common/api.js";
import { h, setText } from "../common/dom.js";
import { isFactored, workOf } from "./factors.js";
import { count, duration, grouped } from "../common/numbers.js";
import { primesOf } from "../common/verdict.js";

const MIN_ESTIMATE_SECONDS = 3;

/** The primes, the probable primes and the other finished numbers of a list as shares of one bar. */
export function drawDensity(result) {
  const { total, primes, probable_primes: probable, composites } = result;
  const share = (name, number) => {
    if (!Number(number)) return false;
    const bar = h("span", { class: name });
    bar.style.width = `${(100 * number) / total}%`;
    return bar;
  };
  const done = primes + composites;
  const percent = done ? ` · ${((100 * primes) / done).toFixed(1)}\u00a0%` : "";
  return [
    h("div", { class: "shares", "aria-hidden": "true" },
      share("primes", primes - probable), share("probables", probable), share("others", composites)),
    h("p", { class: "legend" },
      h("span", {}, h("span", { class: "key primes" }), `${primesOf(result)}${percent}`),
      h("span", {}, h("span", { class: "key others" }), `${grouped(composites)} not prime`)),
  ];
}

/** How far a running task is: {done, total, unit}; a list's are its numbers, whatever its chunks are. */
function progressOf({ result, progress }, listed) {
  if (!listed) return progress ?? {};
  return { done: result ? Number(result.primes) + Number(result.composites) : 0, total: listed, unit: "numbers" };
}

/** The progress of a task that is not final; `listed` is how many numbers a list has. */
export function drawProgress(task, listed) {
  const { status, result, proof_started_at: started } = task;
  const { done, total, unit } = progressOf(task, listed);
  const interim = result?.verdict === "probable_prime";
  let text = started ? "Proving" : interim ? "Waiting for the proof" : "Screening";
  if (status !== "STARTED") text = "In the queue";
  if (isFactored(task)) text = workOf(task);
  else if (task.progress?.phase === "searching") text = `No prime found within ${grouped(task.progress.searched)}`;
  else if (total) text = `${grouped(done)} of ${count(total, unit.replace(/s$/, ""))}`;
  if (result?.total) text += ` · ${primesOf(result)} so far`;
  return [
    h("progress", { "aria-label": "Progress", ...(total && { value: done, max: total }) }),
    h("p", { class: "elapses" },
      h("span", {}, text),
      h("span", {}, h("span", { class: "elapsed" }), h("span", { class: "expected" }))),
  ];
}

/** Updates the elapsed and the expected time. The bar of a proof follows them and never fills. */
export function tickProgress(element, { late, expected_at: expectedAt, proof_started_at: proving, ...task }) {
  const shown = element.querySelector(".elapsed");
  const from = proving ?? task.started_at ?? task.submitted_at;
  if (!shown || !from) return;
  const seconds = Math.floor(since(from) / 1000) || 1;
  shown.textContent = duration(seconds);
  const left = expectedAt ? Math.max(1, -age(expectedAt) / 1000) : 0;
  const when = `expected in about ${duration(Math.round(left))}`;
  const early = left < MIN_ESTIMATE_SECONDS ? "" : ` · ${when}`;
  setText(element.querySelector(".expected"), late ? ` · later than expected, now ${when}` : early);
  const bar = element.querySelector("progress:not([max])");
  if (bar && proving && left) bar.value = seconds / (seconds + left);
}
