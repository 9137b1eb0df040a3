// Numbers for people; digits stay strings everywhere.
import { copyButton, h } from "./dom.js";

const FOLDED_DIGITS = 150;
const TAIL_DIGITS = 36;
// The display sizes of a number: the longest that fits each.
const SIZES = [9, 21, 45];

/** 10000 → "10,000". */
export const grouped = (n) => Number(n).toLocaleString("en");

/** "1 digit", "10,000 digits". */
export const count = (n, noun) => `${grouped(n)} ${noun}${Number(n) === 1 ? "" : "s"}`;

/** A number in one short line: the two ends of a long one. */
export const brief = (text) => (text.length > 32 ? `${text.slice(0, 15)}…${text.slice(-15)}` : text);

/** The number of digits of a decimal string. */
export const digits = (number) => number.replace(/^[+-]/, "").length;

/** Whether the text is a decimal integer. */
export const isDecimal = (text) => /^[+-]?\d+$/.test(text);

/** The class of the display size for a text of `characters` characters. */
export const sizeOf = (characters) => `size-${1 + (SIZES.findIndex((most) => characters <= most) + 4) % 4}`;

/** Groups of three digits, separated by style alone: a selection copies the number itself. */
export function groups(text) {
  const sign = /^[+-]/.test(text) ? text[0] : "";
  const rest = text.slice(sign.length);
  const cuts = rest.match(/^\d{1,3}(?=(?:\d{3})*$)|\d{3}/g) ?? [];
  return [sign.replace("-", "−"), ...cuts.map((cut) => h("span", { class: "group" }, cut))];
}

/** A number; a long one shows its two ends until it is opened, and is copied whole in both states. */
export function numeral(text) {
  if (digits(text) < FOLDED_DIGITS) return h("p", { class: `numeral ${sizeOf(digits(text))}` }, groups(text));
  const body = h("p", { class: "numeral folded", id: "digits", tabindex: "0" });
  const toggle = h("button", { type: "button", "aria-controls": "digits" });
  // The first groups of the folded number are those of the open one.
  const head = text.length - 3 * Math.floor((text.length - TAIL_DIGITS) / 3);
  let folded = false;
  const turn = () => {
    folded = !folded;
    body.replaceChildren(
      ...(folded
        ? [...groups(text.slice(0, head)), h("span", { class: "fold" }, "…"), ...groups(text.slice(-TAIL_DIGITS))]
        : groups(text)),
    );
    body.classList.toggle("open", !folded);
    toggle.textContent = folded ? `Show all ${count(digits(text), "digit")}` : "Show fewer digits";
    toggle.setAttribute("aria-expanded", String(!folded));
  };
  toggle.addEventListener("click", turn);
  body.addEventListener("copy", (event) => {
    if (!folded) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });
  turn();
  return h("div", {}, body, h("div", { class: "actions small" }, toggle, copyButton("Copy number", () => text)));
}

/** "2 µs", "3.4 s", "2 min 5 s". */
export function duration(seconds) {
  if (seconds < 1e-3) return `${Math.max(1, Math.round(seconds * 1e6))} µs`;
  if (seconds < 1) return `${Math.round(seconds * 1e3)} ms`;
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "just now", "5 min ago". */
export function ago(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} d ago`;
}
