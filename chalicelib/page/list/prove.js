// Proves the probable primes of a list, each as a task of its own, after one question that names how many.
import { call, parse, send, untilAccepted } from "../common/api.js";
import { actionButton, h } from "../common/dom.js";
import { nextPage } from "./download.js";
import { count, grouped } from "../common/numbers.js";
import { follow } from "../common/follow.js";
import { remember } from "../ask/recent.js";

/** The probable primes of list `id` as they were sent, page by page. */
async function* probablePrimes(id) {
  for (let address = `${id}/results?only=primes`; address;) {
    const response = await send(address);
    for (const { number, expression, verdict } of parse(await response.text()).results) {
      if (verdict === "probable_prime") yield expression ?? String(number);
    }
    address = nextPage(id, response);
  }
}

/** A button that asks once and then submits the `total` probable primes of list `id`, one after the other. */
export function proveAll(id, total, showError) {
  const name = total === 1 ? "the probable prime" : `all ${grouped(total)} probable primes`;
  const note = h("p", { class: "faint", role: "status" });
  let sent = 0;
  let running = false;

  async function proveEach() {
    running = true;
    show(stop);
    let place = 0;
    try {
      for await (const number of probablePrimes(id)) {
        if (place++ < sent) continue; // submitted before an error or a stop
        if (!running) break;
        const { task_id: task } = await untilAccepted(() => call("", { method: "POST", body: { number } }));
        remember(task, { number });
        follow(task, { status: "PENDING" });
        note.textContent = `${grouped(++sent)} of ${count(total, "task")} submitted.`;
      }
    } finally {
      running = false;
      show(sent < total && start);
    }
  }

  const start = actionButton(`Prove ${name}`, () => show(yes, no), showError);
  const yes = actionButton(`Submit ${count(total, "task")}`, proveEach, showError, { class: "primary" });
  const no = actionButton("Cancel", () => show(start), showError);
  const stop = actionButton("Stop", () => (running = false), showError);
  const buttons = h("div", { class: "actions" }, start);
  function show(...shown) {
    buttons.replaceChildren(...shown.filter(Boolean));
    buttons.firstChild?.focus();
  }
  return h("div", { class: "prove" }, buttons, note);
}
