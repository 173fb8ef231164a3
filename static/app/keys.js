import { recall, remember } from "./store.js";

const HINT_AFTER_MS = 300;

/**
 * Keys of the page. `data-key="alt+n"` on a button or link is pressed by that key, on a field it is focused; two keys stand apart by a blank. Holding Alt shows
 * the keys in place; ? lists them, and may be switched off (WCAG 2.1.4) in the list itself.
 */
export function watchKeys() {
  document.addEventListener("keydown", onKey);
  showHintsOnAlt();
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-open-keys]")) listKeys();
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && "keysQuestion" in box.dataset) remember("question-key", box.checked ? "" : "off");
  });
}

/**
 * The key pressed, as data-key spells it: modifiers in the order mod, alt, shift, then the key in small letters.
 * `mod` is Control, or Command on a Mac. Alt changes letters on some layouts, so the key's place is read instead.
 * @param {KeyboardEvent} event
 */
export function spelled(event) {
  const place = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1];
  const key = (event.altKey && place ? place : event.key).toLowerCase();
  const shifted = event.shiftKey && (key.length > 1 || event.altKey || event.ctrlKey);
  return [event.ctrlKey || event.metaKey ? "mod" : "", event.altKey ? "alt" : "", shifted ? "shift" : "", key].filter(Boolean).join("+");
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  const key = spelled(event);
  if (key === "?" && !isTyping(event.target) && recall("question-key") !== "off" && !openDialog()) {
    event.preventDefault();
    listKeys();
    return;
  }
  const single = key.length === 1;
  if (single && isTyping(event.target)) return;
  const wanted = pressable().find((element) => element.dataset.key?.split(" ").includes(key));
  if (!wanted) return;
  event.preventDefault();
  press(wanted);
}

/** @param {HTMLElement} element */
function press(element) {
  const field = element.matches("input, select, textarea") ? element : element.querySelector("input, select, textarea");
  if (field instanceof HTMLElement && !element.matches("button, a")) {
    field.focus();
    if (field instanceof HTMLInputElement) field.select();
  } else {
    element.click();
  }
}

/** Elements with a key that can be pressed now: visible, enabled, and inside the open dialog if there is one. */
function pressable() {
  const root = openDialog() ?? document;
  const all = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-key]"));
  return [...all].filter((element) => element.checkVisibility?.() !== false && !element.matches(":disabled"));
}

/** @returns {HTMLDialogElement | null} */
function openDialog() {
  return document.querySelector("dialog:modal");
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"));
}

function listKeys() {
  const box = document.getElementById("keys");
  const list = box?.querySelector("dl");
  if (!(box instanceof HTMLDialogElement) || !list) return;
  list.replaceChildren();
  const seen = new Set();
  for (const element of pressable()) {
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

function showHintsOnAlt() {
  const root = document.documentElement;
  let timer = 0;
  const hide = () => {
    clearTimeout(timer);
    delete root.dataset.hints;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Alt") clearTimeout(timer);
    else if (!event.repeat) timer = window.setTimeout(() => (root.dataset.hints = ""), HINT_AFTER_MS);
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Alt") return;
    // Windows would otherwise move the focus to the browser's own menu.
    if ("hints" in root.dataset) event.preventDefault();
    hide();
  });
  window.addEventListener("blur", hide);
}
