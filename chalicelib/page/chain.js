// A certificate as a picture: a bar for each of its rows, as long as its number, and the numbers of the chosen row.
import { parse } from "./api.js";
import { h } from "./dom.js";
import { count, grouped } from "./numbers.js";

const MAX_PIXELS = 480;
const MAX_BAR = 14;
const MIN_BAR = 3;

const bitsOf = (number) => BigInt(number).toString(2).length;

/** The rows of a certificate in PARI's format: [{title, bits, values: {name: number}}], [] for one without rows. */
export function rowsOf(text) {
  const start = text.indexOf("[");
  if (start < 0) return [];
  const [first, second] = parse(text.slice(start));
  if (Array.isArray(first)) return chainOf(parse(text.slice(start)));
  const neighbour = text.startsWith("N+1") ? "N + 1" : "N − 1";
  const factors = second.map((factor) => String(Array.isArray(factor) ? factor[0] : factor));
  return [{ title: "N, the prime", bits: bitsOf(first), values: { N: first } },
    ...factors.map((p) => ({ title: `A prime factor of ${neighbour}`, bits: bitsOf(p), values: { p } }))];
}

function chainOf(curves) {
  const rows = curves.map(([N, t, s, a, [x, y]], index) => ({
    title: index ? "The q of the curve before" : "N, the prime", bits: bitsOf(N), values: { N, t, s, a, x, y },
  }));
  const [N, t, s] = curves.at(-1).slice(0, 3).map(BigInt);
  const q = String((N + 1n - t) / s);
  return [...rows, { title: "The last q, which a program tests directly", bits: bitsOf(q), values: { q } }];
}

/** The picture of rows. The arrow keys go from row to row. */
export function drawChain(rows) {
  const shown = h("div", { class: "numbers", "aria-live": "polite" });
  const height = Math.max(MIN_BAR, Math.min(MAX_BAR, Math.floor(MAX_PIXELS / rows.length) - 2));
  const show = ({ title, bits, values }) => shown.replaceChildren(
    h("p", {}, `${title}: ${count(bits, "bit")}`),
    h("dl", {}, Object.entries(values).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))])));
  const bars = rows.map((row, index) => {
    const choice = h("input", { type: "radio", name: "row", "aria-label": `Prime ${index + 1}: ${count(row.bits, "bit")}`, checked: index === 0 });
    const bar = h("span", { class: "bar-of-row" });
    bar.style.width = `${(100 * row.bits) / rows[0].bits}%`;
    bar.style.height = `${height}px`;
    choice.addEventListener("change", () => show(row));
    return h("label", { title: count(row.bits, "bit") }, choice, bar);
  });
  show(rows[0]);
  return [
    h("p", { class: "faint" }, `${count(rows.length, "prime")}, from ${count(rows[0].bits, "bit")} to ${grouped(Math.min(...rows.map(({ bits }) => bits)))}. Choose one for its numbers.`),
    h("fieldset", { class: "chain" }, h("legend", { class: "unseen" }, "The primes of the certificate"), bars),
    shown,
  ];
}
