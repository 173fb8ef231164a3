/**
 * What the portal knows of a GSTIN, put into the form around it when one presses the button. Without this file it is read and typed.
 */
document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("[data-fill]") : null;
  const form = pressed?.closest("form");
  if (!(pressed instanceof HTMLElement) || !form) return;
  for (const [name, value] of Object.entries(JSON.parse(pressed.dataset.fill ?? "{}"))) put(form.elements.namedItem(name), value);
  pressed.closest("[data-taxpayer]")?.replaceChildren();
});

/**
 * @param {Element | RadioNodeList | null} field
 * @param {unknown} value what is ticked for a box, else text; nothing is put where there is none
 */
function put(field, value) {
  if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === true;
  else if (value && (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) field.value = String(value);
}
