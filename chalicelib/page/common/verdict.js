// The state of a task in words.
import { capital } from "./dom.js";
import { methodOf } from "./methods.js";
import { brief, count, digits, duration, grouped } from "./numbers.js";

const VERDICTS = {
  prime: { title: "Prime", tone: "prime" },
  probable_prime: { title: "Probably prime", tone: "probable" },
  composite: { title: "Composite", tone: "composite" },
  not_prime: { title: "Not prime", tone: "composite" },
};

/** The statuses of a task in words, in the order in which it has them. */
export const STATUSES = {
  PENDING: "Queued", STARTED: "Working", RETRY: "Retrying",
  SUCCESS: "Finished", FAILURE: "Failed", REVOKED: "Cancelled",
};

const NO_REASON = "the service could not finish this task. Try again.";
const PROVING = "The number passed the screening. The proof is running.";
const SEARCHING = "The service is looking for its factors.";
const PROOF_NEXT = "The number passed the screening. The proof is next, or it has just begun.";

/** The searches for a prime in words. */
export const SEARCHES = { next: "next prime after", previous: "previous prime before" };

/** The title and the tone of a verdict. */
export const ofVerdict = (verdict) => VERDICTS[verdict] ?? { title: verdict, tone: "waiting" };

/** A witness in a few words. */
export function ofWitness(witness) {
  if (!witness) return "";
  return witness.factor ? `factor ${brief(witness.factor)}` : `fails to base ${witness.base}`;
}

/** "91 = 7 × 13", or "7 divides it" for a number that is too long to be read; undefined without a factor. */
export function factored(result) {
  const { number, witness } = result ?? {};
  const factor = witness?.factor;
  if (!factor || result.factors) return undefined;
  if (digits(String(number)) > 45) return `${brief(factor)} divides it`;
  return `${number} = ${factor} × ${BigInt(number) / BigInt(factor)}`;
}

/** What is known of the factors of a result, in sentences. */
function factorization({ factors, complete }, took) {
  if (!complete) return "The search ended before it found all prime factors. The composite parts are marked.";
  const unproven = factors.filter(({ proven }) => !proven).length;
  const proofs = unproven ? `The proof is missing for ${count(unproven, "factor")}.` : "Each of them is proven prime.";
  return `The service found all prime factors${took}. ${proofs}`;
}

function reason(result) {
  const took = result.seconds == null ? "" : ` in ${duration(Number(result.seconds))}`;
  const { name, text, link } = methodOf(result.method ?? "");
  switch (result.verdict) {
    case "prime":
      return { text: `Proven by ${name}${took}.${text ? ` ${text}` : ""}`, link };
    case "probable_prime":
      return { text: `The number passes ${name}. ${text ?? ""} The proof did not finish in time.`, link };
    case "composite":
      if (result.factors) return { text: factorization(result, took) };
      if (!result.witness) return { text: `Proven by ${name}${took}.`, link };
      if (result.witness.factor) return { text: `${capital(name)} found the factor${took}. One division checks it.` };
      return { text: `The number fails the strong test to base ${result.witness.base}. Every prime passes it.`, link };
    default:
      return { text: "A prime number is greater than 1, and only 1 and the number itself divide it." };
  }
}

/** How many numbers of a list are prime, in words: "4 primes, 1 probably prime". */
export function primesOf({ primes, probable_primes: probable }) {
  const proven = Number(primes) - Number(probable);
  const parts = [proven && count(proven, "prime"), Number(probable) && `${grouped(probable)} probably prime`];
  return parts.filter(Boolean).join(", ") || "no primes";
}

function finished({ result, submitted_at: from, finished_at: to }) {
  if (result.total === undefined) return { ...ofVerdict(result.verdict), ...reason(result) };
  const tone = !Number(result.primes) ? "composite" : result.primes === result.probable_primes ? "probable" : "prime";
  return { title: capital(primesOf(result)), tone,
    text: `Finished in ${duration(Math.max(1, Date.parse(to) - Date.parse(from)) / 1000)}.` };
}

function cancelled({ result }, interim) {
  if (result?.factors) return "The number is composite. The search for its factors was cancelled.";
  if (interim) return "The number passed the screening and is probably prime. The proof was cancelled.";
  return "The service has stopped this task.";
}

/** The state of a task: {title, tone, text, link}. */
export function describe(task) {
  const interim = task?.result?.verdict === "probable_prime";
  switch (task?.status) {
    case "SUCCESS":
      return finished(task);
    case "FAILURE":
      return { title: STATUSES.FAILURE, tone: "failed", text: capital(task.error || NO_REASON) };
    case "REVOKED":
      return { title: STATUSES.REVOKED, tone: "stopped", text: cancelled(task, interim) };
    case "RETRY":
      return { title: STATUSES.RETRY, tone: "waiting", text: `Attempt ${task.attempts} failed. Another one follows.` };
    case "STARTED":
      if (interim) return { ...ofVerdict("probable_prime"), text: task.proof_started_at ? PROVING : PROOF_NEXT };
      if (task.result?.verdict === "composite") return { ...ofVerdict("composite"), text: SEARCHING };
      return { title: STATUSES.STARTED, tone: "waiting", text: "" };
    case "PENDING":
      return { title: STATUSES.PENDING, tone: "waiting", text: "The task is waiting for a worker." };
    default:
      return { title: "Loading", tone: "waiting", text: "" };
  }
}
