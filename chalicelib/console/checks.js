// How anybody can check a verdict without trusting the service.
import { copyButton, h } from "./dom.js";
import { brief, digits } from "./numbers.js";

// Python refuses to read a longer decimal number; hexadecimal has no limit (Python: sys.int_info).
const PYTHON_DIGITS = 4300;

const literal = (number) => (digits(number) > PYTHON_DIGITS ? `0x${BigInt(number).toString(16)}` : number);

function python(number, witness) {
  if (witness.factor) {
    const code = (n, factor) => `n = ${n}\nprint(n % ${factor})  # 0: the factor divides it`;
    return [code(brief(number), brief(witness.factor)), () => code(literal(number), literal(witness.factor))];
  }
  const code = (n) =>
    `n = ${n}\nd, s = n - 1, 0\nwhile d % 2 == 0:\n    d, s = d // 2, s + 1\n` +
    `x = pow(${witness.base}, d, n)\n` +
    "print(x != 1 and all(pow(x, 2**r, n) != n - 1 for r in range(s)))  # True: composite";
  return [code(brief(number)), () => code(literal(number))];
}

const GP = 'primecertisvalid(read("certificate.txt"))  \\\\ 1: the certificate holds';

/** A fold with the lines that check this result, or nothing where there is nothing to check. */
export function howToCheck(result) {
  const number = String(result.number);
  let told;
  let lines;
  if (result.certificate) {
    told = "Download the certificate as certificate.txt and let PARI/GP check it:";
    lines = [GP, () => GP];
  } else if (result.witness) {
    told = "Let Python check it:";
    lines = python(number, result.witness);
  } else {
    return null;
  }
  return h("details", { class: "check" },
    h("summary", {}, "How to check it"),
    h("p", {}, told),
    h("pre", { tabindex: "0" }, h("code", {}, lines[0])),
    h("div", { class: "actions small" }, copyButton("Copy these lines", lines[1])));
}

/** n = factor × cofactor, for numbers short enough to be read. */
export function factored(result) {
  const factor = result.witness?.factor;
  const number = String(result.number);
  if (!factor || digits(number) > 100) return null;
  return `${factor} × ${BigInt(number) / BigInt(factor)}`;
}
