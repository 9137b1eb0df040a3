// The tasks that this page follows until they are final.
import { call, timeAgo } from "./api.js";
import { poll } from "./poll.js";

// A hidden tab asks this often, so that its title says when a task has ended.
const HIDDEN_MILLISECONDS = 15_000;

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
  const past = before?.state.task;
  const follower = { state: { task: withPast(task, past) ?? past }, running: true, stop: () => {} };
  followed.set(id, follower);
  const update = (state, running) => {
    follower.state = state;
    follower.running = running;
    if (!running) follower.stop();
    for (const listener of listeners) listener(id, state);
  };
  update(follower.state, !isFinal(task));
  if (!follower.running) return;
  let quiet = false;
  let last;
  follower.stop = poll(async () => {
    try {
      const fresh = await call(id, { quiet });
      if (followed.get(id) !== follower) return "done";
      update({ task: withPast(fresh, follower.state.task) }, !isFinal(fresh));
      const { phase, done, chain } = fresh.progress ?? {};
      const { verdict, factors } = fresh.result ?? {};
      const state = [fresh.status, verdict, factors?.length, phase, done, chain?.length].join();
      const outcome = state === last ? "same" : "changed";
      last = state;
      return follower.running ? outcome : "done";
    } catch (problem) {
      if (followed.get(id) !== follower) return "done";
      update({ task: follower.state.task, problem }, problem.status !== 404);
      if (!follower.running) return "done";
      throw problem;
    } finally {
      quiet = true;
    }
  }, { shortest: 500, longest: 5000, hidden: HIDDEN_MILLISECONDS });
}
