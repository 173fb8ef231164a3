// @ts-check
import { words } from '../app/words.js';

/**
 * Making an account, a name or a cost centre without leaving the voucher. `done` is told what came of it.
 * @param {HTMLDialogElement} box
 * @param {(made: {head?: any, centre?: [string, string]}) => void} done
 * @returns {{open: (text: string, sort: string) => void}}
 */
export function makeCreator(box, done) {
  const form = /** @type {HTMLFormElement} */ (box.querySelector('form[data-create]'));
  const trouble = /** @type {HTMLElement} */ (box.querySelector('[data-create-error]'));
  const say = (/** @type {string} */ text) => {
    trouble.textContent = text;
    trouble.hidden = !text;
  };
  const show = () => {
    const sort = String(new FormData(form).get('sort'));
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('[data-for-sort]'))) part.hidden = !part.dataset.forSort?.split(' ').includes(sort);
  };
  form.dataset.enter = 'next';
  form.addEventListener('change', show);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });

  const send = async () => {
    let answer;
    try {
      answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' } });
    } catch {
      return say(words('noNetwork'));
    }
    const made = await answer.json().catch(() => null);
    if (!answer.ok || !made) return say(made?.errors ? Object.values(made.errors).join(' ') : made?.problem ?? words('broken'));
    box.close();
    done(made);
  };

  return {
    open(text, sort) {
      form.reset();
      say('');
      const name = /** @type {HTMLInputElement} */ (form.elements.namedItem('name'));
      name.value = text;
      for (const radio of form.querySelectorAll('input[name=sort]')) if (radio instanceof HTMLInputElement) radio.checked = radio.value === sort;
      show();
      box.showModal();
      name.focus();
      name.select();
    },
  };
}
