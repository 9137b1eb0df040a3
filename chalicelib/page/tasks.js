// The tasks that this page follows until they are final.
import { call, timeAgo } from "./api.js";
import { poll } from "./poll.js";

const followed = new Map();
const listeners = [];

export const isFinal = (task) => ["SUCCESS", "FAILURE", "REVOKED"].includes(task?.status);

/** Calls `listener(id, {task, problem})` for every change of every task. */
export const onTask = (listener) => listeners.push(listener);

/** The known state of a task: {task, problem}, each possibly missing. */
export const known = (id) => followed.get(id)?.state ?? {};

/**
 * A task with what this page saw of it before: `screening_seconds`, `proof_started_at` (by the earliest report of its
 * progress), and the interim verdict of a task that was cancelled.
 */
function withPast(task, past) {
  if (!task || task.status === "PENDING") return task;
  const interim = [task, past].find((state) => state?.result?.verdict === "probable_prime")?.result;
  const { phase, seconds } = task.progress ?? {};
  const started = [past?.proof_started_at, phase === "proving" && timeAgo(seconds)].filter(Boolean).sort()[0];
  return {
    ...task,
    result: task.result ?? (task.status === "REVOKED" ? interim ?? null : null),
    screening_seconds: interim?.seconds ?? past?.screening_seconds,
    proof_started_at: started,
  };
}

/** Follows a task; `task` is its state where the service has just sent it. */
export function follow(id, task) {
  const before = followed.get(id);
  if (before?.running && !task) return;
  before?.stop();
  const entry = { state: { task: withPast(task, before?.state.task) ?? before?.state.task }, running: true, stop: () => {} };
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
      update({ task: withPast(fresh, entry.state.task) }, !isFinal(fresh));
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
