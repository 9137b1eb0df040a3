// One task as a card that follows it until it is final.
import { send, sentAgain } from "../common/api.js";
import { drawGrowingChain } from "./chain.js";
import { howToCheck } from "./checks.js";
import { actionButton, announce, capital, copyButton, h, save, section, setText } from "../common/dom.js";
import { downloads } from "../list/download.js";
import { drawFactors, productOf } from "./factors.js";
import { drawFunctions } from "./functions.js";
import { numberLink, taskLink } from "../common/links.js";
import { results } from "../list/results.js";
import { isLong, notifyButton } from "./notify.js";
import { brief } from "../common/numbers.js";
import { drawParts } from "./parts.js";
import { certificateBadge, drawProof } from "./proof.js";
import { drawDensity, drawProgress, tickProgress } from "./progress.js";
import { drawSteps, tickSteps } from "./steps.js";
import { drawDetails, drawSubject, subjectOf } from "./subject.js";
import { isFinal } from "../common/follow.js";
import { describe } from "../common/verdict.js";

const SECTIONS = [
  "verdict", "subject", "factors", "parts", "functions", "lead", "progress", "chain", "density", "steps", "details",
  "proof", "check", "actions", "list",
];

const missing = (text) => ({
  title: "No such task", tone: "composite",
  text: `The link is incomplete, or the service has deleted the task. Submit ${text ?? "the number"} again.`,
});

/**
 * The card of task `id`; `input` is what was submitted, where this browser knows it.
 * `actions` holds cancel(), retry() and, where the input is known, resubmit(): promises, rejected with a Problem.
 */
export function taskCard(id, input, actions) {
  const sections = Object.fromEntries(SECTIONS.map((name) => [name, section("div", { "data-section": name })]));
  const error = h("p", { class: "error", role: "alert" });
  const showError = (text) => setText(error, text);
  const element = h("article", { class: "card", "aria-labelledby": "card-title" },
    SECTIONS.map((name) => sections[name].element));
  sections.actions.element.before(error);
  let current;
  let passing; // the error of the last request, until one succeeds

  function drawVerdict({ title, tone, text, certificate }) {
    announce(`${title}. ${text}`);
    const heading = h("h2", { id: "card-title" }, h("span", { class: `dot ${tone}` }), title);
    return [heading, certificate && certificateBadge()];
  }

  function drawLead({ text, link }) {
    return text && h("p", {}, text, link && [" ", h("a", { href: link, rel: "noreferrer" }, "About this method")]);
  }

  async function download(query, name) {
    const response = await send(`${id}/certificate?${query}`, { headers: { Accept: "text/plain" } });
    save(name, await response.blob());
  }
  const factorsOf = (number) => actions.submit({ number, factors: true });

  const primary = (label, action) => actionButton(label, action, showError, { class: "primary" });

  function drawActions({ status, result, long }) {
    return [
      result?.certificate
        && actionButton("Download certificate", () => download("format=isprime", "certificate.txt"), showError),
      result?.verdict === "composite" && !result.factors
        && primary("Find all factors", () => factorsOf(textOf(result))),
      result?.factors?.length > 0 && copyButton("Copy factors", () => productOf(result)),
      result?.results && downloads(id, result, showError),
      !isFinal({ status }) && actionButton("Cancel", actions.cancel, showError),
      long && notifyButton(id, showError),
      status === "FAILURE" && primary("Try again", actions.retry),
      status === "REVOKED" && actions.resubmit && primary("Try again", actions.resubmit),
      copyButton("Copy link", () => document.baseURI + link(result)),
      result?.number !== undefined && ["next", "previous"].map((find) => (find === "next" || BigInt(result.number) > 2n)
        && actionButton(`${capital(find)} prime`, () => actions.submit({ number: textOf(result), find }), showError)),
    ].flat(2);
  }

  /** The number of the task as it was typed; of a search the prime that was found: 10^12+61 for 10^12+39+22. */
  const textOf = (result) => {
    const prime = result?.expression?.replace(/(?<=[\d)!#])([+-]\d{1,15})([+-]\d{1,15})$/, (_, one, other) => {
      const sum = Number(one) + Number(other);
      return sum ? `${sum > 0 ? "+" : ""}${sum}` : "";
    });
    const typed = input?.find ? prime : input?.number ?? result?.expression;
    return typed ?? (result?.number === undefined ? null : String(result.number));
  };

  const isList = (result) => input?.count !== undefined || result?.total !== undefined;
  const link = (result) =>
    (!isList(result) && numberLink(textOf(result), input?.factors || result?.factors)) || taskLink(id, textOf(result));

  function tick() {
    if (!current || isFinal(current)) return;
    tickProgress(element, current);
    tickSteps(element);
  }

  function update({ task, problem }) {
    const isMissing = problem?.status === 404;
    current = isMissing ? null : task;
    const state = isMissing ? missing(input?.number && brief(input.number)) : describe(task);
    const final = isFinal(current);
    const { result } = current ?? {};
    const listed = input?.count ?? result?.total;
    const isList = listed !== undefined || current?.progress?.unit === "chunks";
    element.className = `card ${state.tone}`;
    sections.verdict.show({ ...state, certificate: Boolean(final && result?.certificate) }, drawVerdict);
    sections.subject.show(subjectOf(current, input), drawSubject);
    sections.lead.show(state, drawLead);
    const show = (name, what, draw) => sections[name].show(what || null, (known) => known && draw(known));
    const running = !final && current;
    show("progress", running && { ...current, progress: { ...current.progress, seconds: 0 } },
      (known) => drawProgress(known, listed));
    show("chain", running?.progress?.chain, drawGrowingChain);
    show("factors", result?.verdict === "composite" && result.factors && { ...result, final },
      (known) => drawFactors(known, {
        download: (place) => download(`factor=${place}`, `certificate-${place}.txt`),
        further: final && factorsOf,
        showError,
      }));
    show("parts", result?.parts && { ...result, seconds: null }, drawParts);
    show("functions", result?.functions, drawFunctions);
    show("density", final && result?.total && result, drawDensity);
    show("steps", current && !isList && { ...current, progress: null }, drawSteps);
    show("details", final && !isList && current, (known) => drawDetails(id, known));
    show("list", final && result?.results && result, (known) => results(id, known, actions.submit, showError));
    show("proof", final && result?.certificate && result, (known) => drawProof(id, known, download, showError));
    show("check", final && result?.verdict && result, howToCheck);
    const shown = { status: current?.status, result: final ? result : null, long: running && isLong(current) };
    show("actions", current && shown, drawActions);
    if (isMissing && actions.resubmit) show("actions", "missing", () => primary("Submit again", actions.resubmit));
    if (problem && !isMissing) showError((passing = sentAgain(problem)));
    else if (error.textContent === passing) showError("");
    tick();
  }

  return { element, update, tick };
}
