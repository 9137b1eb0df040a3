// A list's results: the first rows to look at, all of them as a file.
import { parse, send } from "./api.js";
import { actionButton, h, save } from "./dom.js";
import { brief, count } from "./numbers.js";
import { ofVerdict, ofWitness } from "./verdict.js";

const ROWS = 50;
const FILES = { csv: "text/csv", ndjson: "application/x-ndjson" };

/** The address of the page after this one of task `id`'s results (RFC 8288), or undefined. */
function nextPage(id, response) {
  const query = /\?[^>]*(?=>;\s*rel="?next"?)/.exec(response.headers.get("Link"));
  return query && `${id}/results${query}`;
}

/** All pages as one file's parts; a heading line that every page repeats is kept once. */
async function walk(id, type, progress) {
  const parts = [];
  let heading;
  let lines = 0;
  for (let url = `${id}/results`; url;) {
    const response = await send(url, { headers: { Accept: type } });
    let text = await response.text();
    if (text && !text.endsWith("\n")) text += "\n";
    const first = text.slice(0, text.indexOf("\n") + 1);
    if (type === "text/csv" && first === heading) text = text.slice(first.length);
    heading ??= first;
    parts.push(text);
    lines += text.split("\n").length - 1;
    progress(lines);
    url = nextPage(id, response);
  }
  return parts;
}

/** The buttons that save all results of task `id`, as CSV and as NDJSON. */
export function downloads(id, result, complain) {
  return Object.entries(FILES).map(([suffix, type]) => {
    const label = `Download ${suffix.toUpperCase()}`;
    return actionButton(label, async (button) => {
      try {
        const parts = await walk(id, type, (lines) => {
          button.textContent = `${Math.min(100, Math.round((100 * lines) / result.total))} %`;
        });
        save(`primes-${id}.${suffix}`, new Blob(parts, { type }));
      } finally {
        button.textContent = label;
      }
    }, complain);
  });
}

function row(entry) {
  const { title, tone } = ofVerdict(entry.verdict);
  return h("tr", {},
    h("td", { class: "number" }, brief(String(entry.number))),
    h("td", {}, h("span", { class: `state ${tone}` }, title)),
    h("td", { class: "faint" }, ofWitness(entry.witness)));
}

/** The table of a finished list's results and its "more" button. */
export function results(id, result, complain) {
  const rows = h("tbody");
  let address = `${id}/results?limit=${ROWS}`;
  const more = actionButton("Show more", async () => {
    const response = await send(address);
    rows.append(...parse(await response.text()).results.map(row));
    address = nextPage(id, response);
    more.hidden = !address;
  }, complain, { class: "quiet" });
  more.click();
  return h("div", { class: "list" },
    h("div", { class: "rows", tabindex: "0", role: "region", "aria-label": count(Number(result.total), "result") },
      h("table", {},
        h("thead", {}, h("tr", {}, ["Number", "Verdict", "Witness"].map((name) => h("th", { scope: "col" }, name)))),
        rows)),
    more);
}
