// One number or expression of the input.

// Digits with separators. The service refuses a single group, which may be a fraction; the page shows how it reads it.
const SEPARATED =
  /^[-+−]?(?:\d{1,3}(?:(?:,\d{3})+|(?:\.\d{3}){2,}|(?:[\u00a0\u2009\u202f]\d{3})+)|\d+(?:['’_]\d+)+)$/;
const GROUPED = /(?<![\d.,])\d{1,3}([,.])\d{3}(?:\1\d{3})+(?![\d.,])/g;
const HEXADECIMAL = /^[+-]?0x[\da-f_]+$/i;
// As OpenSSL prints a number.
const PAIRS = /^[\da-f]{2}(?::\s*[\da-f]{2})+$/i;
const EXPRESSION =
  /^(?=.*\d)(?:\d|(?<=\d)['’_eE](?=\d)|0b|[MFR](?=\d)|fib|lucas|binomial|[-+*/^!#(),×·⋅∗÷−–⁰¹²³⁴-⁹⁻])+$/;

/** Removes the separators of an integer, and the spaces around operators. */
export function tidy(text) {
  if (/^\d+$/.test(text)) return text;
  const trimmed = text.trim();
  if (text.includes("..")) return text.split("..").map(tidy).join("..");
  if (PAIRS.test(trimmed)) return trimmed.replace(/\s/g, "");
  if (SEPARATED.test(trimmed)) return trimmed.replace(/[^\d+−-]/g, "").replace("−", "-");
  return trimmed.replace(/\s*([-+*/^(),×·⋅∗÷−–])\s*/g, "$1");
}

/** Splits a line at a separator that stands outside of parentheses and quotation marks. */
export function cells(line, separator) {
  if (!/["(]/.test(line)) return line.split(separator).map((cell) => cell.trim());
  const found = [""];
  let depth = 0;
  let quoted = false;
  for (const sign of line) {
    if (sign === '"') quoted = !quoted;
    else if (sign === separator && !depth && !quoted) found.push("");
    else {
      depth += { "(": 1, ")": -1 }[sign] ?? 0;
      found[found.length - 1] += sign;
    }
  }
  return found.map((cell) => cell.trim());
}

/** Whether the tidy text may be a range of numbers, such as 10^12..10^12+1000. */
export function isRange(text) {
  const ends = text.split("..");
  return ends.length === 2 && ends.every(isItem);
}

/** Whether the tidy text may be a number, an expression or a range; the service decides. */
export function isItem(text) {
  if (text.includes("..")) return isRange(text);
  const joined = text.replace(GROUPED, (run) => run.replace(/[,.]/g, ""));
  if (HEXADECIMAL.test(joined) || PAIRS.test(joined)) return true;
  return EXPRESSION.test(joined) && cells(joined, ",").length === 1;
}

/** Says what is wrong with a text that is no item; `line` is its line in a list, 0 outside of one. */
export function mistake(text, line) {
  const place = line ? `Line ${line}: ` : "";
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  if (/^[+-]?\d*\.\d+$/.test(text)) return `${place}“${shown}” is not a whole number. Only whole numbers can be prime.`;
  return `${place}“${shown}” is not a number. Write digits, hexadecimal as 0x1f, or an expression such as 2^127−1.`;
}
