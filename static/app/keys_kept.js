import { spelled } from "./keys.js";

const EARLY_MS = 2000;
const MOST_EARLY = 3;
const NEVER_EARLY = ["Alt", "AltGraph", "Control", "Meta", "Shift", "Enter"];

/**
 * Keys that were pressed on this page before anybody listened (early_keys.js keeps them) are pressed now, each once, as long as the
 * person is still there: not long ago, and the focus where it was. Enter is not among them: it would send what nobody has read yet.
 * @param {KeyboardEvent[]} kept
 */
export function pressKept(kept) {
  const now = performance.now();
  const due = kept.filter((event) => {
    const isTyped = event.isComposing || event.getModifierState("AltGraph") || NEVER_EARLY.includes(event.key);
    const stays = event.target === document.activeElement || event.target === document.body || event.target === document.documentElement;
    return !event.defaultPrevented && !event.repeat && !isTyped && stays && now - event.timeStamp < EARLY_MS;
  });
  if (!document.hasFocus()) return;
  const once = new Map(due.map((event) => [spelled(event), event]));
  for (const event of [...once.values()].slice(0, MOST_EARLY)) document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", event));
}
