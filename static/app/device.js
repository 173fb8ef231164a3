import { recall, remember } from "./store.js";

/** Theme and row height: chosen in the account menu, kept per device, followed by every open tab. */
export function watchDevice() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (
      event.target instanceof Element ? event.target.closest("[data-set-theme], [data-set-density]") : null
    );
    if (!button) return;
    const name = "setTheme" in button.dataset ? "theme" : "density";
    remember(name, button.dataset[name === "theme" ? "setTheme" : "setDensity"] ?? "");
    apply();
  });
  window.addEventListener("storage", apply);
  apply();
}

function apply() {
  const root = document.documentElement;
  for (const name of ["theme", "density"]) {
    const chosen = recall(name);
    if (chosen) root.dataset[name] = chosen;
    else delete root.dataset[name];
  }
  const density = recall("density") || (matchMedia("(pointer: coarse)").matches ? "touch" : "comfortable");
  press("theme", "setTheme", recall("theme"));
  press("density", "setDensity", density);
}

/**
 * @param {string} name
 * @param {string} field the dataset name of the buttons
 * @param {string} chosen
 */
function press(name, field, chosen) {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-set-${name}]`))) {
    button.setAttribute("aria-pressed", String(button.dataset[field] === chosen));
  }
}
