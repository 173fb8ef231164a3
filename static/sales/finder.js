// @ts-check
import { indianGrouping } from '../counter/money.js';

/**
 * The list under a field where an item or a customer is named: the server is asked while one types. The name typed counts in
 * any case; the hidden field beside it holds what was chosen.
 */
export class Finder {
  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} list
   * @param {(field: HTMLInputElement, found: any[]) => void} done
   */
  constructor(form, list, done) {
    this.form = form;
    this.list = list;
    this.done = done;
    /** @type {HTMLInputElement | null} */
    this.field = null;
    /** @type {any[][]} */
    this.found = [];
    this.active = -1;
    this.timer = 0;
    this.asked = 0;
    /** @type {Promise<void>} */
    this.pending = Promise.resolve();
    form.addEventListener('input', (event) => isFinder(event.target) && this.typed(event.target));
    form.addEventListener('focusout', (event) => isFinder(event.target) && this.close());
    // On the form, so that it comes before the page's own Enter.
    form.addEventListener('keydown', (event) => isFinder(event.target) && this.key(event, event.target), { capture: true });
    list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
      if (option && this.field) this.choose(this.field, this.found[[...list.children].indexOf(option)]);
    });
  }

  /** @param {HTMLInputElement} field */
  typed(field) {
    this.field = field;
    idOf(field).value = '';
    field.removeAttribute('aria-invalid');
    clearTimeout(this.timer);
    if (!field.value.trim()) return this.close();
    this.timer = window.setTimeout(() => (this.pending = this.ask(field)), 120);
  }

  /** @param {HTMLInputElement} field */
  async ask(field) {
    clearTimeout(this.timer);
    this.asked += 1;
    const own = this.asked;
    const address = `${this.form.dataset[field.dataset.find ?? '']}?q=${encodeURIComponent(field.value.trim())}`;
    const answer = await fetch(address, { headers: { Accept: 'application/json' } }).catch(() => null);
    const found = answer?.ok ? (await answer.json()).found : [];
    if (own !== this.asked || idOf(field).value) return;
    this.found = found;
    this.active = found.length ? 0 : -1;
    if (document.activeElement === field) this.draw(field);
  }

  /** @param {HTMLInputElement} field */
  draw(field) {
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-controls', this.list.id);
    field.setAttribute('aria-autocomplete', 'list');
    this.list.replaceChildren(...this.found.map((row, place) => option(row, place, field, this.form)));
    (field.parentElement ?? field).append(this.list);
    this.list.hidden = this.found.length === 0;
    field.setAttribute('aria-expanded', String(!this.list.hidden));
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

  close() {
    this.list.hidden = true;
    this.field?.setAttribute('aria-expanded', 'false');
    this.field?.removeAttribute('aria-activedescendant');
  }

  /** @param {KeyboardEvent} event @param {HTMLInputElement} field */
  key(event, field) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !this.list.hidden) {
      event.preventDefault();
      this.active = (this.active + (event.key === 'ArrowDown' ? 1 : -1) + this.found.length) % this.found.length;
      this.mark(field);
    } else if (event.key === 'Escape' && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === 'Enter' && field.value.trim() && !idOf(field).value) {
      // A scanner sends the code and Enter at once: the answer is waited for, then the next field.
      event.preventDefault();
      event.stopPropagation();
      void this.enter(field);
    }
  }

  /** @param {HTMLInputElement} field */
  async enter(field) {
    if (this.list.hidden) await this.ask(field);
    const found = this.found[Math.max(this.active, 0)];
    if (!found) return void field.setAttribute('aria-invalid', 'true');
    this.choose(field, found);
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  }

  /** @param {HTMLInputElement} field @param {any[] | undefined} found */
  choose(field, found) {
    if (!found) return;
    field.value = found[1];
    idOf(field).value = found[0];
    field.removeAttribute('aria-invalid');
    const said = field.parentElement?.querySelector('[data-said]');
    if (said) said.textContent = about(found, field, this.form);
    this.close();
    this.done(field, found);
  }
}

/** @param {EventTarget | null} target @returns {target is HTMLInputElement} */
function isFinder(target) {
  return target instanceof HTMLInputElement && 'find' in target.dataset;
}

/** @param {HTMLInputElement} field */
function idOf(field) {
  return /** @type {HTMLInputElement} */ (field.parentElement?.querySelector('[data-found]'));
}

/** @param {any[]} row @param {HTMLInputElement} field @param {HTMLFormElement} form */
function about(row, field, form) {
  if (field.dataset.find === 'items') return row[3].map((/** @type {string[]} */ [unit, price]) => `₹${price} / ${unit}`).join(' · ');
  const due = row[3] ? `₹${indianGrouping(Math.abs(row[3]))} ${row[3] > 0 ? form.dataset.dr : form.dataset.cr}` : '';
  return [row[2], due].filter(Boolean).join(' · ');
}

/** @param {any[]} row @param {number} place @param {HTMLInputElement} field @param {HTMLFormElement} form */
function option(row, place, field, form) {
  const item = document.createElement('li');
  item.id = `found-list-${place}`;
  item.setAttribute('role', 'option');
  const name = document.createElement('span');
  name.dir = 'auto';
  name.textContent = row[1];
  const words = document.createElement('span');
  words.className = 'soft small';
  words.textContent = about(row, field, form);
  item.append(name, words);
  return item;
}
