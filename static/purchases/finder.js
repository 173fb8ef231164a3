// @ts-check

/** @typedef {[key: string, label: string, about: string, more: Record<string, string>]} Found */

const WAIT_MS = 120;

/**
 * The list under a field where a name is typed. `data-find` is where the server is asked; the hidden field beside it keeps
 * the key of what was chosen, which counts only while the name stands there.
 */
export class Finder {
  /** @param {HTMLFormElement} form @param {HTMLElement} list @param {(field: HTMLInputElement, more: Record<string, string>) => void} onChosen */
  constructor(form, list, onChosen) {
    this.list = list;
    this.form = form;
    this.onChosen = onChosen;
    /** @type {Found[]} */
    this.shown = [];
    this.active = -1;
    this.timer = 0;
    this.asked = 0;
    /** @type {HTMLInputElement | null} */
    this.field = null;
    form.addEventListener('input', (event) => isFinder(event.target) && this.typed(event.target));
    form.addEventListener('focusout', (event) => isFinder(event.target) && this.close());
    // In the capture phase: Enter chooses before it goes on to the next field.
    form.addEventListener('keydown', (event) => isFinder(event.target) && void this.key(event, event.target), { capture: true });
    list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
      if (option && this.field) this.choose(this.field, this.shown[[...this.list.children].indexOf(option)]);
    });
    for (const field of form.querySelectorAll('[data-find]')) if (isFinder(field)) combobox(field, list.id);
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** @param {HTMLInputElement} field @returns {HTMLInputElement} */
  keyOf(field) {
    return /** @type {HTMLInputElement} */ (field.parentElement?.querySelector('[data-key-of]'));
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.list.hidden = true;
    this.field?.setAttribute('aria-expanded', 'false');
    this.field?.removeAttribute('aria-activedescendant');
  }

  /** @param {HTMLInputElement} field */
  typed(field) {
    combobox(field, this.list.id);
    this.keyOf(field).value = '';
    field.removeAttribute('aria-invalid');
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(field), WAIT_MS);
  }

  /** @param {HTMLInputElement} field */
  async ask(field) {
    const mine = (this.asked += 1);
    const text = field.value.trim();
    if (!text) return this.close();
    const address = new URL(field.dataset.find ?? '', location.href);
    address.searchParams.set('q', text);
    const answer = await fetch(address, { headers: { Accept: 'application/json' } }).catch(() => null);
    const found = answer?.ok ? (await answer.json()).found : [];
    if (mine !== this.asked || document.activeElement !== field) return;
    this.field = field;
    this.shown = found;
    this.active = found.length ? 0 : -1;
    this.list.replaceChildren(...(found.length ? found.map((/** @type {Found} */ one, /** @type {number} */ place) => option(one, place)) : [nothing(this.form.dataset.none ?? '')]));
    field.parentElement?.append(this.list);
    this.list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
    this.mark(field);
  }

  /** @param {HTMLInputElement} field */
  mark(field) {
    [...this.list.children].forEach((item, place) => item.setAttribute('aria-selected', String(place === this.active)));
    const chosen = this.list.children[this.active];
    if (!chosen) return field.removeAttribute('aria-activedescendant');
    field.setAttribute('aria-activedescendant', chosen.id);
    chosen.scrollIntoView({ block: 'nearest' });
  }

  /** @param {KeyboardEvent} event @param {HTMLInputElement} field */
  async key(event, field) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && this.isOpen && this.shown.length) {
      event.preventDefault();
      this.active = (this.active + (event.key === 'ArrowDown' ? 1 : -1) + this.shown.length) % this.shown.length;
      this.mark(field);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && this.isOpen && this.active >= 0 && !this.keyOf(field).value) {
      this.choose(field, this.shown[this.active]);
    }
  }

  /** @param {HTMLInputElement} field @param {Found | undefined} found */
  choose(field, found) {
    if (!found) return;
    field.value = found[1];
    this.keyOf(field).value = found[0];
    this.onChosen(field, found[3]);
    this.close();
  }
}

/** @param {EventTarget | null} target @returns {target is HTMLInputElement} */
export function isFinder(target) {
  return target instanceof HTMLInputElement && 'find' in target.dataset;
}

/** @param {HTMLInputElement} field @param {string} listId */
function combobox(field, listId) {
  field.setAttribute('role', 'combobox');
  field.setAttribute('aria-controls', listId);
  field.setAttribute('aria-autocomplete', 'list');
  if (!field.hasAttribute('aria-expanded')) field.setAttribute('aria-expanded', 'false');
}

/** @param {Found} found @param {number} place */
function option(found, place) {
  const item = document.createElement('li');
  item.id = `find-${place}`;
  item.setAttribute('role', 'option');
  const name = document.createElement('span');
  name.dir = 'auto';
  name.textContent = found[1];
  const about = document.createElement('span');
  about.className = 'soft';
  about.textContent = found[2];
  item.append(name, about);
  return item;
}

/** @param {string} words */
function nothing(words) {
  const item = document.createElement('li');
  item.setAttribute('role', 'option');
  item.setAttribute('aria-disabled', 'true');
  item.textContent = words;
  return item;
}
