// The API key: asked for where the service wants one, kept until the tab is closed.
import { byId } from "./dom.js";

const KEPT = "api-key";
let answer = null;
let declined = false;

/** The key that calls carry, or null. */
export const heldKey = () => sessionStorage.getItem(KEPT);

/**
 * A call was refused that carried `used`: gives true once there is another key to try.
 * However many calls are refused at once, people are asked once; a quiet call does not ask who said no.
 */
export function askForKey(used, quiet) {
  if (heldKey() !== used) return Promise.resolve(true);
  if (declined && quiet) return Promise.resolve(false);
  answer ??= dialog(used ? "That key was refused. Check it and paste it again." : "");
  return answer;
}

function dialog(complaint) {
  const box = byId("access");
  const field = byId("key");
  const complain = (text) => {
    byId("key-error").textContent = text;
    field.setAttribute("aria-invalid", String(Boolean(text)));
  };
  field.value = "";
  box.showModal();
  field.focus();
  complain(complaint);
  return new Promise((resolve) => {
    const done = () => {
      answer = null;
      resolve(!declined);
    };
    byId("access-form").onsubmit = (event) => {
      event.preventDefault();
      const key = field.value.trim();
      // A header holds visible ASCII only; fetch would throw on the rest.
      if (!/^[!-~]+$/.test(key)) return complain("Paste the key as you were given it: letters and digits.");
      sessionStorage.setItem(KEPT, key);
      declined = false;
      box.close();
    };
    byId("key-cancel").onclick = () => box.close();
    declined = true;
    box.addEventListener("close", done, { once: true });
  });
}
