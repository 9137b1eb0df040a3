// The API key: requested where the service needs one, kept until the tab is closed.
import { byId } from "./dom.js";

const STORED = "api-key";
/** The dialog that is open, as a promise, and whether the user has cancelled one. */
const state = { pending: null, declined: false };

/** The key that requests carry, or null. */
export const currentKey = () => sessionStorage.getItem(STORED);

/**
 * Handles a 403 for a request that carried `used`; resolves to true when there is another key to try.
 * One dialog serves all requests that are refused at the same time. A quiet request opens no dialog after the
 * user has cancelled one.
 */
export function requestKey(used, quiet) {
  if (currentKey() !== used) return Promise.resolve(true);
  if (state.declined && quiet) return Promise.resolve(false);
  return (state.pending ??= openDialog(used ? "The service refused this key. Check it and paste it again." : ""));
}

function openDialog(message) {
  const dialog = byId("access");
  const field = byId("key");
  const showError = (text) => {
    byId("key-error").textContent = text;
    field.setAttribute("aria-invalid", String(Boolean(text)));
  };
  field.value = "";
  dialog.showModal();
  field.focus();
  showError(message);
  return new Promise((resolve) => {
    byId("access-form").onsubmit = (event) => {
      event.preventDefault();
      const key = field.value.trim();
      // A header holds visible ASCII only; fetch throws on anything else.
      if (!/^[!-~]+$/.test(key)) return showError("The key has a space or an unusual sign. Copy it again.");
      sessionStorage.setItem(STORED, key);
      state.declined = false;
      dialog.close();
    };
    byId("key-cancel").onclick = () => dialog.close();
    state.declined = true;
    dialog.addEventListener("close", () => {
      state.pending = null;
      resolve(!state.declined);
    }, { once: true });
  });
}
