// @ts-check
import { words } from '../app/words.js';

/**
 * Alt+C makes a customer without leaving the sheet.
 * @param {HTMLFormElement} sheet
 * @param {{choose: (field: HTMLInputElement, found: any[]) => void}} finder
 */
export function watchCreator(sheet, finder) {
  const box = /** @type {HTMLDialogElement | null} */ (document.getElementById('create-party'));
  const form = /** @type {HTMLFormElement | null} */ (box?.querySelector('form[data-create-party]') ?? null);
  if (!box || !form) return;
  const party = /** @type {HTMLInputElement} */ (sheet.querySelector('[name=party]'));
  const trouble = /** @type {HTMLElement} */ (form.querySelector('[data-create-error]'));
  const say = (/** @type {string} */ text) => {
    trouble.textContent = text;
    trouble.hidden = !text;
  };
  document.addEventListener('keydown', (event) => {
    if (!event.altKey || event.code !== 'KeyC' || document.querySelector('dialog:modal')) return;
    event.preventDefault();
    say('');
    /** @type {HTMLInputElement} */ (form.elements.namedItem('name')).value = party.value;
    box.showModal();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' } }).catch(() => null);
    if (!answer) return say(words('noNetwork'));
    const made = await answer.json().catch(() => null);
    if (!answer.ok || !made?.made) return say(made?.errors ? Object.values(made.errors).join(' ') : (made?.problem ?? words('broken')));
    box.close();
    finder.choose(party, made.made);
    /** @type {HTMLElement | null} */ (sheet.querySelector('[name^=item-]'))?.focus();
  });
}
