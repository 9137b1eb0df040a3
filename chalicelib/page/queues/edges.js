// The edges of the diagram, drawn between the boxes where they stand; dots on them are work that flows.
import { svg } from "../common/dom.js";

const RADIUS = 12;
const SPEED = 55; // pixels a second

const state = { layer: null, observer: null, drawn: "" };

/** A path through points with round corners. */
function path(points) {
  let d = `M${points[0].join(" ")}`;
  points.forEach(([x, y], index) => {
    if (index === 0) return;
    const next = points[index + 1];
    if (!next) return void (d += `L${x} ${y}`);
    const [px, py] = points[index - 1];
    const corner = (tx, ty) => {
      const length = Math.hypot(tx - x, ty - y);
      const part = Math.min(RADIUS, length / 2) / length;
      return `${x + (tx - x) * part} ${y + (ty - y) * part}`;
    };
    d += `L${corner(px, py)}Q${x} ${y} ${corner(...next)}`;
  });
  return d;
}

/** The distance between two dots in pixels: the more numbers a second, the closer. */
const gapOf = (rate) => Math.max(11, 44 - 14 * Math.log10(1 + 10 * (rate ?? 0)));

function edge(points, lane, flows, rate) {
  const d = path(points);
  const base = svg("path", { class: "edge", d });
  if (!flows) return [base];
  const dots = svg("path", { class: "dots", d, "data-lane": lane });
  const gap = gapOf(rate);
  dots.style.setProperty("--gap", `${gap.toFixed(0)}px`);
  dots.style.setProperty("--time", `${(gap / SPEED).toFixed(2)}s`);
  return [base, dots];
}

function edgesOf(flow, rates) {
  const origin = flow.getBoundingClientRect();
  const box = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const [l, r] = [left, right].map((x) => Math.round(x - origin.left));
    const [t, b] = [top, bottom].map((y) => Math.round(y - origin.top));
    return { l, r, t, b, x: Math.round((l + r) / 2), y: Math.round((t + b) / 2) };
  };
  const api = box(flow.querySelector(".api"));
  const table = box(flow.querySelector(".table"));
  const edges = [];
  let workers;
  let aside = 0;
  for (const lane of flow.querySelectorAll(".lane")) {
    const name = lane.dataset.lane;
    const queue = box(lane.querySelector(".queue"));
    const consumers = box(lane.querySelector(".consumers"));
    const flows = lane.classList.contains("active");
    const rate = rates[name];
    const wide = api.r < queue.l;
    edges.push(...edge([[queue.r, queue.y], [consumers.l, consumers.y]], name, flows, rate));
    if (!wide) continue;
    edges.push(...edge([[consumers.r, consumers.y], [table.l, consumers.y]], name, flows && rate !== 0, rate));
    // The API feeds the lanes down to the tasks, the workers of the tasks those below.
    if (!workers) edges.push(...edge([[api.r, queue.y], [queue.l, queue.y]], name, flows, rate));
    else {
      // The edges run side by side: down, back below the workers, and into their queues.
      const [x, left, below] = [workers.x - aside, queue.l - 24 - aside, workers.b + 12 + aside];
      const points = [[x, workers.b], [x, below], [left, below], [left, queue.y], [queue.l, queue.y]];
      edges.push(...edge(points, name, flows, rate));
      aside += 6;
    }
    if (name === "tasks") workers = consumers;
  }
  return edges;
}

/** Draws the edges of `flow`, and again when its size changes. */
export function drawEdges(flow, rates) {
  const draw = () => {
    const edges = edgesOf(flow, rates);
    // An edge that stays as it is keeps its running animation.
    const key = edges.map((element) => element.getAttribute("d") + element.style.cssText + element.dataset.lane).join();
    if (key === state.drawn && state.layer?.isConnected) return;
    state.drawn = key;
    if (!state.layer?.isConnected) {
      state.layer = svg("svg", { class: "edges", "aria-hidden": "true" });
      flow.prepend(state.layer);
    }
    state.layer.replaceChildren(...edges);
  };
  state.observer?.disconnect();
  state.observer = new ResizeObserver(draw);
  state.observer.observe(flow);
  draw();
}
