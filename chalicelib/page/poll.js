// Repeats a request until its result is final.

const visible = () => new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));

/**
 * Runs `step` until it resolves to "done"; returns a function that stops it.
 * The pause between two runs is `shortest` milliseconds after a step that resolves to "changed", and grows to
 * `longest` while nothing changes or steps fail. Nothing runs while the tab is hidden.
 */
export function poll(step, { shortest, longest }) {
  let stopped = false;
  let pause = shortest;
  async function run() {
    while (!stopped) {
      if (document.hidden) {
        await visible();
        pause = shortest;
        continue;
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
      await new Promise((resolve) => setTimeout(resolve, Math.max(pause, atLeast)));
    }
  }
  run();
  return () => (stopped = true);
}
