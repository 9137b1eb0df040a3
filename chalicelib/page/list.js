// The results of a list, the primes first.
import { parse, send } from "./api.js";
import { actionButton, h } from "./dom.js";
import { nextPage } from "./download.js";
import { formula } from "./formula.js";
import { linkOf } from "./links.js";
import { productOf } from "./factors.js";
import { proveAll } from "./prove.js";
import { brief, grouped } from "./numbers.js";
import { ofVerdict, ofWitness } from "./verdict.js";

const PAGE_ROWS = 50;
const COLUMNS = ["Index", "Number", "Verdict", "Witness"];

/** A row; its index counts from 0, as those of the CSV and of the API do. */
function row({ index, number, expression, verdict, witness, factors, cofactor }, prove, showError) {
  const { title, tone } = ofVerdict(verdict);
  const text = expression ?? String(number);
  return h("tr", {},
    h("td", { class: "faint" }, grouped(index)),
    h("td", { class: "number" },
      h("a", { href: linkOf(text) }, expression ? formula(expression) : brief(text)),
      expression && h("p", { class: "faint" }, brief(String(number)))),
    h("td", {}, h("span", { class: `state ${tone}` }, title),
      verdict === "probable_prime" && [" ", actionButton("Prove it", () => prove({ number: text }), showError, { class: "quiet" })]),
    h("td", { class: "faint what" }, verdict === "composite" && factors ? productOf({ factors, cofactor }).replaceAll("*", " × ") : ofWitness(witness)));
}

/** The table of a finished list; `prove(input)` submits one of its numbers alone. */
export function results(id, { total, primes, probable_primes: probable, composites }, prove, showError) {
  const rows = h("tbody");
  let address;
  let drawn = 0;
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
    rows.append(...page.map((result, index) => row({ index: drawn + index, ...result }, prove, showError)));
    drawn += page.length;
    more.hidden = !address;
  }, showError, { class: "quiet" });

  const filters = [["primes", Number(probable) ? "Prime or probably prime" : "Primes", primes], ["composites", "Not prime", composites], ["", "All", total]].map(([name, label, number]) => {
    const button = h("button", { type: "button", disabled: Number(number) === 0 }, `${label} `, h("span", { class: "faint" }, grouped(number)));
    button.addEventListener("click", () => choose(name, button));
    return button;
  });

  function choose(name, button) {
    for (const other of filters) other.setAttribute("aria-pressed", String(other === button));
    table.classList.toggle("bare", name === "primes");
    drawn = 0;
    address = `${id}/results?limit=${PAGE_ROWS}${name && `&only=${name}`}`;
    rows.replaceChildren();
    more.ariaBusy = "false";
    more.hidden = false;
    more.click();
  }

  const table = h("table", {}, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))), rows);
  choose(Number(primes) ? "primes" : "", filters[Number(primes) ? 0 : 2]);
  return h("div", { class: "list" },
    h("div", { class: "filter", role: "group", "aria-label": "Show" }, filters),
    table,
    more,
    Number(probable) > 0 && proveAll(id, Number(probable), showError));
}
