// The field: what is typed, pasted, chosen or dropped becomes one task.
import { call } from "./api.js";
import { announce, byId, h } from "./dom.js";
import { formula } from "./formula.js";
import { read } from "./input.js";
import { count, digits, isDecimal } from "./numbers.js";

const EXAMPLES = ["2^127-1", "10^100+267", "25!+1", "2^512-1"];
// Small numbers are answered within this many seconds, so one call brings the verdict.
const WAIT = 1;

let unsent = null;

/** A list that was sent and not answered is sent again under its own key: the service makes one task of it. */
function keyFor(body) {
  const text = JSON.stringify(body);
  if (unsent?.text !== text) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    unsent = { text, key: [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
  }
  return unsent.key;
}

/** Submits {number} or {numbers}; gives the service's answer. */
export async function submit(body) {
  const headers = body.numbers ? { "Idempotency-Key": keyFor(body) } : { Prefer: `wait=${WAIT}` };
  const answer = await call("", { method: "POST", body, headers });
  unsent = null;
  return answer;
}

function hint(text) {
  if (!text.trim()) return "Spaces and thousands separators are fine.";
  const input = read(text);
  if (input.numbers) return count(input.numbers.length, "number");
  if (input.number) return isDecimal(input.number) ? count(digits(input.number), "digit") : "An expression";
  return "";
}

/** Brings the field to life; `asked(input, answer)` is told of every task that was accepted. */
export function startAsking(asked) {
  const field = byId("number");
  const error = byId("number-error");
  const button = byId("submit");

  const complain = (text) => {
    error.textContent = text;
    field.setAttribute("aria-invalid", String(Boolean(text)));
  };
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
    byId("number-hint").textContent = hint(field.value);
  };

  async function ask(text) {
    if (button.getAttribute("aria-busy") === "true") return;
    const input = read(text);
    complain(input.error ?? "");
    if (input.error) return field.focus();
    button.setAttribute("aria-busy", "true");
    announce("Checking");
    try {
      asked(input, await submit(input));
    } catch (problem) {
      complain(problem.message.replace(/^numbers\[(\d+)\]/, (_, index) => `Number ${Number(index) + 1} of the list`));
      field.focus();
    }
    button.removeAttribute("aria-busy");
  }

  async function askFile(file) {
    if (file) ask(await file.text());
  }

  field.addEventListener("input", () => {
    complain("");
    fit();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask(field.value);
  });
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    ask(field.value);
  });
  byId("file").addEventListener("change", (event) => {
    askFile(event.target.files[0]);
    event.target.value = "";
  });
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    // A complaint about the file stands at the field, so that has to be in view.
    if (byId("ask-view").hidden) location.hash = "ask";
    askFile(event.dataTransfer.files[0]);
  });
  byId("examples").append(...EXAMPLES.map((text) => {
    const example = h("button", { type: "button" }, formula(text));
    example.addEventListener("click", () => {
      field.value = text;
      fit();
      ask(text);
    });
    return h("li", {}, example);
  }));
  fit();
}
