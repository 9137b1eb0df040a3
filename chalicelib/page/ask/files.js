// Files that are chosen or dropped on the page, as its input.
import { byId } from "../common/dom.js";
import { read } from "./input.js";

/** What several files have together: their numbers, or the first error with the name of its file. */
export async function readFiles(files) {
  const results = await Promise.all([...files].map(async (file) => ({ name: file.name, ...read(await file.text()) })));
  if (results.length === 1) return results[0];
  const name = `${results.length} files`;
  const wrong = results.find(({ error }) => error);
  if (wrong) return { name, error: `${wrong.name}: ${wrong.error}` };
  return { name, numbers: results.flatMap(({ number, numbers }) => numbers ?? [number]) };
}

/** Calls `take(files)` for the files that are chosen beside the field or dropped anywhere. */
export function onFiles(take) {
  const file = byId("file");
  file.addEventListener("change", () => {
    take([...file.files]);
    file.value = "";
  });
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    // The preview of the file is at the field, so the field has to be visible.
    if (byId("ask-view").hidden) location.hash = "ask";
    take([...event.dataTransfer.files]);
  });
}
