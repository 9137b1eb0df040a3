// What somebody typed, pasted or dropped → what the service takes.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const GROUPED = /(?<![\d.,'’])\d{1,3}(?:,\d{3})+(?![\d.,])|(?<![\d.,'’])\d{1,3}(?:\.\d{3}){2,}(?![\d.,])/g;
const INTEGER = /^[+-]?(?:\d+|0x[0-9a-f]+)$/i;

/** One number or expression without the spaces, separators and signs that only people need. */
export function tidy(text) {
  return text
    .replace(/\s+/g, "")
    .replace(new RegExp(`[${SUPERSCRIPTS}]+`, "g"), (run) => "^" + [...run].map((sign) => SUPERSCRIPTS.indexOf(sign)).join(""))
    .replace(/[−–—]/g, "-")
    .replace(/[×·⋅]/g, "*")
    .replace(GROUPED, (run) => run.replace(/[,.]/g, ""))
    .replace(/(?<=\d)['’_](?=\d)/g, "");
}

function mistake(text, line) {
  const place = line ? `Line ${line}: ` : "";
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  if (/[,;]/.test(text)) {
    return `${place}the commas in “${shown}” do not group thousands. For a list, put one number on each line.`;
  }
  if (/^[+-]?\d*\.\d+$/.test(text)) return `${place}“${shown}” is not a whole number. Only whole numbers can be prime.`;
  if (line) return `${place}“${shown}” is not a number. A list takes whole numbers, one a line.`;
  return `“${shown}” is not a number. Write digits, 0x and hexadecimal digits, or an expression such as 2^127−1.`;
}

/**
 * Reads the field: {number}, {numbers} for several lines, or {error} in plain words.
 * A backslash at a line's end continues the number, as bc and PARI/GP print long ones.
 */
export function read(text) {
  const lines = text.replace(/\\\r?\n/g, "").split(/\r?\n/).map((line) => line.trim());
  const filled = lines.filter(Boolean).length;
  if (!filled) return { error: "Type a number first, such as 97 or 2^127−1." };
  if (filled === 1) {
    const number = tidy(lines.find(Boolean));
    if (!/^[\dxa-f+\-*^!#()]+$/i.test(number) || !/\d/.test(number)) return { error: mistake(number, 0) };
    return { number };
  }
  const numbers = [];
  for (const [index, line] of lines.entries()) {
    if (!line) continue;
    const number = tidy(line);
    if (!INTEGER.test(number)) return { error: mistake(number, index + 1) };
    numbers.push(number);
  }
  return { numbers };
}
