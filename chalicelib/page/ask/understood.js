// What the service understands of an expression while it is typed: how many digits it has, or where it does not parse.
import { currentKey } from "../common/access.js";
import { parse } from "../common/api.js";
import { capital } from "../common/dom.js";
import { count } from "../common/numbers.js";

const PAUSE_MILLISECONDS = 600;
const MAX_CHARACTERS = 200;

let timer;
let latest = 0;
let isRefused = false;

/** Cancels the question that is not answered yet. */
export function forgetQuestion() {
  latest += 1;
  clearTimeout(timer);
}

/** The place, from 1 on, that a reason of the service names: "Unexpected '*' at position 6"; undefined without one. */
export function placeOf(reason) {
  const [, place] = /^[^:]* at position (\d+)/.exec(reason) ?? [];
  return place && Number(place);
}

/**
 * Asks the service about an expression once the typing pauses, and calls `show` with a few words and the place of the
 * sign that is refused, if it is one.
 * It asks no more where a key is needed that this browser does not have: the dialog for it belongs to a submission.
 */
export function understand(text, show) {
  forgetQuestion();
  const question = latest;
  // The address of a number has at most one slash.
  if (isRefused || text.length > MAX_CHARACTERS || text.split("/").length > 2) return;
  timer = setTimeout(async () => {
    const words = await ask(text).catch(() => "");
    if (question === latest && words) show(words, placeOf(words));
  }, PAUSE_MILLISECONDS);
}

async function ask(text) {
  const key = currentKey();
  const address = `numbers/${encodeURIComponent(text).replaceAll("%2F", "/")}`;
  const response = await fetch(address, { headers: { Accept: "application/json", ...(key && { "x-api-key": key }) } });
  const { detail, digits, number_text: number } = parse(await response.text());
  if (response.status === 403) isRefused = true;
  const found = response.ok ? number.replace("-", "").length : digits;
  if (found) return `, ${count(found, "digit")}`;
  return response.status < 500 && response.status !== 403 && response.status !== 429 && `. ${capital(detail.replace(/: .*/, ""))}`;
}
