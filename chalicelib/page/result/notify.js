// Tells the user that a task has ended: by a notification, which a button asks for, and by the title of a hidden tab.
import { age, since } from "../common/api.js";
import { actionButton } from "../common/dom.js";

const LONG_MILLISECONDS = 10_000;
const wanted = new Set();

/** Whether a task takes long enough to be told of its end: over 10 s since its submission, or expected. */
export const isLong = (task) =>
  Boolean(task?.submitted_at)
  && Math.max(since(task.submitted_at), task.expected_at ? -age(task.expected_at) : 0) > LONG_MILLISECONDS;

/** The button that asks for permission and then waits for task `id`; null if the browser has no notifications. */
export function notifyButton(id, showError) {
  if (!("Notification" in globalThis)) return null;
  const button = actionButton("Notify me", async () => {
    if ((await Notification.requestPermission()) !== "granted") {
      throw new Error("Your browser blocks notifications from this page. Allow them in the settings for this site.");
    }
    wanted.add(id);
    confirm();
  }, showError);
  const confirm = () => {
    button.textContent = "Notification on";
    button.disabled = true;
  };
  if (wanted.has(id)) confirm();
  return button;
}

/** Notifies of a task that has ended, if that was asked for; a click on the notification shows the task. */
export function notifyOf(id, title, text) {
  if (!wanted.delete(id)) return;
  const notification = new Notification(title, { body: text, tag: id });
  notification.onclick = () => {
    focus();
    location.hash = id;
    notification.close();
  };
}
