// The colours: those of the system, light or dark, kept in this browser.
import { byId } from "./dom.js";

const STORED = "theme";

/** Shows the stored choice and follows a new one. */
export function startThemes() {
  const stored = localStorage.getItem(STORED) ?? "system";
  document.documentElement.dataset.theme = stored;
  for (const choice of byId("themes").elements) {
    choice.checked = choice.value === stored;
    choice.addEventListener("change", () => {
      localStorage.setItem(STORED, choice.value);
      document.documentElement.dataset.theme = choice.value;
    });
  }
}
