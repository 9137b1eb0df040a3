// The certificate of a prime: its picture, its formats, and the command that checks each.
import { send } from "../common/api.js";
import { drawChain, rowsOf } from "./chain.js";
import { actionButton, byId, copyButton, h } from "../common/dom.js";
import { isDecimal } from "../common/numbers.js";
import { inWords, isPlain } from "./checks.js";

// Larger ones are downloaded, not drawn.
const MAX_DRAWN_BYTES = 1_000_000;
// A longer command is copied only.
const MAX_COMMAND = 400;

/** The formats of a certificate of `n` by the method of its proof: {name, format, file, command}. */
function formatsOf(method, n) {
  const verify = (file) => `isprime verify ${file} --number ${isDecimal(n) ? n : `'${n}'`}`;
  const isRead = /^(ECPP|Pocklington|Proth|Pépin)/.test(method);
  const subject = method === "ECPP" ? "c[1][1]" : "c[1]";
  const check = `default(secure, 1); c = read("certificate.txt"); print(${subject} == ${n} && primecertisvalid(c))`;
  const pari = `echo '${check}' | gp -q -f -s 512M`;
  return [
    isRead
      ? { name: "PARI", format: "pari", file: "certificate.txt", command: pari }
      : { name: "isprime", format: "isprime", file: "certificate.txt", command: verify("certificate.txt") },
    method === "ECPP"
      && { name: "Primo", format: "primo", file: "certificate.primo.txt", command: verify("certificate.primo.txt") },
    !/Riesel|Morrison/.test(method) && { name: "Rocq", format: "rocq", file: "prime.v", command: "coqc prime.v" },
  ].filter(Boolean);
}

const NEEDS = [
  "If the certificate is valid, PARI/GP prints 1. Rocq ends without an error and lists the axioms of its 63-bit "
  + "integers. On Debian, apt-get install pari-gp coq libcoq-coqprime installs both.",
  "isprime is this service’s own verifier. It needs only Python, and it also reads PARI’s file. To install it, run "
  + "pipx install ./client in a copy of the sources.",
];

/** The part of the card about the certificate of task `id`; `download(query, file)` saves it. */
export function drawProof(id, { method, number, expression }, download, showError) {
  const name = isPlain(expression) ? expression : String(number);
  const picture = h("div", { class: "picture" });
  const element = h("details", { class: "proof", id: "proof" }, h("summary", {}, "The certificate"), picture,
    h("ul", { class: "formats" }, formatsOf(method, name).map(({ name, format, file, command }) => h("li", {},
      h("h3", {}, name),
      h("code", { class: "what" }, command.length <= MAX_COMMAND ? command : inWords(expression)),
      h("div", { class: "actions small" },
        copyButton("Copy", () => command, { "aria-label": `Copy the command for ${name}` }),
        actionButton("Download", () => download(`format=${format}`, file), showError,
          { "aria-label": `Download for ${name}` }))))),
    NEEDS.map((text) => h("p", { class: "faint" }, text)));
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
