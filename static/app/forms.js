const NUMBER = "input[inputmode=decimal], input[inputmode=numeric], input[data-select]";

/**
 * Forms. Figures are selected when entered. `data-enter="next"` makes Enter go to the next field and Backspace in an empty
 * one to the previous, as in Tally. `data-guard` asks before entries that were not sent are left behind.
 */
export function watchForms() {
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.matches(NUMBER)) event.target.select();
  });
  document.addEventListener("keydown", stepOnEnter);
  guardEntries();
}

/** @param {KeyboardEvent} event */
function stepOnEnter(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const form = field.form;
  if (form?.dataset.enter !== "next") return;
  const back = event.key === "Backspace" && field instanceof HTMLInputElement && field.value === "" && !field.readOnly;
  if (event.key !== "Enter" && !back) return;
  const fields = [...form.elements].filter(isField);
  const next = fields[fields.indexOf(field) + (back || event.shiftKey ? -1 : 1)];
  event.preventDefault();
  if (next) next.focus();
  else if (!back && !event.shiftKey) form.querySelector("button[type=submit], button:not([type])")?.focus();
}

/**
 * @param {Element} element
 * @returns {element is HTMLElement}
 */
function isField(element) {
  return element instanceof HTMLElement && element.matches("input:not([type=hidden], [readonly]), select, textarea") && !element.matches(":disabled") && element.checkVisibility?.() !== false;
}

function guardEntries() {
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form[data-guard]") : null;
    if (form instanceof HTMLFormElement) form.dataset.guard = "unsaved";
  });
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && "guard" in event.target.dataset) event.target.dataset.guard = "";
  });
  // An htmx form that the server did not take still holds what was typed.
  for (const name of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(name, (event) => {
      const form = event.target instanceof Element ? event.target.closest("form[data-guard]") : null;
      if (form instanceof HTMLFormElement) form.dataset.guard = "unsaved";
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard=unsaved]")) event.preventDefault();
  });
}
