// Checks a certificate that is chosen or dropped: the service verifies it and says why it is valid or not.
import { call } from "../common/api.js";
import { announce, byId, h } from "../common/dom.js";
import { numberLink } from "../common/links.js";
import { brief } from "../common/numbers.js";

// The service accepts no larger one.
const MAX_BYTES = 5_000_000;
// PARI's vectors, Primo's sections, the forms with a name before them, and Rocq's theorem.
const BEGINNING = /^\s*(?:\[\s*(?:\[|\d+\s*,\s*\[|PRIMO)|N[+-]1\s*:|Lucas-Lehmer\s*:|\(\*|From Coq)/;

const state = { latest: null };

/** Whether a file begins as a certificate does, and no list of numbers. */
export const isCertificate = async (file) => BEGINNING.test(await file.slice(0, 20_000).text());

async function verdictOn(file) {
  if (file.size > MAX_BYTES) throw new Error("A certificate has at most 5 MB.");
  const body = new Blob([await file.arrayBuffer()], { type: "text/plain" });
  const { valid, reason, number } = await call("certificates", { method: "POST", body });
  const [tone, title] = valid ? ["prime", "Valid"] : ["failed", "Not valid"];
  const text = number == null ? null : String(number);
  return [
    h("span", { class: `state ${tone}` }, h("span", { class: `dot ${tone}` }), title), ". ",
    text && ["The number is ", h("a", { href: numberLink(text) }, brief(text)), ". "], reason,
  ].flat().filter(Boolean);
}

/** Checks a certificate and shows the result, scrolled into view. */
export async function check(file) {
  const result = byId("certificate-result");
  state.latest = file;
  result.classList.remove("error");
  result.textContent = "Checking";
  let isError = false;
  const shown = await verdictOn(file).catch((problem) => {
    isError = true;
    return [problem.message];
  });
  if (file !== state.latest) return; // Another one was given meanwhile.
  result.classList.toggle("error", isError);
  result.replaceChildren(...shown);
  byId("certificate").scrollIntoView({ block: "nearest" });
  announce(result.textContent);
}

/** Starts the part of the page that checks certificates. */
export function startChecking() {
  const input = byId("certificate-file");
  const element = byId("certificate");
  const take = (file) => file && check(file);

  input.addEventListener("change", () => {
    take(input.files[0]);
    input.value = "";
  });
  for (const type of ["dragover", "drop"]) {
    element.addEventListener(type, (event) => {
      // The rest of the page takes a dropped file for a list of numbers.
      event.preventDefault();
      event.stopPropagation();
      document.body.classList.remove("dropping");
      if (type === "drop") take(event.dataTransfer.files[0]);
    });
  }
}
