// The throughput of fifteen minutes, one row for each queue.
import { LANES } from "./diagram.js";
import { byId, h, svg } from "../common/dom.js";
import { count, grouped } from "../common/numbers.js";

const HEIGHT = 32;
const BAR = 0.72;

function bars(steps, most) {
  return steps.map((number, index) => {
    if (!number) return "";
    const height = Math.max(2, (Number(number) / most) * HEIGHT);
    return `M${index} ${HEIGHT}v${-height.toFixed(2)}h${BAR}v${height.toFixed(2)}z`;
  }).join("");
}

function row(name, steps, seconds) {
  const total = steps.reduce((sum, number) => sum + Number(number), 0);
  const most = Math.max(...steps.map(Number));
  const peak = most / seconds;
  const [title] = LANES[name];
  const text = total ? `${grouped(total)} · peak ${peak < 10 ? peak.toFixed(1) : grouped(Math.round(peak))}/s` : "none";
  return h("div", { class: `row ${total ? "active" : ""}`, "data-lane": name },
    h("h3", {}, title),
    svg("svg", { viewBox: `0 0 ${steps.length} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
      "aria-label": `${title}: ${count(total, "number")} finished, at most ${peak.toFixed(1)} per second` },
    svg("path", { d: bars(steps, most) })),
    h("p", { class: "faint" }, text));
}

/** Shows the history, or nothing for a service without one. */
export function drawThroughput(history) {
  const { step_seconds: seconds, numbers } = history ?? {};
  const names = Object.keys(LANES).filter((name) => numbers?.[name]?.length);
  byId("throughput").hidden = !names.length;
  if (!names.length) return;
  const all = names.flatMap((name) => numbers[name]).reduce((sum, number) => sum + Number(number), 0);
  byId("throughput-note").textContent = count(all, "number");
  const minutes = Math.round((numbers[names[0]].length * seconds) / 60);
  byId("throughput-rows").replaceChildren(...names.map((name) => row(name, numbers[name], seconds)),
    h("p", { class: "axis" }, h("span", {}, `${minutes} min ago`), h("span", {}, "now")));
}
