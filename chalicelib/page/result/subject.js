// What a task is about, and the details of its result.
import { send } from "../common/api.js";
import { h } from "../common/dom.js";
import { isFactored } from "./factors.js";
import { formula } from "../common/formula.js";
import { brief, count, digits, grouped, groups, isDecimal, numeral, sizeOf } from "../common/numbers.js";
import { factored, SEARCHES } from "../common/verdict.js";

const MAX_FORMULA = 120;

/** What a task is about: {listed} for a list, else {typed, number, headline, find}, each missing while unknown. */
export function subjectOf(task, input) {
  const listed = input?.count ?? task?.result?.total;
  if (listed !== undefined) return { listed };
  const find = input?.find ?? task?.result?.find;
  if (find) {
    const { number = "", of = input?.number } = task?.result ?? {};
    return { find, typed: String(input?.number ?? of), number: String(number) };
  }
  const text = input?.number ?? task?.result?.expression ?? "";
  const number = String(task?.result?.number ?? (isDecimal(text) ? text : ""));
  const headline = isFactored(task) ? undefined : factored(task?.result);
  return { typed: isDecimal(text) ? "" : text, number, headline };
}

const nameOf = (typed) =>
  isDecimal(typed) ? brief(typed) : typed.length > MAX_FORMULA ? "An expression" : formula(typed);

/** An equation with its digits in groups, as those of a prime are; "7 divides it" as it is. */
const drawFactors = (headline) => !headline.includes("=") ? headline
  : headline.split(/(\d+)/).map((part, index) => (index % 2 ? h("span", {}, groups(part)) : part));

export function drawSubject({ listed, typed, number, headline, find }) {
  if (listed !== undefined) return h("p", { class: "asked" }, `A list of ${count(listed, "number")}`);
  return [
    typed && h("p", { class: "asked" }, find && `The ${SEARCHES[find]} `, nameOf(typed)),
    headline && h("p", { class: `headline ${sizeOf(headline.length - 4)}` }, drawFactors(headline)),
    number && !headline?.includes("=") && numeral(number),
  ];
}

function certificateSize(id) {
  const size = h("span", {});
  send(`${id}/certificate`, { method: "HEAD", quiet: true, headers: { Accept: "text/plain" } }).then((response) => {
    const bytes = Number(response.headers.get("Content-Length"));
    if (bytes) size.textContent = ` of ${bytes < 1000 ? `${bytes} bytes` : `${grouped(Math.round(bytes / 1000))} KB`}`;
  }, () => {});
  return h("span", {}, "a certificate", size);
}

/** The digits, the certificate and the attempts of a number in one line. */
export function drawDetails(id, { result, attempts }) {
  const dateOf = (time) => new Date(time).toLocaleDateString(undefined, { dateStyle: "long" });
  const details = [
    result?.number !== undefined && count(digits(String(result.number)), "digit"),
    result?.certificate && certificateSize(id),
    attempts > 1 && count(attempts, "attempt"),
    result?.computed_at && `computed on ${dateOf(result.computed_at)}`,
  ].filter(Boolean);
  return details.length > 0
    && h("p", { class: "details" }, details.flatMap((detail, index) => (index ? [" · ", detail] : [detail])));
}
