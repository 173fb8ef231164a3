/**
 * HSN suggestions: pressing one puts its code into the form, and its usual tax class, unless the person chose one
 * since the page was opened. Without this file the code is simply typed.
 */
let hasChosenTax = false;

document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.name === "tax_class") hasChosenTax = true;
});

document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("[data-hsn]") : null;
  const form = pressed?.closest("form");
  if (!(pressed instanceof HTMLElement) || !form) return;
  const code = form.elements.namedItem("hsn");
  if (!(code instanceof HTMLInputElement)) return;
  code.value = pressed.dataset.hsn ?? "";
  if (!hasChosenTax && pressed.dataset.tax) chooseTax(form, pressed.dataset.tax);
  document.getElementById("hsn-found")?.replaceChildren();
  code.focus();
});

/**
 * @param {HTMLFormElement} form
 * @param {string} code of the tax class, such as "gst-5"
 */
function chooseTax(form, code) {
  const list = form.elements.namedItem("tax_class");
  if (!(list instanceof HTMLSelectElement)) return;
  const usual = [...list.options].find((option) => option.dataset.code === code);
  if (usual) list.value = usual.value;
}
