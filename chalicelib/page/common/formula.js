// Expressions in mathematical notation.
import { h } from "./dom.js";

const TOKEN = /(?:\^|\*\*)(\d+|\([^()]*\))|\^|\*\*|\*|\/|-|[^*^/-]+/g;

/** 2^127-1 with a raised exponent; a screen reader reads it as it was typed. */
export function formula(text) {
  const parts = [...text.matchAll(TOKEN)].map(([token, power]) => {
    if (power) return h("sup", {}, power.replace(/^\((.*)\)$/, "$1").replaceAll("*", "·").replaceAll("-", "−"));
    return { "*": " · ", "/": " / ", "-": " − " }[token] ?? token.replaceAll("+", " + ");
  });
  return h("span", { class: "formula", role: "math", "aria-label": text }, parts);
}
