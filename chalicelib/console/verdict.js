// A task in words.
import { brief, count, duration } from "./numbers.js";

const VERDICTS = {
  prime: { title: "Prime", tone: "prime" },
  probable_prime: { title: "Probably prime", tone: "probable" },
  composite: { title: "Composite", tone: "composite" },
  not_prime: { title: "Not prime", tone: "composite" },
};

/** The verdict's title and tone. */
export const ofVerdict = (verdict) => VERDICTS[verdict] ?? { title: verdict, tone: "waiting" };

/** A witness in a few words. */
export function ofWitness(witness) {
  if (!witness) return "";
  return witness.factor ? `factor ${brief(witness.factor)}` : `base ${witness.base}`;
}

function reason(result) {
  const took = result.seconds == null ? "" : `, in ${duration(Number(result.seconds))}`;
  switch (result.verdict) {
    case "prime":
      return `Proven: ${result.method}${took}.`;
    case "probable_prime":
      return `It passed ${result.method}, and no composite is known that does. Its proof was not finished in time.`;
    case "composite":
      if (!result.witness) return `By ${result.method}${took}.`;
      if (result.witness.factor) return "It has a proper factor, which settles it.";
      return `It fails the strong test to base ${result.witness.base}, and a prime passes it to every base.`;
    default:
      return "The smallest prime is 2; zero, one and negative numbers are none.";
  }
}

function finished(task) {
  const { result } = task;
  if (result?.total !== undefined) {
    const none = Number(result.primes) === 0;
    return { title: none ? "No primes" : count(Number(result.primes), "prime"), tone: none ? "composite" : "prime",
      text: `among ${count(Number(result.total), "number")}.` };
  }
  return { ...ofVerdict(result.verdict), text: reason(result) };
}

/** A task's state: title, tone and one sentence. */
export function describe(task) {
  switch (task?.status) {
    case "SUCCESS":
      return finished(task);
    case "FAILURE":
      return { title: "Failed", tone: "failed", text: task.error || "The service gave up on this task. Try it again." };
    case "REVOKED":
      return { title: "Cancelled", tone: "waiting", text: "Nothing more is computed for it." };
    case "RETRY":
      return { title: "Trying again", tone: "waiting",
        text: `Attempt ${task.attempts} did not succeed; the next one follows by itself.` };
    case "STARTED":
      if (task.result?.verdict === "probable_prime") {
        return { title: "Probably prime", tone: "probable", text: "It passed the screening. Now a proof is made." };
      }
      return { title: "Working", tone: "waiting", text: "" };
    case "PENDING":
      return { title: "Waiting", tone: "waiting", text: "It is in the queue." };
    default:
      return { title: "Looking it up", tone: "waiting", text: "" };
  }
}
