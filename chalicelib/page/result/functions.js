// The functions of a factorization: what number theory computes from all prime factors of a number.
import { copyButton, h } from "../common/dom.js";
import { MAX_SHOWN_DIGITS, shown } from "./factors.js";
import { digits } from "../common/numbers.js";

const NAMES = {
  number_of_divisors: "Number of divisors",
  sum_of_divisors: "Sum of divisors",
  euler_phi: "Euler’s φ",
  carmichael_lambda: "Carmichael’s λ",
  moebius: "Möbius’ μ",
  squarefree: "Squarefree",
  least_primitive_root: "Least primitive root of n + 1",
};

function drawValue(name, value) {
  if (typeof value === "boolean") return [value ? "yes" : "no"];
  const text = String(value);
  const isLong = digits(text) > MAX_SHOWN_DIGITS;
  return [shown(text), isLong && copyButton("Copy", () => text, { class: "quiet", "aria-label": `Copy ${name}` })];
}

/** The functions of a result as a list of names and values. */
export const drawFunctions = (functions) => h("details", { class: "functions", open: true },
  h("summary", {}, "Functions"),
  h("dl", {}, Object.entries(NAMES).filter(([key]) => functions[key] != null).flatMap(([key, name]) =>
    [h("dt", {}, name), h("dd", {}, drawValue(name, functions[key]).flat())])));
