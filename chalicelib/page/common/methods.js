// What the methods are: their names in a sentence, one sentence of explanation, and an article about each.

const WIKIPEDIA = "https://en.wikipedia.org/wiki/";
const MILLER_RABIN = "Miller%E2%80%93Rabin_primality_test";
const BAILLIE_PSW = "Baillie%E2%80%93PSW_primality_test";
const POCKLINGTON = "Pocklington_primality_test";

// The beginning of the service's `method`, the name, the explanation, the article.
const METHODS = [
  ["trial division", "trial division", "No number from 2 to its square root divides it.", "Trial_division"],
  ["Baillie-PSW below", "the Baillie–PSW test",
    "A complete search has shown that every composite number below 2⁶⁴ fails it.", BAILLIE_PSW],
  ["Baillie-PSW", "the Baillie–PSW test", "No known composite passes it, but no proof rules one out.", BAILLIE_PSW],
  ["strong test to 13", "the strong test to the first 13 prime bases",
    "No composite number below 3.3·10²⁴ passes all of them.", MILLER_RABIN],
  ["strong test to base", "the strong test",
    "A prime passes it to every base. One failure proves that a number is composite.", MILLER_RABIN],
  ["Lucas-Lehmer-Riesel", "the Lucas–Lehmer–Riesel test", "The test takes one Lucas sequence for a number k·2ᵐ − 1.",
    "Lucas%E2%80%93Lehmer%E2%80%93Riesel_test"],
  ["Lucas-Lehmer", "the Lucas–Lehmer test", "The test takes p − 2 squarings for a Mersenne number 2ᵖ − 1.",
    "Lucas%E2%80%93Lehmer_primality_test"],
  ["Pépin", "Pépin’s test", "The test takes one power of 3 for a Fermat number 2^(2ᵐ) + 1.", "P%C3%A9pin%27s_test"],
  ["Proth", "Proth’s theorem", "The proof takes one power of a base for a number k·2ᵐ + 1.", "Proth%27s_theorem"],
  ["Pocklington", "Pocklington’s theorem", "The known prime factors of n − 1 are enough for a proof.", POCKLINGTON],
  ["Morrison", "Morrison’s theorem", "The known prime factors of n + 1 are enough for a proof.", "Lucas_sequence"],
  ["ECPP", "elliptic curves (ECPP)", "The certificate has the chain of elliptic curves.", "Elliptic_curve_primality"],
];

/** The method of a result: {name, text, link}; text and link are missing where the page does not know it. */
export function methodOf(method) {
  const [, name, text, article] = METHODS.find(([start]) => method.startsWith(start)) ?? ["", method];
  return { name, text, link: article && WIKIPEDIA + article };
}
