// All results of a list as a file.
import { Problem, send } from "../common/api.js";
import { actionButton, save } from "../common/dom.js";

const FILES = { csv: "text/csv", ndjson: "application/x-ndjson" };

/** The address of the next page of results (RFC 8288), or null after the last. */
export function nextPage(id, response) {
  const query = /\?[^>]*(?=>;\s*rel="?next"?)/.exec(response.headers.get("Link"));
  return query && `${id}/results${query}`;
}

/** Reads all pages; the heading that every CSV page repeats is kept once. */
async function readAll(id, type, progress) {
  const parts = [];
  let heading;
  let lines = 0;
  for (let url = `${id}/results`; url;) {
    const response = await send(url, { headers: { Accept: type } });
    if (response.headers.get("Results-Complete") === "false") {
      throw new Problem(0, "The list is not finished yet. Try again when it is.");
    }
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

/** The buttons that download all results of task `id`, as CSV and as NDJSON. */
export function downloads(id, result, showError) {
  return Object.entries(FILES).map(([suffix, type]) => {
    const label = `Download ${suffix.toUpperCase()}`;
    return actionButton(label, async (button) => {
      try {
        const parts = await readAll(id, type, (lines) => {
          button.textContent = `${Math.min(100, Math.round((100 * lines) / result.total))} %`;
        });
        save(`primes-${id}.${suffix}`, new Blob(parts, { type }));
      } finally {
        button.textContent = label;
      }
    }, showError);
  });
}
