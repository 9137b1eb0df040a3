// The algebraic parts of a number as a tree: what the form of its expression shows, and the factors of each part.
import { h } from "../common/dom.js";
import { shown } from "./factors.js";
import { formula } from "../common/formula.js";
import { linkOf } from "../common/links.js";
import { brief, count, digits } from "../common/numbers.js";

const MAX_OPEN = 12;
const POLYNOMIAL = /^Φ_(\d+)(.*)$/;
/** @type {[RegExp, string][]} */
const LEGEND = [
  [/^Φ/, "Φ is a cyclotomic polynomial."],
  [/[LM]$/, "L and M are the Aurifeuillian factors."],
  [/\*\(/, "A star marks the primitive part. No part with a smaller index has its primes."],
];

/** The name of a part: "2^16+1" as a link that asks for it, "Φ_6(2)" with its index. */
function nameOf(notation) {
  const [, index, rest] = POLYNOMIAL.exec(notation) ?? [];
  if (index) {
    return h("span", { class: "formula", role: "math", "aria-label": notation }, "Φ", h("sub", {}, index), rest);
  }
  if (/[*LM]/.test(notation)) return formula(notation.replace("*(", "∗("));
  return h("a", { href: `${linkOf(notation)}&factors` }, formula(notation));
}

/** The product of the factors at these places, each as often as it is named; 0 is what is left. */
function productOf(places, { factors, cofactor }) {
  return [...new Set(places)].flatMap((place, index) => {
    const { number } = place ? factors[place - 1] : cofactor;
    const times = places.filter((other) => other === place).length;
    const size = digits(String(number));
    return [
      index > 0 && " × ", h("span", {}, shown(String(number))), times > 1 && h("sup", {}, String(times)),
      !place && h("span", { class: "faint" }, ` (composite, ${count(size, "digit")})`),
    ];
  });
}

/** The tree of a result with its parts. */
export function drawParts(result) {
  const { expression, number, parts } = result;
  const legend = LEGEND.filter(([sign]) => parts.some(({ notation }) => sign.test(notation))).map(([, text]) => text);
  return h("details", { class: "parts", open: parts.length <= MAX_OPEN },
    h("summary", {}, "Algebraic factors"),
    h("p", { class: "asked" }, expression ? formula(expression) : brief(String(number))),
    h("ul", { "aria-label": "Algebraic parts" }, parts.map(({ notation, factors: places }) =>
      h("li", {}, nameOf(notation), places.length > 0 && [" = ", ...productOf(places, result)].filter(Boolean)))),
    legend.length > 0 && h("p", { class: "faint" }, legend.join(" ")));
}
