import { words } from "./words.js";

const STAYS_MS = 8000;

/**
 * A sentence at the foot of the screen. It goes by itself unless the pointer or the focus is on it.
 * @param {string} sentence
 * @returns {HTMLElement | null} the toast, or null on a page without a place for it
 */
export function toast(sentence) {
  const place = document.getElementById("toasts");
  if (!place || !sentence) return null;
  for (const old of place.children) if (old.firstElementChild?.textContent === sentence) old.remove();

  const box = document.createElement("div");
  box.className = "toast";
  const text = document.createElement("span");
  text.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", words("dismiss"));
  close.addEventListener("click", () => box.remove());
  box.append(text, close);
  place.append(box);

  const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, STAYS_MS) : box.remove());
  setTimeout(leave, STAYS_MS);
  return box;
}
