// The field: what is typed, pasted, chosen or dropped becomes one task.
import { sentAgain } from "../common/api.js";
import { check, isCertificate } from "./certificate.js";
import { announce, byId, h, wait } from "../common/dom.js";
import { onFiles, readFiles } from "./files.js";
import { formula } from "../common/formula.js";
import { read, readFactors, sample } from "./input.js";
import { isRange } from "./items.js";
import { brief, count, digits, isDecimal } from "../common/numbers.js";
import { submit } from "../common/submit.js";
import { SEARCHES } from "../common/verdict.js";

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
    if (!others.length && isRange(first)) return `${file}All numbers in the range ${sample(numbers)}`;
    const listed = numbers.some(isRange) ? "numbers and ranges" : count(numbers.length, "number");
    return `${file}A list of ${listed}${from ? ` ${from}` : ""}: ${sample(numbers)}`;
  }
  const shown = number.length <= MAX_FORMULA ? formula(number) : brief(number);
  if (find) return h("span", {}, `The ${SEARCHES[find]} `, shown);
  if (isDecimal(number)) return `${file}One number with ${count(digits(number), "digit")}`;
  return h("span", {}, `${file}One expression: `, shown);
}

/** The place, from 1 on, that a reason of the service names: "Unexpected '*' at position 6"; undefined without one. */
function placeOf(reason) {
  const [, place] = /^[^:]* at position (\d+)/.exec(reason) ?? [];
  return place && Number(place);
}

/** A reason of the service in the words of the page: "Number 3 of the list" for "numbers[2]". */
const inWords = (reason) => reason
  .replace(/^numbers\[(\d+)\]/i, (_, index) => `Number ${Number(index) + 1} of the list`)
  .replace(/^known_factors\[\d+\], ([^,]+),/i, "$1")
  .replace(/^known_factors\[(\d+)\]/i, (_, index) => `Factor ${Number(index) + 1}`);

/**
 * Starts the field. `clear()` is called when a question is submitted or refused, `accept(input, response)` for
 * every task that the service accepts. Returns `ask(text, factors)`, which fills the field and submits it, and
 * `fill(text)`, which shows what was submitted.
 */
export function startAsking({ clear, accept }) {
  const field = byId("number");
  const known = byId("known");
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

  const showError = (text, at = field) => {
    byId(`${at.id}-error`).textContent = text;
    at.setAttribute("aria-invalid", String(Boolean(text)));
  };

  function showPreview() {
    const found = input();
    const text = Object.keys(found).length && preview(found);
    byId("number-hint").replaceChildren(...(text ? [text] : hint));
    byId("readings").replaceChildren(...(found.readings ?? []).map(([label, value]) => {
      const choice = h("button", { type: "button" }, label);
      choice.addEventListener("click", () => {
        fill(value, known.value);
        field.focus();
      });
      return choice;
    }));
  }

  function changed() {
    showError("");
    showError("", known);
    latest = null;
    hurry();
    clearTimeout(timer);
    if (field.value.length < LONG_TEXT) showPreview();
    else timer = setTimeout(showPreview, 300);
  }

  function choose(files) {
    chosen = files;
    field.placeholder = files ? files.name : example;
    byId("file-remove").hidden = !files;
  }

  function fill(text, factors = "") {
    choose(null);
    field.value = text;
    known.value = factors;
    changed();
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
    const typed = field.value;
    const factors = byId("factors").checked;
    const given = factors ? readFactors(known.value) : [];
    const asked = { ...(chosen ?? { ...read(typed), typed }), factors, ...(given.length && { known: given }) };
    clear();
    showError(asked.error ?? "");
    showError("", known);
    if (asked.error) {
      byId("number-hint").textContent = "";
      return field.focus();
    }
    if (asked.known && (asked.find || !asked.number)) {
      showError("Known factors apply to one number only. Clear this field, or type one number above.", known);
      return known.focus();
    }
    byId("readings").replaceChildren();
    button.ariaBusy = "true";
    announce("Checking");
    latest = asked;
    try {
      const response = await submitted(asked);
      if (response) {
        showError("");
        known.value = "";
        accept(asked, response);
      }
    } catch (problem) {
      const at = /^"?known_factors/i.test(problem.message) ? known : field;
      showError("");
      showError(inWords(problem.message), at);
      at.focus();
      if (at === field && field.value === typed) selectMistake(asked.number, problem.message);
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
  known.addEventListener("input", changed);
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
