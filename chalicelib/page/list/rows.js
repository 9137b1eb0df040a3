// The rows of a long table: those of a page far from the window give way to a space of their height.
import { h } from "../common/dom.js";

// Rows this far above and below the window are drawn.
const MARGIN = "150% 0px";

/** The pages of rows of `table`; `draw(item)` makes a row. */
export function makeRows(table, draw) {
  const pages = new Map();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, boundingClientRect: { height } } of entries) {
      const page = pages.get(target);
      // Without a height the whole card is hidden. What has the focus keeps it.
      if (!page || !height || isIntersecting === page.isDrawn || target.contains(document.activeElement)) continue;
      page.isDrawn = isIntersecting;
      target.replaceChildren(...(isIntersecting ? page.items.map(draw) : [space(height)]));
    }
  }, { rootMargin: MARGIN });

  function space(height) {
    const element = h("tr", { "aria-hidden": "true" });
    element.style.height = `${height}px`;
    return element;
  }

  return {
    clear() {
      observer.disconnect();
      for (const body of pages.keys()) body.remove();
      pages.clear();
    },
    append(items) {
      const body = h("tbody", {}, items.map(draw));
      pages.set(body, { items, isDrawn: true });
      table.append(body);
      observer.observe(body);
    },
  };
}
