// The results of a list, the primes first.
import { parse, send } from "../common/api.js";
import { actionButton, h } from "../common/dom.js";
import { nextPage } from "./download.js";
import { formula } from "../common/formula.js";
import { linkOf } from "../common/links.js";
import { productOf } from "../result/factors.js";
import { proveAll } from "./prove.js";
import { brief, grouped } from "../common/numbers.js";
import { makeRows } from "./rows.js";
import { ofVerdict, ofWitness } from "../common/verdict.js";

const FIRST_ROWS = 50;
const PAGE_ROWS = 500;
const COLUMNS = ["Index", "Number", "Verdict", "Witness"];

/** A row; its index counts from 0, as those of the CSV and of the API do. */
function row({ index, number, expression, verdict, witness, factors, cofactor }, prove, showError) {
  const isFactored = verdict === "composite" && factors;
  const { title, tone } = ofVerdict(verdict);
  const text = expression ?? String(number);
  return h("tr", {},
    h("td", { class: "faint" }, grouped(index)),
    h("td", { class: "number" },
      h("a", { href: linkOf(text) }, expression ? formula(expression) : brief(text)),
      expression && h("p", { class: "faint" }, brief(String(number)))),
    h("td", {}, h("span", { class: `state ${tone}` }, title),
      verdict === "probable_prime"
        && [" ", actionButton("Prove it", () => prove({ number: text }), showError, { class: "quiet" })]),
    h("td", { class: "faint what" },
      isFactored ? productOf({ factors, cofactor }).replaceAll("*", " × ") : ofWitness(witness)));
}

/** The table of a finished list; `prove(input)` submits one of its numbers alone. */
export function results(id, { total, primes, probable_primes: probable, composites }, prove, showError) {
  let address;
  let drawn = 0;
  let scrolls = false; // since the user has asked for more, the next rows come as the window comes near
  const more = actionButton("Show more", async () => {
    let page = [];
    while (!page.length && address) { // A page may be empty and have a next one.
      const asked = address;
      const response = await send(asked);
      const { results } = parse(await response.text());
      if (asked !== address) return; // Another filter was chosen meanwhile, or this one again.
      page = results;
      address = nextPage(id, response);
    }
    if (page.some(({ factors }) => factors)) table.querySelector("th:last-child").textContent = "Factors";
    rows.append(page.map((result, index) => ({ index: drawn + index, ...result })));
    drawn += page.length;
    address = address?.replace(/limit=\d+/, `limit=${PAGE_ROWS}`);
    more.hidden = !address;
    near.disconnect();
    if (scrolls && address) near.observe(more);
  }, showError, { class: "quiet" });
  more.addEventListener("click", ({ isTrusted }) => (scrolls ||= isTrusted));
  const near = new IntersectionObserver(
    (entries) => entries.at(-1).isIntersecting && more.click(), { rootMargin: "100% 0px" });

  const filters = [
    ["primes", Number(probable) ? "Prime or probably prime" : "Primes", primes],
    ["composites", "Not prime", composites],
    ["", "All", total],
  ].map(([name, label, number]) => {
    const button = h("button", { type: "button", disabled: Number(number) === 0 },
      `${label} `, h("span", { class: "faint" }, grouped(number)));
    button.addEventListener("click", () => choose(name, button));
    return button;
  });

  function choose(name, button) {
    for (const other of filters) other.setAttribute("aria-pressed", String(other === button));
    table.classList.toggle("bare", name === "primes");
    drawn = 0;
    scrolls = false;
    near.disconnect();
    address = `${id}/results?limit=${FIRST_ROWS}${name && `&only=${name}`}`;
    rows.clear();
    more.ariaBusy = "false";
    more.hidden = false;
    more.click();
  }

  const table = h("table", {}, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))));
  const rows = makeRows(table, (result) => row(result, prove, showError));
  choose(Number(primes) ? "primes" : "", filters[Number(primes) ? 0 : 2]);
  return h("div", { class: "list" },
    Number(probable) > 0 && proveAll(id, Number(probable), showError),
    h("div", { class: "filter", role: "group", "aria-label": "Show" }, filters),
    table,
    more);
}
