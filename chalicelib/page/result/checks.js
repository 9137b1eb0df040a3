// How to check a result without trusting the service: a command for every kind of proof.
import { copyButton, h } from "../common/dom.js";
import { formula } from "../common/formula.js";
import { digits } from "../common/numbers.js";

// Python refuses to read longer decimal numbers; hexadecimal has no limit (Python: sys.set_int_max_str_digits).
const PYTHON_DIGITS = 4300;
const TRIAL_DIVISION = 10n ** 12n;
// J. Sorenson and J. Webster, "Strong pseudoprimes to twelve prime bases", Math. Comp. 86 (2017).
const STRONG_TEST = 3317044064679887385961981n;

// A longer command is copied only.
const MAX_SHOWN = 1000;

/** Whether Python and PARI/GP read an expression, but for the signs of powers and divisions. */
export const isPlain = (expression) => /^(?=.*[*^/+-])[\d*^/+()-]+$/.test(expression ?? "");

/** What stands in place of a command that is too long to be shown. */
export const inWords = (expression) =>
  h("span", {}, "The command contains all digits of ", expression ? formula(expression) : "the number", ". Copy it.");

const literal = (text) => (digits(text) > PYTHON_DIGITS ? `0x${BigInt(text).toString(16)}` : text);
const python = (lines) => `python3 - <<'END'\n${lines.join("\n")}\nEND`;
const gp = (lines) => `gp -q -f -s 512M <<'END'\n${lines.join("\n")}\nEND`;

/** k and m of n = k·2^m + 1 or k·2^m − 1. */
function shape(n, sign) {
  const bits = (n - sign).toString(2);
  const m = bits.length - bits.lastIndexOf("1") - 1;
  return { k: BigInt(`0b${bits.slice(0, bits.length - m)}`).toString(), m };
}

const strong = (bases, survives) => [
  "d, s = n - 1, 0",
  "while d % 2 == 0: d, s = d // 2, s + 1",
  "passes = lambda a: pow(a, d, n) in (1, n - 1) or any(pow(a, d * 2**r, n) == n - 1 for r in range(1, s))",
  survives
    ? `print(all(passes(a) for a in ${bases} if a < n))  # True: prime`
    : `print(not passes(${bases}))  # True: composite`,
];

// A product F of full prime powers of n + 1 with (F - 1)^2 > n, and for each of the primes an element of norm 1.
const MORRISON = [
  "f(t) = Mod(Mod(1, n)*(t + x), Mod(1, n)*(x^2 - D));",
  "D = 2; while(kronecker(D, n) != -1, D++); F = 1; ok = 1;",
  "{forprime(q = 2, 10^5, e = valuation(n + 1, q); if(!e || (F - 1)^2 > n, next); F *= q^e; t = 10^18; g = 0;",
  "while(ok && g != 1, t++; z = f(t)/-f(-t); ok = z^(n + 1) == 1; g = gcd(lift(trace(z^((n + 1)/q))) - 2, n)))}",
  "print(ok && (F - 1)^2 > n)  \\\\ 1: prime",
];

/** The command for a result. It names the number by its expression, if the programs read that. */
function commandFor({ number, expression, verdict, method, witness, factors, complete }) {
  const n = BigInt(number);
  const named = isPlain(expression) ? expression : null;
  const given = `n = ${named?.replaceAll("^", "**").replaceAll("/", "//") ?? literal(String(number))}`;
  const decimal = `n = ${named ?? number};`;
  if (factors && complete) {
    const powers = factors.map((factor) => `${factor.number}, ${factor.exponent}`).join("; ");
    return gp([decimal, `f = [${powers}];`,
      "print(factorback(f) == n && !#select(p -> !isprime(p), f[,1]))  \\\\ 1: all are prime, and n is their product"]);
  }
  if (witness?.factor) return python([given, `print(n % ${literal(witness.factor)} == 0)  # True: it divides n`]);
  if (witness) return python([given, ...strong(witness.base, false)]);
  if (verdict === "probable_prime") return gp([decimal, "print(ispseudoprime(n))  \\\\ 1: passes Baillie-PSW as well"]);
  if (n < TRIAL_DIVISION) {
    return python(["import math", given, "print(all(n % d for d in range(2, math.isqrt(n) + 1)))  # True: prime"]);
  }
  if (method.startsWith("Lucas-Lehmer-Riesel")) {
    const { k, m } = shape(n, -1n);
    return gp([`k = ${k}; m = ${m}; n = k*2^m - 1;`,
      "P = 3; while(kronecker(P - 2, n) != 1 || kronecker(P + 2, n) != -1, P++);",
      "u = trace(Mod(Mod(1, n)*x, Mod(1, n)*(x^2 - P*x + 1))^k); for(i = 1, m - 2, u = u^2 - 2);",
      "print(u == 0)  \\\\ 1: prime"]);
  }
  if (method.startsWith("Lucas-Lehmer")) {
    return python([`p = ${shape(n + 1n, 0n).m}`, "n, s = 2**p - 1, 4",
      "for _ in range(p - 2): s = (s * s - 2) % n", "print(s == 0)  # True: prime"]);
  }
  if (/^Proth|^Pépin/.test(method)) {
    const { k, m } = shape(n, 1n);
    const base = /\d+$/.exec(method)?.[0] ?? 3;
    return python([`k, m, a = ${literal(k)}, ${m}, ${base}`, "n = k * 2**m + 1",
      "print(k < 2**m and pow(a, n // 2, n) == n - 1)  # True: prime"]);
  }
  if (n < STRONG_TEST) return python([given, ...strong("(2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)", true)]);
  if (method.startsWith("Morrison")) return gp([decimal, ...MORRISON]);
  const test = method.startsWith("Pocklington") ? "isprime(n, 1)" : "isprime(n)";
  return gp([decimal, `print(${test})  \\\\ 1: prime`]);
}

/** A part of the card with the command that checks this result; null if there is none, or its certificate has one. */
export function howToCheck(result) {
  if (!["prime", "composite", "probable_prime"].includes(result.verdict) || result.method === "ECPP") return null;
  const command = commandFor(result);
  const tool = command.startsWith("gp") ? "PARI/GP (Debian: apt-get install pari-gp)" : "Python 3";
  return h("details", { class: "check" },
    h("summary", {}, "Check it yourself"),
    h("p", {}, `Paste this into a shell. It needs ${tool}.`),
    command.length <= MAX_SHOWN
      ? h("pre", { tabindex: "0" }, h("code", {}, command))
      : h("p", {}, inWords(result.expression)),
    h("div", { class: "actions small" }, copyButton("Copy command", () => command)));
}
