// @ts-check
import { spelled } from '../app/keys.js';
import { recall, remember } from '../app/store.js';

/**
 * The keys of the voucher screen, as two generations of Tally have them. What a person chose is kept on the device. A browser
 * tab keeps Ctrl+T for itself, so Alt+T stands on the button; where the browser lets it through, Ctrl+T works as well.
 */
const SAME = {
  contra: 'f4', payment: 'f5', receipt: 'f6', journal: 'f7', sales: 'f8', purchase: 'f9', stock_journal: 'alt+f7', date: 'f2', accept: 'mod+a', create: 'alt+c',
  duplicate: 'alt+2', postdated: 'alt+t', optional: 'mod+l', draft: 'alt+s', 'remove-row': 'mod+d',
};
/** @type {Record<string, Record<string, string>>} */
export const MAPS = {
  prime: { ...SAME, repeat: 'mod+r', credit_note: 'alt+f6', debit_note: 'alt+f5' },
  erp9: { ...SAME, repeat: 'alt+r', credit_note: 'mod+f8', debit_note: 'mod+f9' },
};
/** @type {Record<string, string>} */
const ALIASES = { 'mod+r': 'repeat', 'alt+r': 'repeat', 'mod+t': 'postdated', 'mod+enter': 'accept' };

/** The map this device's person has chosen. */
export function chosenMap() {
  return recall('voucher-keys') === 'erp9' ? 'erp9' : 'prime';
}

/**
 * Prints the chosen keys on what they press, and presses it. `acts` are what a press does where it is more than a click.
 * @param {Record<string, (element: HTMLElement) => void>} acts
 * @param {(name: string) => void} onMap
 */
export function watchKeymap(acts, onMap) {
  const choice = document.querySelector('[data-key-map]');
  const show = () => {
    print(MAPS[chosenMap()]);
    onMap(chosenMap());
  };
  if (choice instanceof HTMLSelectElement) {
    choice.value = chosenMap();
    choice.addEventListener('change', () => {
      remember('voucher-keys', choice.value);
      show();
    });
  }
  show();
  // In the capture phase: before the page's own keys and before a field takes them.
  document.addEventListener('keydown', (event) => press(event, acts), { capture: true });
}

/** @param {Record<string, string>} map */
function print(map) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-action]'))) {
    element.dataset.key = map[element.dataset.action ?? ''] ?? '';
    const label = element.closest('label') ?? element;
    element.dataset.keyLabel ||= [...label.childNodes].filter((node) => !(node instanceof Element && node.matches('kbd'))).map((node) => node.textContent).join(' ').trim();
  }
  for (const cap of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('kbd[data-cap]'))) cap.textContent = spoken(map[cap.dataset.cap ?? ''] ?? '');
}

/** @param {string} key as `spelled` has it */
function spoken(key) {
  return key.split('+').map((part) => (part === 'mod' ? 'Ctrl' : part[0].toUpperCase() + part.slice(1))).join('+');
}

/**
 * @param {KeyboardEvent} event
 * @param {Record<string, (element: HTMLElement) => void>} acts
 */
function press(event, acts) {
  if (event.isComposing || event.repeat || document.querySelector('dialog:modal')) return;
  const key = spelled(event);
  const map = MAPS[chosenMap()];
  const action = Object.keys(map).find((name) => map[name] === key) ?? ALIASES[key];
  if (!action) return;
  const element = /** @type {HTMLElement | null} */ (document.querySelector(`[data-action="${action}"]`));
  if (!element) return;
  event.preventDefault();
  event.stopPropagation();
  if (acts[action]) acts[action](element);
  else element.click();
}
