// A certificate as a picture: a bar for each of its rows, as long as its number, and the numbers of the chosen row.
import { parse } from "../common/api.js";
import { h } from "../common/dom.js";
import { count, grouped } from "../common/numbers.js";

const MAX_PIXELS = 480;
const MAX_BAR = 14;
const MIN_BAR = 3;

// A. O. L. Atkin and F. Morain, "Elliptic curves and primality proving", Math. Comp. 61 (1993), proposition 3.1.
const CURVES = "Each row proves that N is prime if q = (N + 1 − t) / s is prime. On the curve y² = x³ + ax + b "
  + "modulo N, the point (x, y) times N + 1 − t is the point at infinity. The next row proves that q is prime.";

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
    title: index ? "The q of the previous curve" : "N, the prime", bits: bitsOf(N), values: { N, t, s, a, x, y },
  }));
  const [N, t, s] = curves.at(-1).slice(0, 3).map(BigInt);
  const q = String((N + 1n - t) / s);
  return [...rows, { title: "The last q, small enough to test directly", bits: bitsOf(q), values: { q } }];
}

/** A bar for a prime, as long as its part of the first one's bits. */
function bar(bits, first, height) {
  const element = h("span", { class: "bar-of-row" });
  element.style.width = `${(100 * bits) / first}%`;
  element.style.height = `${height}px`;
  return element;
}

const heightOf = (bars) => Math.max(MIN_BAR, Math.min(MAX_BAR, Math.floor(MAX_PIXELS / bars) - 2));

/** The chain of a proof that runs, by the bits of its primes as far as they are found. */
export function drawGrowingChain(chain) {
  const range = `from ${count(chain[0], "bit")} to ${grouped(chain.at(-1))}`;
  return [
    h("p", { class: "faint" }, `The chain has ${count(chain.length, "prime")} so far, ${range}. It ends below 2^64.`),
    h("div", { class: "chain", "aria-hidden": "true" },
      chain.map((bits) => bar(bits, chain[0], heightOf(chain.length)))),
  ];
}

/** The picture of rows. The arrow keys go from row to row. */
export function drawChain(rows) {
  const shown = h("div", { class: "numbers", "aria-live": "polite" });
  const isChain = "t" in rows[0].values;
  const show = ({ title, bits, values }, index) => shown.replaceChildren(
    h("p", {}, `${index + 1} of ${rows.length}. ${title}: ${count(bits, "bit")}`),
    h("dl", {}, Object.entries(values).flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))])));
  const bars = rows.map((row, index) => {
    const title = count(row.bits, "bit");
    const choice = h("input", {
      type: "radio", name: "row", "aria-label": `Prime ${index + 1}: ${title}`, checked: index === 0,
    });
    choice.addEventListener("change", () => show(row, index));
    return h("label", { title }, choice, bar(row.bits, rows[0].bits, heightOf(rows.length)));
  });
  show(rows[0], 0);
  const range = `from ${count(rows[0].bits, "bit")} to ${grouped(Math.min(...rows.map(({ bits }) => bits)))}`;
  return [
    h("p", { class: "faint" }, `${count(rows.length, "prime")}, ${range}. Choose a prime to see its numbers.`),
    h("fieldset", { class: "chain" }, h("legend", { class: "unseen" }, "The primes of the certificate"), bars),
    shown,
    isChain && h("p", { class: "faint" }, CURVES),
  ].filter(Boolean);
}
