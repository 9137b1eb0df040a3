// Builds the page without parsing HTML: text from a user stays text.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** An HTML element with its attributes and its children; strings become text. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** The element with an id. @type {(id: string) => any} */
export const byId = (id) => document.getElementById(id);

export const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A sentence with a capital at its start. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Sets an element's text only if it differs, so that a screen reader does not repeat it. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A section of the page that is built again only when its state changes, so that focus and open details stay. */
export function section(tag, attributes = {}) {
  const element = h(tag, { ...attributes, hidden: true });
  let shown;
  return {
    element,
    show(state, build) {
      const key = JSON.stringify(state) ?? "";
      if (key === shown) return;
      shown = key;
      const focused = element.contains(document.activeElement);
      element.replaceChildren(...[build(state)].flat().filter(Boolean));
      element.hidden = element.childNodes.length === 0;
      if (focused) element.querySelector("button")?.focus();
    },
  };
}

/** Tells users of screen readers something. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** A button whose action runs once at a time; `showError` gets the reason of a failure, and "" at the start. */
export function actionButton(label, run, showError = announce, attributes = {}) {
  const button = h("button", { type: "button", ...attributes }, label);
  button.addEventListener("click", async () => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    showError("");
    try {
      await run(button);
    } catch (problem) {
      showError(problem.message);
    }
    button.ariaBusy = "false";
  });
  return button;
}

/** A button that copies the text that `text()` returns. */
export function copyButton(label, text, attributes) {
  return actionButton(label, async (button) => {
    // Browsers offer no clipboard to a page that came over plain HTTP from another machine.
    if (!navigator.clipboard) throw new Error("This browser copies only over HTTPS. Select the text and copy it.");
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    announce("Copied");
    setTimeout(() => (button.textContent = label), 1600);
  }, announce, attributes);
}

/** Starts the download of a file. */
export function save(name, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
