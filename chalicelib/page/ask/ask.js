// The field: what is typed, pasted, chosen or dropped becomes one task.
import { sentAgain } from "../common/api.js";
import { check, isCertificate } from "./certificate.js";
import { announce, byId, h, wait } from "../common/dom.js";
import { onFiles, readFiles } from "./files.js";
import { formula } from "../common/formula.js";
import { read, sample } from "./input.js";
import { isRange } from "./items.js";
import { brief, count, digits, isDecimal } from "../common/numbers.js";
import { submit } from "../common/submit.js";
import { forgetQuestion, placeOf, understand } from "./understood.js";

const MAX_FORMULA = 60;
// A text that takes longer to read is previewed once the typing pauses.
const LONG_TEXT = 20_000;
const PAUSE_SECONDS = 2;

/** The text of the field for what was submitted; "" for a file. */
export const typedFor = ({ number, find, typed = number ?? "" }) =>
  find && typed === number ? `${find === "next" ? "next" : "prev"}prime(${number})` : typed;

function preview({ number, numbers, from, error, readings, name, find }) {
  const file = name ? `${name}: ` : "";
  if (error) return name ? file + error : readings && error;
  if (numbers) {
    const [first, ...others] = numbers;
    if (!others.length && isRange(first)) return `${file}All numbers of the range ${sample(numbers)}`;
    const listed = numbers.some(isRange) ? "numbers and ranges" : count(numbers.length, "number");
    return `${file}A list of ${listed}${from ? ` ${from}` : ""}: ${sample(numbers)}`;
  }
  if (find) return h("span", {}, `The ${find} prime of `, number.length <= MAX_FORMULA ? formula(number) : brief(number));
  if (isDecimal(number)) return `${file}One number with ${count(digits(number), "digit")}`;
  return h("span", {}, `${file}One expression`, number.length <= MAX_FORMULA && [": ", formula(number)]);
}

/** An expression with a mark at the sign that is refused, or at the end where something is missing. */
const marked = (text, place) =>
  h("code", {}, text.slice(0, place - 1), h("mark", {}, text[place - 1] ?? " "), text.slice(place));

/**
 * Starts the field. `clear()` is called when a question is submitted or refused, `accept(input, response)` for
 * every task that the service accepts. Returns `ask(text, factors)`, which fills the field and submits it, and `fill(text)`,
 * which shows what was submitted.
 */
export function startAsking({ clear, accept }) {
  const field = byId("number");
  const error = byId("number-error");
  const button = byId("submit");
  const example = field.placeholder;
  const hint = [...byId("number-hint").childNodes];
  let chosen = null;
  let timer;
  let taken;
  let latest; // what is submitted, until the field changes
  let hurry = () => {}; // ends the pause before it is submitted again

  /** What the field or the chosen files have; {} while there is nothing. */
  const input = () => chosen ?? (field.value.trim() ? read(field.value) : {});

  const showError = (text) => {
    error.textContent = text;
    field.setAttribute("aria-invalid", String(Boolean(text)));
  };

  function showPreview(isTyped = true) {
    const found = input();
    const { number, name, find } = found;
    const shown = byId("number-hint");
    const text = Object.keys(found).length && preview(found);
    shown.replaceChildren(...(text ? [text] : hint));
    forgetQuestion();
    if (isTyped && number && !name && !find && !isDecimal(number)) {
      understand(number, (words, place) => {
        if (place) shown.replaceChildren(marked(number, place));
        shown.append(words);
      });
    }
    byId("readings").replaceChildren(...(found.readings ?? []).map(([label, value]) => {
      const choice = h("button", { type: "button" }, label);
      choice.addEventListener("click", () => {
        fill(value, true);
        field.focus();
      });
      return choice;
    }));
  }

  function changed(isTyped = true) {
    showError("");
    latest = null;
    hurry();
    clearTimeout(timer);
    if (field.value.length < LONG_TEXT) showPreview(isTyped);
    else timer = setTimeout(showPreview, 300);
  }

  function choose(files) {
    chosen = files;
    field.placeholder = files ? files.name : example;
    byId("file-remove").hidden = !files;
  }

  function fill(text, isTyped = false) {
    choose(null);
    field.value = text;
    changed(isTyped);
  }

  /** Selects the sign that the service names in its reason, at its place in the field, which may have more spaces. */
  function selectMistake(text, reason) {
    const place = placeOf(reason);
    if (!place) return;
    let at = 0;
    for (let sent = 0; sent < place - 1; sent++) at = field.value.indexOf(text[sent], at) + 1;
    while (field.value[at] === " ") at += 1;
    field.setSelectionRange(at, at + 1);
  }

  /** Submits, again while the service cannot be reached or is busy; undefined once the field has changed. */
  async function submitted(asked) {
    while (asked === latest) {
      try {
        return await submit(asked);
      } catch (problem) {
        if (![0, 429, 503].includes(problem.status)) throw problem;
        if (asked === latest) showError(sentAgain(problem));
        const pause = wait(Math.max(problem.retryAfter, PAUSE_SECONDS) * 1000);
        await Promise.race([pause, new Promise((resolve) => (hurry = () => resolve(null)))]);
      }
    }
  }

  async function ask() {
    if (button.ariaBusy === "true") return hurry();
    forgetQuestion();
    const typed = field.value;
    const asked = { ...(chosen ?? { ...read(typed), typed }), factors: byId("factors").checked };
    clear();
    showError(asked.error ?? "");
    if (asked.error) {
      byId("number-hint").textContent = "";
      return field.focus();
    }
    byId("readings").replaceChildren();
    button.ariaBusy = "true";
    announce("Checking");
    latest = asked;
    try {
      const response = await submitted(asked);
      if (response) {
        showError("");
        accept(asked, response);
      }
    } catch (problem) {
      showError(problem.message.replace(/^numbers\[(\d+)\]/i, (_, index) => `Number ${Number(index) + 1} of the list`));
      field.focus();
      if (field.value === typed) selectMistake(asked.number, problem.message);
    }
    button.ariaBusy = "false";
  }

  function askFor(text, factors) {
    fill(text);
    if (factors) byId("factors").checked = true;
    ask();
  }

  async function take(files) {
    taken = files;
    if (files.length === 1 && (await isCertificate(files[0]))) return check(files[0]);
    const found = await readFiles(files);
    if (files !== taken) return; // Others were given while these were read.
    fill("");
    choose(found);
    showPreview();
    button.focus();
  }

  field.addEventListener("input", () => {
    choose(null);
    changed();
  });
  byId("file-remove").addEventListener("click", () => {
    fill("");
    field.focus();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask();
  });
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  onFiles(take);
  addEventListener("online", () => hurry());
  if (field.value) changed(); // A browser that reloads the page keeps it.
  return { ask: askFor, fill };
}
