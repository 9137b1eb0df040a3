// The tasks that this page follows until they are final.
import { call } from "./api.js";
import { poll } from "./poll.js";

const followed = new Map();
const listeners = [];

export const isFinal = (task) => ["SUCCESS", "FAILURE", "REVOKED"].includes(task?.status);

/** Calls `listener(id, {task, problem})` for every change of every task. */
export const onTask = (listener) => listeners.push(listener);

/** The known state of a task: {task, problem}, each possibly missing. */
export const known = (id) => followed.get(id)?.state ?? {};

/** A cancelled task keeps the verdict of its screening. */
function withInterim(task, before) {
  if (task?.status !== "REVOKED" || task.result || !before?.result?.verdict) return task;
  return { ...task, result: before.result };
}

/** Follows a task; `task` is its state where the service has just sent it. */
export function follow(id, task) {
  const before = followed.get(id);
  if (before?.running && !task) return;
  before?.stop();
  const entry = { state: { task: withInterim(task, before?.state.task) ?? before?.state.task }, running: true, stop: () => {} };
  followed.set(id, entry);
  const update = (state, running) => {
    entry.state = state;
    entry.running = running;
    if (!running) entry.stop();
    for (const listener of listeners) listener(id, state);
  };
  update(entry.state, !isFinal(task));
  if (!entry.running) return;
  let quiet = false;
  let last;
  entry.stop = poll(async () => {
    try {
      const fresh = await call(id, { quiet });
      if (followed.get(id) !== entry) return "done";
      update({ task: withInterim(fresh, entry.state.task) }, !isFinal(fresh));
      const state = [fresh.status, fresh.result?.verdict, fresh.progress?.done].join();
      const outcome = state === last ? "same" : "changed";
      last = state;
      return entry.running ? outcome : "done";
    } catch (problem) {
      if (followed.get(id) !== entry) return "done";
      update({ task: entry.state.task, problem }, problem.status !== 404);
      if (!entry.running) return "done";
      throw problem;
    } finally {
      quiet = true;
    }
  }, { shortest: 500, longest: 5000 });
}
