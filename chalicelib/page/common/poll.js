// Repeats a request until its result is final.
import { wait } from "./dom.js";

const visible = () => new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));

/**
 * Runs `step` until it resolves to "done"; returns a function that stops it.
 * The pause between two runs is `shortest` milliseconds after a step that resolves to "changed", and grows to
 * `longest` while nothing changes or steps fail. While the tab is hidden it is `hidden` milliseconds; without `hidden`,
 * the next run waits until the tab is visible.
 * @param {() => Promise<string>} step
 * @param {{ shortest: number, longest: number, hidden?: number }} pauses
 */
export function poll(step, { shortest, longest, hidden }) {
  let stopped = false;
  let pause = shortest;
  async function run() {
    while (!stopped) {
      if (document.hidden) {
        await Promise.race([visible(), ...(hidden ? [wait(hidden)] : [])]);
        if (stopped) return;
        pause = shortest;
        if (!hidden) continue;
      }
      let outcome = "same";
      let atLeast = 0;
      try {
        outcome = await step();
      } catch (problem) {
        atLeast = (problem.retryAfter ?? 0) * 1000;
      }
      if (outcome === "done") return;
      pause = outcome === "changed" ? shortest : Math.min(pause * 1.5, longest);
      await wait(Math.max(pause, atLeast));
    }
  }
  run();
  return () => (stopped = true);
}

/**
 * Keeps a view up to date; returns a function that stops it. `read(quiet)` sends the request, quiet after the first.
 * `show(response)` returns the part whose change makes the next request come soon. `fail(problem)` shows the error.
 */
export function refresh(read, show, fail) {
  let quiet = false;
  let closed = false;
  let last;
  const stop = poll(async () => {
    try {
      const response = await read(quiet);
      if (closed) return "done";
      const before = last;
      last = JSON.stringify(show(response));
      return last === before ? "same" : "changed";
    } catch (problem) {
      if (closed) return "done";
      fail(problem);
      throw problem;
    } finally {
      quiet = true;
    }
  }, { shortest: 2000, longest: 15_000 });
  return () => {
    closed = true;
    stop();
  };
}
