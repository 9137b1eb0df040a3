// Building the page without ever parsing HTML: whatever a user typed is text.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** An element with its attributes, its listeners (on…) and its children, strings being text. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export const byId = (id) => document.getElementById(id);

/** A part of the page that is built again only when what it shows has changed: focus and folds survive. */
export function slot(tag, attributes = {}) {
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

/** Says something to people who listen to the page. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** A button whose action runs once at a time; `complain` hears why it failed, and "" when it starts. */
export function actionButton(label, run, complain = announce, attributes = {}) {
  const button = h("button", { type: "button", ...attributes }, label);
  button.addEventListener("click", async () => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    complain("");
    try {
      await run(button);
    } catch (problem) {
      complain(problem.message);
    }
    button.ariaBusy = "false";
  });
  return button;
}

/** A button that copies what `text()` gives and says so. */
export function copyButton(label, text) {
  return actionButton(label, async (button) => {
    // Browsers give a page no clipboard where it came over plain HTTP from another machine.
    if (!navigator.clipboard) throw new Error("This browser copies only over HTTPS. Select the text and copy it.");
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    announce("Copied");
    setTimeout(() => (button.textContent = label), 1600);
  });
}

/** Hands a file to the browser's downloads. */
export function save(name, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
