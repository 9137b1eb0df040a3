// How anybody can check a verdict without trusting the service.
import { copyButton, h } from "./dom.js";
import { brief, digits } from "./numbers.js";

// Python refuses to read a longer decimal number; hexadecimal has no limit (Python: sys.int_info).
const PYTHON_DIGITS = 4300;
const GP = `echo 'primecertisvalid(read("certificate.txt"))' | gp -q -f -s 512M  # 1: it holds`;

const literal = (number) => (digits(number) > PYTHON_DIGITS ? `0x${BigInt(number).toString(16)}` : number);

/** Python lines that refute `number`; `write` gives the numbers in them, in short or whole. */
function python(number, { factor, base }, write) {
  const n = `n = ${write(number)}\n`;
  if (factor) return `${n}print(n % ${write(factor)})  # 0: the factor divides it`;
  return `${n}d, s = n - 1, 0\nwhile d % 2 == 0:\n    d, s = d // 2, s + 1\nx = pow(${base}, d, n)\n` +
    "print(x != 1 and all(pow(x, 2**r, n) != n - 1 for r in range(s)))  # True: composite";
}

/** A fold with the lines that check this result, or nothing where there is nothing to check. */
export function howToCheck({ number, witness, certificate }) {
  if (!certificate && !witness) return null;
  const lines = (write) => (certificate ? GP : python(String(number), witness, write));
  return h("details", { class: "check" },
    h("summary", {}, "How to check it"),
    h("p", {}, certificate ? "Download the certificate and let PARI/GP check it:" : "Let Python check it:"),
    h("pre", { tabindex: "0" }, h("code", {}, lines(brief))),
    h("div", { class: "actions small" }, copyButton("Copy these lines", () => lines(literal))));
}

/** "factor × cofactor", for numbers short enough to be read. */
export function factored({ number, witness }) {
  const factor = witness?.factor;
  if (!factor || digits(String(number)) > 100) return null;
  return `${factor} × ${BigInt(number) / BigInt(factor)}`;
}
