// The certificate of a prime: its picture, its formats, and the command that checks each.
import { send } from "./api.js";
import { drawChain, rowsOf } from "./chain.js";
import { actionButton, byId, copyButton, h } from "./dom.js";

// Larger ones are downloaded, not drawn.
const MAX_DRAWN_BYTES = 1_000_000;

/** The formats of a certificate by the method of its proof: {name, format, file, command}. */
function formatsOf(method) {
  const isRead = /^(ECPP|Pocklington|Proth|Pépin)/.test(method);
  return [
    { name: "PARI", format: "pari", file: "certificate.txt",
      command: isRead ? "echo 'print(primecertisvalid(read(\"certificate.txt\")))' | gp -q -f -s 512M" : "isprime verify certificate.txt" },
    method === "ECPP" && { name: "Primo", format: "primo", file: "certificate.primo.txt", command: "isprime verify certificate.primo.txt" },
    !/Riesel|Morrison/.test(method) && { name: "Rocq", format: "rocq", file: "prime.v", command: "coqc prime.v" },
  ].filter(Boolean);
}

/** The part of the card about the certificate of task `id`; `download(query, file)` saves it. */
export function drawProof(id, { method }, download, showError) {
  const picture = h("div", { class: "picture" });
  const element = h("details", { class: "proof", id: "proof" }, h("summary", {}, "The certificate"), picture,
    h("ul", { class: "formats" }, formatsOf(method).map(({ name, format, file, command }) => h("li", {},
      h("h3", {}, name), h("code", { class: "what" }, command),
      h("div", { class: "actions small" },
        copyButton("Copy", () => command),
        actionButton("Download", () => download(`format=${format}`, file), showError, { "aria-label": `Download for ${name}` }))))));
  element.addEventListener("toggle", async () => {
    try {
      const response = await send(`${id}/certificate`, { headers: { Accept: "text/plain" } });
      const text = await response.text();
      const rows = text.length > MAX_DRAWN_BYTES ? [] : rowsOf(text);
      picture.replaceChildren(...(rows.length ? drawChain(rows) : []));
    } catch (problem) {
      showError(problem.message);
    }
  }, { once: true });
  return element;
}

/** The badge beside the verdict, which opens that part. */
export function certificateBadge() {
  const badge = h("button", { type: "button", class: "badge" }, "Certificate");
  badge.addEventListener("click", () => {
    const proof = byId("proof");
    proof.open = true;
    proof.scrollIntoView({ block: "center" });
    proof.querySelector("summary").focus();
  });
  return badge;
}
