// Reads the field: typed, pasted or dropped text becomes one number or a list.
import { pickColumn } from "./columns.js";
import { cells, isItem, isRange, mistake, tidy } from "./items.js";

const SPACED = /^\d{1,3}(?:[ \t]\d{3})+$/;
// White space between two operands: "7 11" and "2^3 5", but not "2 ^ 3".
const BETWEEN = /(?<=[\d)!#])[ \t]+(?=[\d(])/;
// A number that OpenSSL prints in several lines, between two of them.
const CONTINUED = /(?<=[\da-f]{2}):[ \t]*\r?\n[ \t]*(?=[\da-f]{2})/gi;

const COMMAS = /^\d{1,3}(?:,\d{3})+$/;
const SEARCH = /^(next|prev)prime\((.+)\)$/i;
const MAX_SHOWN = 3;

/** The items of one line, separated by semicolons, tabs, commas or white space. */
function separate(line) {
  const inner = line.replace(/^\[(.*)\]$/, "$1");
  const separator = [";", "\t"].find((sign) => inner.includes(sign));
  // A comma before a space separates numbers; without the space it may group thousands.
  const spaced = /,\s/.test(inner.replace(/\([^()]*\)/g, "")) || BETWEEN.test(inner);
  if (!separator && !spaced && isItem(tidy(inner))) return [tidy(inner)];
  return split(inner, separator ?? ",");
}

const split = (text, separator) =>
  cells(text, separator).flatMap((cell) => cell.split(BETWEEN)).map(tidy).filter(Boolean);

/** The numbers of a text in which every comma, semicolon and space separates two of them. */
export const readFactors = (text) => split(text.replaceAll(";", ","), ",");

function list(numbers, lineOf, from) {
  const bad = numbers.findIndex((number) => !isItem(number));
  if (bad >= 0) return { error: mistake(numbers[bad], lineOf(bad)) };
  return numbers.length === 1 && !isRange(numbers[0]) ? { number: numbers[0] } : { numbers, from };
}

/** Whether a line can be one number with separators as well as a list: "101 103", "101,103", "1,000". */
const isAmbiguous = (line) =>
  SPACED.test(line) || (COMMAS.test(line) && (line.split(",").length === 2 || !/,0/.test(line)));

function readLine(line) {
  const [, direction, start] = SEARCH.exec(line.replace(/\s/g, "")) ?? [];
  if (direction) {
    const { number, ...other } = readLine(start);
    const find = direction.toLowerCase() === "next" ? "next" : "previous";
    return number ? { number, find } : { error: other.error ?? `Write one number between the parentheses of ${line}.` };
  }
  if (isAmbiguous(line)) {
    const parts = line.split(/[ \t,]/);
    return {
      error: `“${line}” can be one number or a list of ${parts.length} numbers. Choose one.`,
      readings: [
        [`One number: ${parts.join("")}`, parts.join("")],
        [`A list of ${parts.length} numbers`, parts.join(", ")],
      ],
    };
  }
  return list(separate(line), () => 0);
}

function readLines(lines) {
  const column = pickColumn(lines);
  if (column) return list(column.numbers, (index) => column.lines[index], column.from);
  const unclear = lines.find(({ text }) => isAmbiguous(text));
  if (unclear) {
    const readAs = (sign) =>
      lines.map(({ text }) => (isAmbiguous(text) ? text.replace(/[ \t,]/g, sign) : text)).join("\n");
    return {
      error: `Line ${unclear.line}: “${unclear.text}” can be one number or several. Choose one.`,
      readings: [["One number per line", readAs("")], ["Several numbers per line", readAs(", ")]],
    };
  }
  const numbers = [];
  const origin = [];
  for (const { text, line } of lines) {
    for (const item of separate(text)) {
      numbers.push(item);
      origin.push(line);
    }
  }
  // The first line of a file may be the heading of its column.
  const headed = numbers.length > 1 && !isItem(numbers[0]) && /^[a-z_ ]+$/i.test(numbers[0]) && isItem(numbers[1]);
  return headed
    ? list(numbers.slice(1), (index) => origin[index + 1], `without the heading “${numbers[0]}”`)
    : list(numbers, (index) => origin[index]);
}

/**
 * Reads a text: {number, find}, {numbers, from} or {error}, with `readings` ([label, text]) if there is more than one.
 * A backslash at the end of a line continues the number, as bc and PARI/GP print long ones, and a colon one of OpenSSL.
 */
export function read(text) {
  const lines = text.replace(/^\ufeff/, "").replace(/\\\r?\n/g, "").replace(CONTINUED, ":").split(/\r\n|\r|\n/)
    .map((content, index) => ({ text: content.trim(), line: index + 1 }))
    .filter(({ text: content }) => content);
  if (!lines.length) return { error: "Type a number first, such as 97 or 2^127−1." };
  return lines.length === 1 ? readLine(lines[0].text) : readLines(lines);
}

/** The first numbers of a list and its last, for a preview. */
export function sample(numbers) {
  const short = (text) => {
    if (isRange(text)) return text.split("..").map(short).join("..");
    return text.length > 12 ? `${text.slice(0, 5)}…${text.slice(-5)}` : text;
  };
  if (numbers.length <= MAX_SHOWN + 1) return numbers.map(short).join(", ");
  return `${numbers.slice(0, MAX_SHOWN).map(short).join(", ")}, …, ${short(numbers.at(-1))}`;
}
