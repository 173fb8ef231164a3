// @ts-check
import { indianGrouping } from '../counter/money.js';

const MOST_SHOWN = 12;

/** @typedef {[key: string, label: string, about: string, balance: number, isMoney: number]} Head */

/**
 * The list of accounts, customers and suppliers under the field where one is named, with their balances. What comes with the
 * page is searched at once; where there are very many, the server is asked as well. The name typed counts in any case.
 */
export class Heads {
  /** @param {HTMLFormElement} form @param {HTMLElement} list */
  constructor(form, list) {
    this.form = form;
    this.list = list;
    /** @type {Map<string, Head>} */
    this.known = new Map();
    this.isAll = true;
    /** @type {HTMLInputElement | null} */
    this.field = null;
    /** @type {Head[]} */
    this.shown = [];
    this.active = -1;
    this.timer = 0;
    /** The list on its way: what is named before it has come is looked for in it then. @type {Promise<void> | null} */
    this.loading = null;
    form.addEventListener('focusin', (event) => isHead(event.target) && this.open(event.target));
    form.addEventListener('focusout', (event) => isHead(event.target) && this.leave(event.target));
    form.addEventListener('input', (event) => isHead(event.target) && this.typed(event.target));
    form.addEventListener('keydown', (event) => isHead(event.target) && this.key(event, event.target));
    // Before the field loses its focus.
    list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null;
      if (option && this.field) this.choose(this.field, this.shown[[...this.list.children].indexOf(option)]);
    });
  }

  async load() {
    this.loading = this.ask('').then(({ all }) => { this.isAll = all; });
    await this.loading.finally(() => { this.loading = null; });
    for (const field of this.form.querySelectorAll('[data-head]')) if (isHead(field)) this.sayBalance(field);
    // What stands in the field may be half a name by now: it is not selected, so that the next key goes on with it.
    if (this.field === document.activeElement && this.field && !keyOf(this.field).value) this.draw(this.field);
  }

  /** @param {string} text @returns {Promise<{heads: Head[], all: boolean}>} */
  async ask(text) {
    const address = `${this.form.dataset.heads}${text ? `?q=${encodeURIComponent(text)}` : ''}`;
    const answer = await fetch(address, { headers: { Accept: 'application/json' } });
    const found = answer.ok ? await answer.json() : { heads: [], all: true };
    for (const head of found.heads) this.known.set(head[0], head);
    return found;
  }

  /** @param {Head} head a new one */
  add(head) {
    this.known.set(head[0], head);
  }

  get isOpen() {
    return !this.list.hidden;
  }

  close() {
    this.list.hidden = true;
    this.field?.setAttribute('aria-expanded', 'false');
    this.field?.removeAttribute('aria-activedescendant');
  }

  /** @param {HTMLInputElement} field */
  open(field) {
    this.field = field;
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-controls', this.list.id);
    field.setAttribute('aria-autocomplete', 'list');
    field.select();
    if (!keyOf(field).value) this.draw(field);
  }

  /** @param {HTMLInputElement} field */
  typed(field) {
    keyOf(field).value = '';
    field.removeAttribute('aria-invalid');
    this.draw(field);
    clearTimeout(this.timer);
    if (!this.isAll && field.value.trim()) {
      this.timer = window.setTimeout(async () => {
        await this.ask(field.value.trim());
        if (document.activeElement === field && !keyOf(field).value) this.draw(field);
      }, 150);
    }
    this.sayBalance(field);
  }

  /** @param {HTMLInputElement} field */
  draw(field) {
    this.shown = this.like(field.value);
    this.active = field.value.trim() && this.shown.length ? 0 : -1;
    this.list.replaceChildren(...this.shown.map((head, place) => option(head, place, this.list.id, this.form)));
    (field.parentElement ?? field).append(this.list);
    this.list.hidden = this.shown.length === 0;
    field.setAttribute('aria-expanded', String(!this.list.hidden));
    this.mark(field);
  }

  /** @param {HTMLInputElement} field */
  mark(field) {
    [...this.list.children].forEach((item, place) => item.setAttribute('aria-selected', String(place === this.active)));
    const chosen = this.list.children[this.active];
    if (chosen) {
      field.setAttribute('aria-activedescendant', chosen.id);
      chosen.scrollIntoView({ block: 'nearest' });
    } else field.removeAttribute('aria-activedescendant');
  }

  /** The best first: the name itself, then those that begin so, then the others that have every word. @param {string} text */
  like(text) {
    const wanted = fold(text);
    const words = wanted.split(' ').filter(Boolean);
    const rank = (/** @type {string} */ name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : name.includes(` ${words[0] ?? ''}`) ? 2 : 3);
    return [...this.known.values()]
      .map((head) => ({ head, name: fold(head[1]), all: fold(`${head[1]} ${head[2]}`) }))
      .filter(({ all }) => words.every((word) => all.includes(word)))
      .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
      .slice(0, MOST_SHOWN)
      .map(({ head }) => head);
  }

  /** @param {KeyboardEvent} event @param {HTMLInputElement} field */
  key(event, field) {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!this.isOpen) return this.draw(field);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.active = (this.active + step + this.shown.length) % this.shown.length;
      this.mark(field);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && this.isOpen && this.active >= 0 && !keyOf(field).value) {
      this.choose(field, this.shown[this.active]); // and on to the next field, as Enter and Tab do
    }
  }

  /** @param {HTMLInputElement} field @param {Head | undefined} head */
  choose(field, head) {
    if (!head) return;
    field.value = head[1];
    keyOf(field).value = head[0];
    field.removeAttribute('aria-invalid');
    field.dispatchEvent(new CustomEvent('voucher:head', { bubbles: true }));
    this.sayBalance(field);
    if (this.field === field) this.close();
  }

  /** Left without a choice: the one name that it can be is taken; else the field says so, and the server is the last to judge. @param {HTMLInputElement} field */
  async leave(field) {
    this.close();
    const text = field.value.trim();
    if (!text || keyOf(field).value) return;
    if (this.loading) await this.loading.catch(() => undefined);
    if (!this.isAll) await this.ask(text);
    const found = this.like(text);
    const best = found.find((head) => fold(head[1]) === fold(text)) ?? (found.length === 1 ? found[0] : undefined);
    if (field.value.trim() !== text || keyOf(field).value) return;
    if (best) this.choose(field, best);
    else if (this.known.size) {
      field.setAttribute('aria-invalid', 'true');
      balanceOf(field, found.length ? '' : (this.form.dataset.none ?? ''));
    }
  }

  /** @param {HTMLInputElement} field */
  sayBalance(field) {
    const head = this.known.get(keyOf(field).value);
    balanceOf(field, head ? `${written(head[3], this.form)}${head[2] ? ` · ${head[2]}` : ''}` : '');
  }
}

/** @param {EventTarget | null} target @returns {target is HTMLInputElement} */
function isHead(target) {
  return target instanceof HTMLInputElement && 'head' in target.dataset;
}

/** @param {HTMLInputElement} field */
function keyOf(field) {
  return /** @type {HTMLInputElement} */ (field.parentElement?.querySelector('[data-head-key]'));
}

/** @param {HTMLInputElement} field @param {string} words */
function balanceOf(field, words) {
  const place = field.parentElement?.querySelector('[data-balance]');
  if (place) place.textContent = words;
}

/** @param {number} balance @param {HTMLFormElement} form */
function written(balance, form) {
  return balance ? `${indianGrouping(Math.abs(balance))} ${balance > 0 ? form.dataset.dr : form.dataset.cr}` : '0.00';
}

/** @param {string} text */
function fold(text) {
  return text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ').trim();
}

/** @param {Head} head @param {number} place @param {string} listId @param {HTMLFormElement} form */
function option(head, place, listId, form) {
  const item = document.createElement('li');
  item.id = `${listId}-${place}`;
  item.setAttribute('role', 'option');
  const name = document.createElement('span');
  name.dir = 'auto';
  name.textContent = head[1];
  const about = document.createElement('span');
  about.className = 'soft';
  about.textContent = head[2];
  const balance = document.createElement('span');
  balance.className = 'num';
  balance.textContent = written(head[3], form);
  item.append(name, about, balance);
  return item;
}
