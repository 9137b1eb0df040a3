// One number or expression of the input.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const GROUPED = /(?<![\d.,'’])\d{1,3}(?:,\d{3})+(?![\d.,])|(?<![\d.,'’])\d{1,3}(?:\.\d{3}){2,}(?![\d.,])/g;
const HEXADECIMAL = /^[+-]?0x[\da-f]+$/i;
const EXPRESSION = /^(?=.*\d)(?:\d|fib|lucas|binomial|[-+*/^!#(),])+$/;

/** Removes the spaces, thousands separators and signs that only people need. */
export function tidy(text) {
  if (/^\d+$/.test(text)) return text;
  return text
    .replace(/\s+/g, "")
    .replace(/[⁰¹²³⁴-⁹]+/g, (run) => "^" + [...run].map((sign) => SUPERSCRIPTS.indexOf(sign)).join(""))
    .replace(/[−–—]/g, "-")
    .replace(/[×·⋅]/g, "*")
    .replace(/÷/g, "/")
    .replace(/\(\d[\d,]*\)/g, (call) => call.replaceAll(",", "\0"))
    .replace(GROUPED, (run) => run.replace(/[,.]/g, ""))
    .replaceAll("\0", ",")
    .replace(/(?<=\d)['’_](?=\d)/g, "");
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

/** Whether the tidy text may be a number or an expression; the service decides. */
export const isItem = (text) =>
  HEXADECIMAL.test(text) || (EXPRESSION.test(text) && (!text.includes(",") || cells(text, ",").length === 1));

/** Says what is wrong with a text that is no item; `line` is its line in a list, 0 outside of one. */
export function mistake(text, line) {
  const place = line ? `Line ${line}: ` : "";
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  if (/^[+-]?\d*\.\d+$/.test(text)) return `${place}“${shown}” is not a whole number. Only whole numbers can be prime.`;
  return `${place}“${shown}” is not a number. Write digits, 0x and hexadecimal digits, or an expression such as 2^127−1.`;
}
