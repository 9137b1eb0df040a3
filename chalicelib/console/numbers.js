// Numbers as people like to read them; the digits stay strings from end to end.
import { copyButton, h } from "./dom.js";

const FOLD_FROM = 150;
const END = 36;

/** 10000 → "10,000". */
export const grouped = (n) => Number(n).toLocaleString("en");

/** "1 digit", "10,000 digits": a count with its noun. */
export const count = (n, noun) => `${grouped(n)} ${noun}${Number(n) === 1 ? "" : "s"}`;

/** A number in one short line: its two ends where it is long. */
export const brief = (text) => (text.length > 32 ? `${text.slice(0, 15)}…${text.slice(-15)}` : text);

/** How many digits a decimal string has. */
export const digits = (number) => number.replace(/^[+-]/, "").length;

/** Whether the text is a decimal integer, hence a number to group and fold. */
export const isDecimal = (text) => /^[+-]?\d+$/.test(text);

/** Groups of three, kept apart by style alone: what is selected and copied is the number itself. */
export function groups(text) {
  const sign = /^[+-]/.test(text) ? text[0] : "";
  const rest = text.slice(sign.length);
  const cuts = rest.match(/^\d{1,3}(?=(?:\d{3})*$)|\d{3}/g) ?? [];
  return [sign.replace("-", "−"), ...cuts.map((cut) => h("span", { class: "group" }, cut))];
}

/** A number; a long one is folded to its two ends, opened by a button, and copied whole either way. */
export function numeral(text) {
  if (digits(text) < FOLD_FROM) return h("p", { class: "numeral" }, groups(text));
  const body = h("p", { class: "numeral", id: "digits", tabindex: "0" });
  const toggle = h("button", { type: "button", "aria-controls": "digits" });
  // The first groups of the folded number are those of the open one.
  const head = text.length - 3 * Math.floor((text.length - END) / 3);
  let folded = false;
  const turn = () => {
    folded = !folded;
    body.replaceChildren(
      ...(folded
        ? [...groups(text.slice(0, head)), h("span", { class: "fold" }, "…"), ...groups(text.slice(-END))]
        : groups(text)),
    );
    body.classList.toggle("open", !folded);
    toggle.textContent = folded ? `Show all ${count(digits(text), "digit")}` : "Fold";
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
