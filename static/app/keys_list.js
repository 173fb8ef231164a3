import { recall } from "./store.js";

/**
 * Fill the list and open it; with the box that switches `?` off. Nothing where the page has no list.
 * @param {HTMLElement[]} elements what can be pressed now
 */
export function fillKeys(elements) {
  const box = document.getElementById("keys");
  const list = box?.querySelector("dl");
  if (!(box instanceof HTMLDialogElement) || !list) return;
  list.replaceChildren();
  const seen = new Set();
  for (const element of elements) {
    const key = element.dataset.key ?? "";
    if (!key || seen.has(key)) continue;
    seen.add(key);
    list.append(cell("dt", element.dataset.keyLabel || element.getAttribute("aria-label") || element.textContent?.trim() || key), cell("dd", "", key));
  }
  const question = box.querySelector("[data-keys-question]");
  if (question instanceof HTMLInputElement) question.checked = recall("question-key") !== "off";
  box.showModal();
}

/**
 * @param {"dt" | "dd"} tag
 * @param {string} text
 * @param {string} [key]
 */
function cell(tag, text, key) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (key) {
    const names = key.split(/([+ ])/).filter((part) => part !== "+");
    for (const part of names.map((one) => (one === "mod" ? "ctrl" : one))) {
      if (part === " ") {
        element.append(",");
        continue;
      }
      const name = part[0].toUpperCase() + part.slice(1);
      const cap = document.createElement("kbd");
      cap.textContent = name;
      if (element.childNodes.length) element.append(" ");
      element.append(cap);
    }
  }
  return element;
}
