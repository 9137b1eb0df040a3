// Buttons that give the queues something to do.
import { call, untilAccepted } from "../common/api.js";
import { actionButton, byId } from "../common/dom.js";
import { grouped } from "../common/numbers.js";

const NUMBERS = 1000;
const NUMBER_DIGITS = 40;
const PARALLEL_REQUESTS = 6;
// Primes 10^k + c of no form that a theorem proves faster: k and the smallest such c.
const PRIMES = [
  [200, 357], [210, 1129], [220, 427], [230, 753], [240, 1723],
  [250, 1227], [260, 49], [270, 361], [280, 13], [290, 279],
];

function randomNumber() {
  const random = crypto.getRandomValues(new Uint8Array(NUMBER_DIGITS));
  return [...random].map((byte, index) => (index ? byte % 10 : 1 + (byte % 9))).join("");
}

/** Submits numbers, a few at a time. */
async function submitAll(numbers, report) {
  let sent = 0;
  const queue = numbers.values();
  async function run() {
    for (const number of queue) {
      await untilAccepted(() => call("", { method: "POST", body: { number } }));
      report(++sent);
    }
  }
  await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, run));
}

function button(label, numbers, start) {
  const note = (text) => (byId("demo-note").textContent = text);
  return actionButton(label, async () => {
    const all = numbers();
    start();
    await submitAll(all, (sent) => {
      if (sent % 100 === 0 || sent === all.length) note(`${grouped(sent)} of ${grouped(all.length)} sent.`);
    });
  }, note);
}

/** The buttons of the demonstration; `start()` is called when one of them begins to send. */
export const demoButtons = (start) => [
  button("Send 1,000 numbers", () => Array.from({ length: NUMBERS }, randomNumber), start),
  button("Send 10 proofs", () => PRIMES.map(([power, offset]) => `10^${power}+${offset}`), start),
];
