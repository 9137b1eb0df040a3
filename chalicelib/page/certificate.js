// Checks a certificate that is chosen or dropped: the service verifies it and says why it is valid or not.
import { call } from "./api.js";
import { announce, byId } from "./dom.js";
import { brief } from "./numbers.js";

// The service accepts no larger one.
const MAX_BYTES = 5_000_000;

async function verdictOn(file) {
  if (file.size > MAX_BYTES) throw new Error("A certificate has at most 5 MB.");
  const body = new Blob([await file.arrayBuffer()], { type: "text/plain" });
  const { valid, reason, number } = await call("certificates", { method: "POST", body });
  const subject = number == null ? "" : `The number is ${brief(String(number))}. `;
  return { valid, text: `${valid ? "Valid" : "Not valid"}. ${subject}${reason}` };
}

/** Starts the part of the page that checks certificates. */
export function startChecking() {
  const input = byId("certificate-file");
  const result = byId("certificate-result");
  const element = byId("certificate");

  async function take(file) {
    if (!file) return;
    result.classList.remove("error");
    result.textContent = "Checking";
    const { valid, text } = await verdictOn(file).catch((problem) => ({ valid: false, text: problem.message }));
    result.classList.toggle("error", !valid);
    result.textContent = text;
    announce(text);
  }

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
