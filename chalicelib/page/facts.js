// The card's parts besides the verdict: the number, the facts, the progress.
import { send, since } from "./api.js";
import { h, say } from "./dom.js";
import { formula } from "./formula.js";
import { count, digits, duration, grouped, groups, isDecimal, numeral, sizeOf } from "./numbers.js";
import { factored } from "./verdict.js";
import { proofSeconds } from "./way.js";

const MAX_FORMULA = 120;
const MIN_ESTIMATE_SECONDS = 3;

/** What a task is about: {listed} for a list, else {typed, number, headline}, each missing while unknown. */
export function subjectOf(task, input) {
  const listed = input?.count ?? task?.result?.total;
  if (listed !== undefined) return { listed };
  const text = input?.number ?? task?.result?.expression ?? "";
  const number = String(task?.result?.number ?? (isDecimal(text) ? text : ""));
  return { typed: isDecimal(text) ? "" : text, number, headline: factored(task?.result) };
}

/** An equation with its digits in groups, as those of a prime are; "7 divides it" as it is. */
const drawFactors = (headline) =>
  headline.includes("=") ? headline.split(/(\d+)/).map((part, index) => (index % 2 ? h("span", {}, groups(part)) : part)) : headline;

export function drawSubject({ listed, typed, number, headline }) {
  if (listed !== undefined) return h("p", { class: "asked" }, `A list of ${count(listed, "number")}`);
  return [
    typed && h("p", { class: "asked" }, typed.length > MAX_FORMULA ? "An expression" : formula(typed)),
    headline && h("p", { class: `headline ${sizeOf(headline.length - 4)}` }, drawFactors(headline)),
    number && !headline?.includes("=") && numeral(number),
  ];
}

function certificateSize(id) {
  const size = h("span", {});
  send(`${id}/certificate`, { method: "HEAD", quiet: true, headers: { Accept: "text/plain" } }).then((response) => {
    const bytes = Number(response.headers.get("Content-Length"));
    if (bytes) size.textContent = ` of ${bytes < 1000 ? `${bytes} bytes` : `${grouped(Math.round(bytes / 1000))} KB`}`;
  }, () => {});
  return h("span", {}, "a certificate", size);
}

/** The facts about a number in one line. */
export function drawFacts(id, { result, attempts }) {
  const facts = [
    result?.number !== undefined && count(digits(String(result.number)), "digit"),
    result?.certificate && certificateSize(id),
    attempts > 1 && count(attempts, "attempt"),
  ].filter(Boolean);
  return facts.length > 0 && h("p", { class: "facts" }, facts.flatMap((fact, index) => (index ? [" · ", fact] : [fact])));
}

/** The primes and the other finished numbers of a list as shares of one bar. */
export function drawDensity({ total, primes, composites }) {
  const part = (name, number) => {
    const bar = h("span", { class: name });
    bar.style.width = `${(100 * number) / total}%`;
    return bar;
  };
  const done = primes + composites;
  const percent = done ? ` · ${((100 * primes) / done).toFixed(1)} %` : "";
  return [
    h("div", { class: "shares", "aria-hidden": "true" }, part("primes", primes), part("others", composites)),
    h("p", { class: "legend" },
      h("span", {}, h("span", { class: "key primes" }), `${count(primes, "prime")}${percent}`),
      h("span", {}, h("span", { class: "key others" }), `${grouped(composites)} not prime`)),
  ];
}

/** The steps of a running task: {done, total, unit}; a list's are its numbers, whatever its chunks are. */
function stepsOf({ result, progress }, listed) {
  if (!listed) return progress ?? {};
  return { done: result ? Number(result.primes) + Number(result.composites) : 0, total: listed, unit: "numbers" };
}

/** The progress of a task that is not final; `listed` is how many numbers a list has. */
export function drawProgress(task, listed) {
  const { status, result, proof_started_at: started } = task;
  const { done, total, unit } = stepsOf(task, listed);
  const interim = result?.verdict === "probable_prime";
  let text = status === "STARTED" ? (started ? "Proving" : interim ? "Waiting for the proof" : "Screening") : "In the queue";
  if (total) text = `${grouped(done)} of ${count(total, unit.replace(/s$/, ""))}`;
  if (result?.total) text += ` · ${count(result.primes, "prime")} so far`;
  const expected = interim && !total ? proofSeconds(digits(String(result.number))) : 0;
  return [
    h("progress", { "aria-label": "Progress", "data-expected": expected > MIN_ESTIMATE_SECONDS && expected, ...(total && { value: done, max: total }) }),
    h("p", { class: "elapses" }, h("span", {}, text), h("span", {}, h("span", { class: "elapsed" }), h("span", { class: "expected" }))),
  ];
}

/** Updates the elapsed time; the bar follows the estimate where there is one. */
export function tickProgress(element, { proof_started_at: proving, started_at: started, submitted_at: submitted }) {
  const shown = element.querySelector(".elapsed");
  const from = proving ?? started ?? submitted;
  if (!shown || !from) return;
  const seconds = Math.floor(since(from) / 1000) || 1;
  shown.textContent = duration(seconds);
  const bar = element.querySelector("progress[data-expected]");
  if (!bar) return;
  const expected = Number(bar.dataset.expected);
  const about = `about ${expected < 60 ? `${Math.round(expected)} s` : `${Math.round(expected / 60)} min`} on this machine`;
  const late = seconds > expected;
  say(element.querySelector(".expected"), !proving ? ` · the proof takes ${about}` : late ? `, expected was ${about}` : ` of ${about}`);
  if (proving && !late) Object.assign(bar, { max: expected, value: seconds });
  else bar.removeAttribute("value");
}
