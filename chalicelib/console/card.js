// One task as a card that lives until the task is final.
import { send, since } from "./api.js";
import { factored, howToCheck } from "./checks.js";
import { actionButton, announce, copyButton, h, save, slot } from "./dom.js";
import { formula } from "./formula.js";
import { downloads, results } from "./list.js";
import { count, digits, duration, grouped, isDecimal, numeral } from "./numbers.js";
import { isFinal } from "./tasks.js";
import { describe, ofWitness } from "./verdict.js";

/** What was asked: a list's length, an expression as typed, a number as soon as it is known. */
function subject(task, input) {
  const listed = input?.count ?? task?.result?.total;
  if (listed !== undefined) return { listed };
  const typed = input?.number;
  const number = task?.result?.number ?? (typed && isDecimal(typed) ? typed : undefined);
  return { typed: typed && !isDecimal(typed) ? typed : undefined, number };
}

function drawSubject({ listed, typed, number }) {
  if (listed !== undefined) return h("p", { class: "asked" }, `A list of ${count(listed, "number")}`);
  return [
    typed && h("p", { class: "asked" }, typed.length > 120 ? "Your expression" : formula(typed)),
    number !== undefined && numeral(String(number)),
  ];
}

function drawFacts({ result, submitted_at: from, finished_at: to, attempts }) {
  const rows = [];
  if (result?.number !== undefined) {
    rows.push(["Digits", grouped(digits(String(result.number)))]);
    if (!result.proven || result.verdict === "composite") rows.push(["Method", result.method]);
    if (result.witness) rows.push(["Witness", factored(result) ?? ofWitness(result.witness)]);
  }
  if (result?.total !== undefined) rows.push(["Not prime", grouped(result.composites)]);
  if (from && to) rows.push(["Took", duration(Math.max(0.001, (Date.parse(to) - Date.parse(from)) / 1000))]);
  if (attempts > 1) rows.push(["Attempts", String(attempts)]);
  return h("dl", { class: "facts" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function drawProgress({ status, result, progress }) {
  const { done, total, unit, phase } = progress ?? {};
  let said = "In the queue";
  if (total) said = `${grouped(done)} of ${count(total, unit.replace(/s$/, ""))}`;
  else if (status === "STARTED") said = phase === "proving" || result?.verdict ? "Proving" : "Screening";
  if (result?.total) said += ` · ${count(result.primes, "prime")} so far`;
  return [
    h("progress", { "aria-label": "Progress", ...(total && { value: done, max: total }) }),
    h("p", {}, h("span", {}, said), h("span", { class: "elapsed" })),
  ];
}

function certificateButton(label, id, format, name, complain) {
  return actionButton(label, async () => {
    const response = await send(`${id}/certificate?format=${format}`, { headers: { Accept: "text/plain" } });
    save(name, await response.blob());
  }, complain);
}

/**
 * The card of task `id`; `input` is what was asked, where this browser knows it.
 * `steer` has cancel(), retry() and, where the input is known, again(): promises, rejected with a Problem.
 */
export function taskCard(id, input, steer) {
  const number = slot("div");
  const heading = slot("div", { class: "verdict" });
  const progress = slot("div", { class: "progress" });
  const facts = slot("div");
  const list = slot("div");
  const check = slot("div");
  const actions = slot("div", { class: "actions" });
  const trouble = h("p", { class: "error", role: "alert" });
  const complain = (text) => {
    if (trouble.textContent !== text) trouble.textContent = text;
  };
  const parts = [number, heading, progress, facts, list, check].map((part) => part.element);
  const element = h("article", { class: "card", "aria-labelledby": "card-title" }, parts, trouble, actions.element);
  let current;

  function drawHeading({ title, tone, text }) {
    announce(`${title}. ${text}`);
    return [
      h("h2", { id: "card-title" }, h("span", { class: `dot ${tone}` }), title),
      text && h("p", { class: "lead" }, text),
    ];
  }

  function drawActions({ status, result }) {
    return [
      result?.certificate && [
        certificateButton("Download certificate", id, "pari", "certificate.txt", complain),
        certificateButton("Primo format", id, "primo", "certificate.primo.txt", complain),
      ],
      result?.results && downloads(id, result, complain),
      !isFinal({ status }) && actionButton("Cancel", steer.cancel, complain),
      status === "FAILURE" && actionButton("Try again", steer.retry, complain, { class: "primary" }),
      status === "REVOKED" && steer.again && actionButton("Try again", steer.again, complain, { class: "primary" }),
      copyButton("Copy link", () => new URL(`#${id}`, location.href).href),
    ].flat();
  }

  function tick() {
    const shown = element.querySelector(".elapsed");
    const from = current?.started_at ?? current?.submitted_at;
    if (shown && from) shown.textContent = duration(Math.floor(since(from) / 1000) || 1);
  }

  function drawGone() {
    const text = "The link may be mistyped, or the task is older than the days it is kept. Ask again above.";
    element.className = "card waiting";
    heading.show({ title: "No such task", tone: "composite", text }, drawHeading);
    for (const part of [progress, actions]) part.show("gone", () => []);
  }

  function update({ task, problem }) {
    if (problem?.status === 404) return drawGone();
    current = task;
    const said = describe(task);
    const final = isFinal(task);
    element.className = `card ${said.tone}`;
    number.show(subject(task, input), drawSubject);
    heading.show(said, drawHeading);
    progress.show(!final && task && { ...task, progress: { ...task.progress, seconds: 0 } }, (going) => going && drawProgress(going));
    facts.show(final && task, (told) => told && drawFacts(told));
    list.show(final && task.result?.results ? task.result : null, (result) => result && results(id, result, complain));
    check.show(final && task.result?.verdict ? task.result : null, (result) => result && howToCheck(result));
    actions.show(task && { status: task.status, result: final ? task.result : null }, (told) => told && drawActions(told));
    if (problem) complain(`${problem.message} This page keeps trying.`);
    else if (trouble.textContent.endsWith("keeps trying.")) complain("");
    tick();
  }

  return { element, update, tick };
}
