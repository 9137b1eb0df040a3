// The diagram: API → queues → consumers → table, with what each of them holds now.
import { byId, h, setText } from "../common/dom.js";
import { count, duration, grouped } from "../common/numbers.js";
import { drawEdges } from "./edges.js";
import { tasksLink } from "../common/links.js";

// From top to bottom: the API feeds the first three (queues.css), the workers of the tasks those below them.
export const LANES = {
  long_lists: ["Long lists", "more than 10 s", "Long list workers"],
  lists: ["Lists", "up to about 10 s", "List workers"],
  tasks: ["Tasks", "single numbers", "Workers"],
  proofs: ["Proofs", "up to about 30 s", "Provers"],
  long_proofs: ["Long proofs", "more than 30 s", "Long provers"],
  factors: ["Factors", "up to about 30 s", "Factorizers"],
  long_factors: ["Long factors", "more than 30 s", "Long factorizers"],
};
const FAILED = "Every attempt failed. Each message becomes a failed task. Unreadable messages stay in the queue.";
const MAX_BLOCKS = 24;
const MAX_SLOTS = 16;

/** What is drawn: the lanes by their queue, and the dead letters. */
const drawn = { lanes: new Map(), dead: null };

const hidden = (name) => h("div", { class: name, "aria-hidden": "true" });
const end = (name, title, text) =>
  h("div", { class: `node end ${name}` }, h("h2", {}, title), h("p", { class: "faint" }, text));

function makeLane(name) {
  const [title, holds, consumers] = LANES[name];
  const parts = {
    waiting: h("span", { class: "big" }), note: h("span", { class: "faint" }), tube: hidden("tube"),
    wait: h("p", { class: "faint wait" }), slots: hidden("slots"), flight: h("p", { class: "faint" }),
    rate: h("p", { class: "rate", title: "Numbers finished per second" }),
  };
  const element = h("section", { class: "lane", "data-lane": name, "aria-label": title },
    h("div", { class: "node queue" },
      h("h2", {}, h("a", { href: tasksLink({ queue: name }) }, title), h("span", { class: "faint" }, holds)),
      h("p", { class: "amount" }, parts.waiting, parts.note),
      parts.tube, parts.wait),
    h("div", { class: "node consumers" }, h("h3", {}, consumers), parts.slots, parts.flight),
    parts.rate);
  return { element, ...parts };
}

/** Shows `number` blocks, at most `most`, the first `filled` of them filled. */
function fill(element, number, filled, most) {
  const shown = Math.min(number, most);
  while (element.childElementCount > shown) element.lastChild.remove();
  while (element.childElementCount < shown) element.append(h("i"));
  [...element.children].forEach((block, index) => block.classList.toggle("on", index < filled));
  element.classList.toggle("more", number > most);
}

function showSlots(element, inFlight, slots) {
  const many = slots > MAX_SLOTS;
  element.classList.toggle("meter", many);
  fill(element, many ? 1 : slots ?? inFlight, inFlight, MAX_SLOTS);
  if (many) element.firstChild.style.width = `${Math.min(100, (100 * inFlight) / slots)}%`;
}

function formatRate(rate) {
  if (rate === undefined) return "";
  return `${rate > 0 && rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate))}/s`;
}

/** How long messages wait, in words: "oldest ≤ 12 s · wait 1 min 5 s", where the wait is that of a new one. */
function waitOf({ waiting, oldest_seconds: oldest, expected_seconds: expected }) {
  const inWords = (seconds) => duration(Math.ceil(seconds));
  const parts = [
    waiting > 0 && oldest > 0 && `oldest ≤ ${inWords(oldest)}`,
    expected > 0 && `wait ${inWords(expected)}`,
  ];
  return parts.filter(Boolean).join(" · ") || (expected == null ? "" : waiting > 0 ? "wait under 1 s" : "no wait");
}

/** Shows the state of a queue; returns the messages that wait or are in flight. */
function showLane(lane, state, rate) {
  const { waiting, in_flight: inFlight, delayed, slots } = state;
  const load = waiting + inFlight;
  setText(lane.waiting, grouped(waiting));
  setText(lane.note, `waiting${delayed ? ` · ${grouped(delayed)} delayed` : ""}`);
  fill(lane.tube, waiting + delayed, waiting, MAX_BLOCKS);
  showSlots(lane.slots, inFlight, slots);
  setText(lane.flight, `${grouped(inFlight)} in flight${slots == null ? "" : ` · ${count(slots, "slot")}`}`);
  setText(lane.wait, waitOf(state));
  setText(lane.rate, formatRate(rate));
  lane.element.classList.toggle("active", load > 0 || rate > 0);
  return load;
}

function showDead({ waiting, in_flight: inFlight, delayed }, failed) {
  const { dead } = drawn;
  const all = waiting + inFlight + delayed;
  dead.classList.toggle("alarm", all > 0);
  setText(dead.children[1], grouped(all));
  setText(dead.children[2], all ? FAILED : "No message failed every attempt.");
  setText(dead.lastChild, failed);
  dead.lastChild.hidden = !failed;
}

function make(names) {
  const lanes = new Map(names.map((name) => [name, makeLane(name)]));
  const dead = h("section", { class: "dead", "aria-label": "Dead letters" },
    h("h2", {}, "Dead letters"), h("span", { class: "big" }), h("p", { class: "faint" }),
    h("a", { href: tasksLink({ status: "FAILURE" }), hidden: true }));
  byId("flow").replaceChildren(
    end("api", "API", "accepts"),
    h("div", { class: "lanes" }, [...lanes.values()].map(({ element }) => element)),
    end("table", "Table", "stores"), dead);
  Object.assign(drawn, { lanes, dead });
}

/** Shows the diagram without numbers while the first response is awaited. */
export function drawEmptyFlow() {
  if (drawn.lanes.size) return;
  make(Object.keys(LANES));
  for (const { waiting, note } of drawn.lanes.values()) {
    setText(waiting, "–");
    setText(note, "waiting");
  }
  setText(drawn.dead.children[1], "–");
  drawEdges(byId("flow"), {});
}

/** Puts the busy lanes first: above Tasks those that the API feeds, below it those that the workers feed. */
function sortBusyFirst(elements) {
  const middle = elements.findIndex(({ dataset }) => dataset.lane === "tasks");
  const busyFirst = (some) => [true, false].flatMap((busy) =>
    some.filter(({ classList }) => classList.contains("active") === busy));
  const order = [...busyFirst(elements.slice(0, middle)), ...elements.slice(middle, middle + 1),
    ...busyFirst(elements.slice(middle + 1))];
  const { children } = elements[0].parentElement;
  if (!elements[0].parentElement.contains(document.activeElement)) {
    order.forEach((element, index) => children[index] === element || children[index].before(element));
  }
}

/** How many tasks failed, in words, of the first page of them. */
function failedOf({ failed, next }) {
  if (next) return `More than ${grouped(failed.length)} failed tasks`;
  return failed.length ? count(failed.length, "failed task") : "";
}

/** Shows a response of GET /queue with the rates (numbers finished per second, by queue; {} where they are unknown). */
export function drawFlow(response, rates) {
  const { queues } = response;
  const names = Object.keys(LANES).filter((name) => name in queues);
  if (names.join() !== [...drawn.lanes.keys()].join()) make(names);
  let busiest = { load: 0, element: null };
  for (const [name, lane] of drawn.lanes) {
    const load = showLane(lane, queues[name], rates[name]);
    lane.element.classList.remove("busiest");
    if (load > busiest.load) busiest = { load, element: lane.element };
  }
  busiest.element?.classList.add("busiest");
  sortBusyFirst([...drawn.lanes.values()].map(({ element }) => element));
  if (queues.dead_letters) showDead(queues.dead_letters, failedOf(response));
  drawEdges(byId("flow"), rates);
}
