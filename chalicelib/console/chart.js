// A queue's last minutes as a small drawing.
import { svg } from "./dom.js";

const WIDTH = 300;
const HEIGHT = 64;
const SPAN = 5 * 60_000;

/** Forgets what has left the chart; one older sample stays, as the line's left end. */
export function trim(samples, now) {
  while (samples.length > 2 && samples[1].at < now - SPAN) samples.shift();
}

/** Steps from sample to sample ({at: ms, value}), the last one drawn up to now. */
export function chart(samples, now, name) {
  const most = Math.max(...samples.map(({ value }) => value));
  const x = (at) => Math.max(0, WIDTH - ((now - at) / SPAN) * WIDTH);
  const y = (value) => HEIGHT - 2 - (most ? (value / most) * (HEIGHT - 6) : 0);
  let line = `M${x(samples[0].at).toFixed(1)} ${y(samples[0].value).toFixed(1)}`;
  for (const { at, value } of samples.slice(1)) line += `H${x(at).toFixed(1)}V${y(value).toFixed(1)}`;
  line += `H${WIDTH}`;
  const last = samples.at(-1).value;
  return svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
    "aria-label": `${name} in the last five minutes: at most ${most}, now ${last}` },
    svg("path", { class: "area", d: `${line}V${HEIGHT}H${x(samples[0].at).toFixed(1)}Z` }),
    svg("path", { class: "line", d: line }));
}
