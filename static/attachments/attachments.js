/** Files for a document by dropping them on its panel, or by pasting a picture. Choosing a file sends it at once. */

const PANEL = "[data-attachments]";

document.addEventListener("dragover", (event) => {
  const form = formAt(event.target);
  if (!form || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  form.classList.add("over");
});

document.addEventListener("dragleave", (event) => formAt(event.target)?.classList.remove("over"));

document.addEventListener("drop", (event) => {
  const form = formAt(event.target);
  if (!form || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  send(form, event.dataTransfer.files);
});

document.addEventListener("paste", (event) => {
  const at = event.target;
  if (at instanceof HTMLElement && (at.isContentEditable || at.matches("input:not([type=file]), textarea, select"))) return;
  const form = document.querySelector(`${PANEL} form[data-attach]`);
  if (!(form instanceof HTMLFormElement) || !event.clipboardData?.files.length) return;
  event.preventDefault();
  send(form, event.clipboardData.files);
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLInputElement && field.type === "file" && field.form?.matches("[data-attach]") && field.files?.length) field.form.requestSubmit();
});

tellWays();
document.addEventListener("htmx:after:swap", tellWays);

/** Say what this script adds, where it adds it. */
function tellWays() {
  for (const words of document.querySelectorAll("[data-attach-ways]")) words.removeAttribute("hidden");
}

/**
 * The form of the panel an event happened in.
 * @param {EventTarget | null} target
 * @returns {HTMLFormElement | null}
 */
function formAt(target) {
  return target instanceof Element ? (target.closest(PANEL)?.querySelector("form[data-attach]") ?? null) : null;
}

/**
 * @param {HTMLFormElement} form
 * @param {FileList} files
 */
function send(form, files) {
  form.classList.remove("over");
  const field = form.querySelector("input[name=file]");
  if (!(field instanceof HTMLInputElement)) return;
  field.files = files;
  form.requestSubmit();
}
