// Finds the column of numbers in the lines of a CSV file.
import { cells, isItem, tidy } from "./items.js";

const NAME = /^(?:n|nums?|numbers?|values?|integers?|candidates?)$/i;
const isWord = (text) => /[a-z_]/i.test(text) && !isItem(tidy(text));

/** Whether the cells count the lines: 0, 1, 2, … or 1, 2, 3, … */
const counts = (column) =>
  /^[01]$/.test(column[0]) && column.every((cell, index) => cell === String(index + Number(column[0])));

/**
 * The numbers of a table and where they come from: {numbers, lines, from}.
 * Undefined where the lines are no table: no separator in every line, or a list that was broken into lines.
 */
export function pickColumn(lines) {
  const separator = [";", "\t", ","].find((sign) => lines.every(({ text }) => text.includes(sign)));
  if (!separator) return undefined;
  const rows = lines.map(({ text }) => cells(text.replace(/[,;\s]+$/, ""), separator));
  const width = rows[0].length;
  if (width < 2 || rows.some((row) => row.length !== width)) return undefined;
  const heading = rows[0].every((cell) => !cell || isWord(cell)) ? rows[0] : null;
  const body = heading ? rows.slice(1) : rows;
  const columns = rows[0].map((_, index) => body.map((row) => row[index]));
  const usable = columns.map((column) => column.every((cell) => isItem(tidy(cell))));
  let chosen;
  if (heading) chosen = heading.findIndex((name) => NAME.test(name));
  else if (counts(columns[0])) chosen = 1;
  else if (usable.every(Boolean)) return undefined;
  if (!(chosen >= 0)) chosen = usable.lastIndexOf(true);
  if (chosen < 0) chosen = width - 1;
  return {
    numbers: columns[chosen].map(tidy),
    lines: lines.slice(heading ? 1 : 0).map(({ line }) => line),
    from: `from the column ${heading?.[chosen] ? `“${heading[chosen]}”` : chosen + 1}`,
  };
}
