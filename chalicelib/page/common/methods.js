// What the methods are: their names in a sentence, one sentence of explanation, and an article about each.

const WIKIPEDIA = "https://en.wikipedia.org/wiki/";
const MILLER_RABIN = "Miller%E2%80%93Rabin_primality_test";
const BAILLIE_PSW = "Baillie%E2%80%93PSW_primality_test";
const POCKLINGTON = "Pocklington_primality_test";

// The beginning of the service's `method`, the name, the explanation, the article.
const METHODS = [
  ["trial division", "trial division", "No number from 2 to its square root divides it.", "Trial_division"],
  ["Baillie-PSW below", "the Baillie–PSW test",
    "Every composite number below 2⁶⁴ fails it: a complete search has shown that.", BAILLIE_PSW],
  ["Baillie-PSW", "the Baillie–PSW test", "No known composite passes it, but no proof excludes one.", BAILLIE_PSW],
  ["strong test to 13", "the strong test to the first 13 prime bases",
    "No composite number below 3.3·10²⁴ passes all of them.", MILLER_RABIN],
  ["strong test to base", "the strong test",
    "A prime passes it to every base. One failure proves that a number is composite.", MILLER_RABIN],
  ["Lucas-Lehmer-Riesel", "the Lucas–Lehmer–Riesel test", "For a number k·2ᵐ − 1, one Lucas sequence decides.",
    "Lucas%E2%80%93Lehmer%E2%80%93Riesel_test"],
  ["Lucas-Lehmer", "the Lucas–Lehmer test", "For a Mersenne number 2ᵖ − 1, p − 2 squarings decide.",
    "Lucas%E2%80%93Lehmer_primality_test"],
  ["Pépin", "Pépin’s test", "For a Fermat number 2^(2ᵐ) + 1, one power of 3 decides.", "P%C3%A9pin%27s_test"],
  ["Proth", "Proth’s theorem", "For a number k·2ᵐ + 1, one power of a suitable base decides.", "Proth%27s_theorem"],
  ["Pocklington", "Pocklington’s theorem", "The known prime factors of n − 1 are enough for a proof.", POCKLINGTON],
  ["Morrison", "Morrison’s theorem", "The known prime factors of n + 1 are enough for a proof.", "Lucas_sequence"],
  ["ECPP", "elliptic curves (ECPP)", "The certificate holds the chain of elliptic curves.", "Elliptic_curve_primality"],
];

/** The method of a result: {name, text, link}; text and link are missing where the page does not know it. */
export function methodOf(method) {
  const [, name, text, article] = METHODS.find(([start]) => method.startsWith(start)) ?? ["", method];
  return { name, text, link: article && WIKIPEDIA + article };
}
