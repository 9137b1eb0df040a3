// The factors of a composite: each one is a link, with what is known of it and its certificate.
import { actionButton, capital, h } from "../common/dom.js";
import { linkOf } from "../common/links.js";
import { count, digits, groups } from "../common/numbers.js";

export const MAX_SHOWN_DIGITS = 36;
const END_DIGITS = 9;

/** How factors are found, in words. */
const METHODS = {
  known: "known factors",
  algebraic: "the form of the expression",
  "perfect power": "a root",
  "Pollard rho": "Pollard’s rho method",
  Fermat: "Fermat’s method",
  "p ± 1": "the p − 1 or p + 1 method",
  ECM: "elliptic curves (ECM)",
  "quadratic sieve": "the quadratic sieve",
};
const nameOf = (method) => METHODS[method] ?? method;

/** What is done for the factors of a task now: "Looking for factors with elliptic curves (ECM), 12 of 90 curves". */
export function workOf({ progress }) {
  if (!progress?.phase) return "Waiting for the search";
  if (progress.phase === "proof of a factor") return "Proving a factor";
  const { done, total, unit } = progress;
  const far = !total ? "" : unit === "percent" ? `, ${done} %` : `, ${done} of ${count(total, unit.replace(/s$/, ""))}`;
  return `Looking for factors with ${nameOf(progress.phase)}${far}`;
}

/** Whether the factors of a composite are asked for: they are known, or looked for at the moment. */
export const isFactored = (task) =>
  task?.result?.verdict === "composite" && Boolean(task.result.factors || ["STARTED", "RETRY"].includes(task.status));

function state({ is_prime: isPrime, proven }) {
  if (!isPrime) return { tone: "composite", text: "composite" };
  return proven ? { tone: "prime", text: "prime" } : { tone: "probable", text: "probably prime" };
}

/** A number in groups of digits, a long one as its two ends. */
export function shown(number) {
  if (digits(number) <= MAX_SHOWN_DIGITS) return groups(number);
  const fold = h("span", { class: "fold" }, "…");
  return [...groups(number.slice(0, END_DIGITS)), fold, ...groups(number.slice(-END_DIGITS))];
}

function chip(factor, ...actions) {
  const number = String(factor.number);
  const exponent = Number(factor.exponent ?? 1);
  const { tone, text } = state(factor);
  const isLong = digits(number) > MAX_SHOWN_DIGITS;
  return h("li", { class: "factor" },
    h("span", { class: "what" },
      h("span", { class: `dot ${tone}` }),
      h("a", { href: linkOf(number), "aria-label": !isLong && number }, shown(number)),
      exponent > 1 && h("sup", {}, String(exponent))),
    h("span", { class: tone === "prime" && !isLong ? "unseen" : "faint" },
      isLong ? `${count(digits(number), "digit")}, ${text}` : text),
    ...actions);
}

/** The product of the known factors as other programs read it: "2^3*5*91". */
export function productOf({ factors, cofactor }) {
  const powers = factors.map(({ number, exponent }) => `${number}${Number(exponent) > 1 ? `^${exponent}` : ""}`);
  return [...powers, ...(cofactor ? [String(cofactor.number)] : [])].join("*");
}

/**
 * The factors of a result by how they were found, and the part that is left.
 * `download(place)` saves the certificate of a factor; `further(number)` asks for the factors of what is left, and is
 * missing while the search goes on.
 */
export function drawFactors({ factors, cofactor }, { download, further, showError }) {
  const groups = new Map();
  const add = (name, ...parts) => groups.set(name, [...(groups.get(name) ?? []), chip(...parts)]);
  const split = ({ number }) => further && actionButton("Factor further", () => further(String(number)), showError);
  factors.forEach((factor, index) => add(capital(nameOf(factor.method ?? "")), factor,
    factor.certificate && actionButton("Certificate", () => download(index + 1), showError,
      { "aria-label": `Certificate of ${factor.number}` }),
    !factor.is_prime && split(factor)));
  if (cofactor) add("Remaining part", { number: cofactor.number, is_prime: false }, split(cofactor));
  return [...groups].map(([name, chips]) => h("div", {},
    h("h3", { class: "faint" }, name),
    h("ul", { class: "factors", "aria-label": name }, chips)));
}
