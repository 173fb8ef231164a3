import { recall, remember } from "./store.js";

const HINT_AFTER_MS = 300;

/**
 * Keys of the page. `data-key="alt+n"` on a button or link is pressed by that key, on a field it is focused; two keys stand apart by a blank. Holding Alt shows
 * the keys in place; ? lists them, and may be switched off (WCAG 2.1.4) in the list itself.
 */
export function watchKeys() {
  document.addEventListener("keydown", onKey);
  // By then the page's own scripts listen too.
  document.addEventListener("DOMContentLoaded", () => void pressEarly(), { once: true });
  showHintsOnAlt();
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-open-keys]")) void listKeys();
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
    void listKeys();
    return;
  }
  const single = key.length === 1;
  if (single && isTyping(event.target)) return;
  const wanted = pressable().find((element) => element.dataset.key?.split(" ").includes(key));
  if (!wanted) return;
  event.preventDefault();
  press(wanted);
}

async function pressEarly() {
  const kept = /** @type {any} */ (window).munimEarlyKeys?.();
  if (kept?.length) (await import("./keys_kept.js")).pressKept(kept);
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

async function listKeys() {
  const { fillKeys } = await import("./keys_list.js");
  if (!openDialog()) fillKeys(pressable());
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
