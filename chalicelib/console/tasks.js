// The tasks that this page follows, each until its state is final.
import { call } from "./api.js";
import { poll } from "./poll.js";

const followed = new Map();
const listeners = [];

export const isFinal = (task) => ["SUCCESS", "FAILURE", "REVOKED"].includes(task?.status);

/** `listener(id, {task, problem})` hears of everything that is learnt about any task. */
export const onTask = (listener) => listeners.push(listener);

/** What is known about a task: {task, problem}, either of them perhaps missing. */
export const known = (id) => followed.get(id)?.state ?? {};

/** Follows a task from here on; `task` is its state where the service just told it. */
export function follow(id, task) {
  const before = followed.get(id);
  if (before?.running && !task) return;
  before?.stop();
  const entry = { state: { task: task ?? before?.state.task }, running: true, stop: () => {} };
  followed.set(id, entry);
  const tell = (state, more) => {
    entry.state = state;
    entry.running = more;
    if (!more) entry.stop();
    for (const listener of listeners) listener(id, state);
  };
  tell(entry.state, !isFinal(task));
  if (!entry.running) return;
  let quiet = false;
  let last;
  entry.stop = poll(async () => {
    try {
      const fresh = await call(id, { quiet });
      if (followed.get(id) !== entry) return "done";
      tell({ task: fresh }, !isFinal(fresh));
      const news = [fresh.status, fresh.result?.verdict, fresh.progress?.done].join();
      const outcome = news === last ? "same" : "changed";
      last = news;
      return entry.running ? outcome : "done";
    } catch (problem) {
      if (followed.get(id) !== entry) return "done";
      tell({ task: entry.state.task, problem }, problem.status !== 404);
      if (!entry.running) return "done";
      throw problem;
    } finally {
      quiet = true;
    }
  }, { shortest: 500, longest: 5000 });
}
