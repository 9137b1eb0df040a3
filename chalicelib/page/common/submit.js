// Submits numbers.
import { call } from "./api.js";

// Small numbers finish within this time, so that one request brings the result.
const WAIT_SECONDS = 1;

/** The last list that was sent without a response, as text, and its key. */
const unsent = { text: "", key: "" };

/** A list that was sent without a response is sent again under the same key: the service makes one task of it. */
function keyFor(body) {
  const text = JSON.stringify(body);
  if (unsent.text !== text) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    Object.assign(unsent, { text, key: [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("") });
  }
  return unsent.key;
}

/**
 * Submits {number} or {numbers}, with {factors: true} for the prime factors, which the factors {known: […]} help to
 * find, or with {find: "next" | "previous"} for a prime.
 * Resolves to the response: a task, or its id alone.
 */
export async function submit({ number, numbers, factors, find, known }) {
  const body = {
    ...(numbers ? { numbers } : { number }),
    ...(factors && !find && { factors }),
    ...(known && { known_factors: known }),
    ...(find && { find }),
  };
  const headers = numbers ? { "Idempotency-Key": keyFor(body) } : { Prefer: `wait=${WAIT_SECONDS}` };
  const response = await call("", { method: "POST", body, headers });
  unsent.text = "";
  return response;
}
