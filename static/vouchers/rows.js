// @ts-check
import { indianGrouping } from '../counter/money.js';
import { isSum, workedOut } from './calculator.js';

/** The rows of the screen: read, added, taken away, and added up. Amounts in paise; a field that is no amount counts nothing. */
export class Rows {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.box = /** @type {HTMLElement} */ (form.querySelector('[data-rows]'));
    this.template = /** @type {HTMLTemplateElement} */ (form.querySelector('[data-row-template]'));
    this.last = this.all().length;
  }

  /** @returns {HTMLElement[]} */
  all() {
    return [...this.box.querySelectorAll('[data-row]')].map((row) => /** @type {HTMLElement} */ (row));
  }

  /** @param {Element} inside @returns {HTMLElement | null} */
  of(inside) {
    return inside.closest('[data-row]');
  }

  /** Takes away blank rows beyond the second: they are for browsers without scripts. */
  trim() {
    for (const row of this.all().slice(2)) if (this.isBlank(row)) row.remove();
  }

  /** @param {HTMLElement} row */
  isBlank(row) {
    return !head(row).value.trim() && !amount(row).value.trim();
  }

  /** @param {"D" | "C"} which @returns {HTMLElement} the new row */
  add(which) {
    this.last += 1;
    const copy = /** @type {DocumentFragment} */ (this.template.content.cloneNode(true));
    const row = /** @type {HTMLElement} */ (copy.querySelector('[data-row]'));
    for (const element of [row, ...row.querySelectorAll('*')]) {
      for (const attribute of element.attributes) if (attribute.value.includes('#N#')) attribute.value = attribute.value.replaceAll('#N#', String(this.last));
      if (element.matches('legend')) element.textContent = (element.textContent ?? '').replaceAll('#N#', String(this.last));
    }
    this.box.append(copy);
    side(row).value = which;
    return row;
  }

  /** Removes a row, or empties it when there are only two. @param {HTMLElement} row @returns {HTMLElement} where to go on */
  remove(row) {
    const all = this.all();
    const place = all.indexOf(row);
    if (all.length > 2) row.remove();
    else for (const field of row.querySelectorAll('input')) field.value = '';
    return this.all()[Math.min(place, this.all().length - 1)];
  }

  /** @param {HTMLElement | null} [except] @returns {{D: number, C: number}} */
  sums(except = null) {
    const found = { D: 0, C: 0 };
    for (const row of this.all()) if (row !== except) found[/** @type {"D" | "C"} */ (side(row).value)] += paise(row);
    return found;
  }

  /** Shows the sums and what is short. @param {{dr: string, cr: string, short: string, even: string}} words */
  show(words) {
    const { D, C } = this.sums();
    for (const [name, sum] of /** @type {[string, number][]} */ ([['D', D], ['C', C]])) text(this.form, `[data-sum="${name}"]`, indianGrouping(sum));
    const gap = D - C;
    const said = !D && !C ? '' : gap === 0 ? words.even : `₹${indianGrouping(Math.abs(gap))} ${words.short} ${gap > 0 ? words.cr : words.dr}`;
    text(this.form, '[data-difference]', said);
    this.form.querySelector('[data-difference]')?.classList.toggle('negative', gap !== 0);
  }

  /** Puts what is missing into an empty amount on the side that is short. @param {HTMLElement} row */
  suggest(row) {
    const field = amount(row);
    if (field.value.trim() || !head(row).value.trim()) return;
    const { D, C } = this.sums(row);
    const missing = side(row).value === 'D' ? C - D : D - C;
    if (missing <= 0) return;
    field.value = indianGrouping(missing);
    field.select();
  }

  /** Says beside an amount what a sum comes to. @param {HTMLElement} row */
  answer(row) {
    const field = amount(row);
    let said = '';
    try {
      if (field.value.trim() && isSum(field.value)) said = `= ${indianGrouping(workedOut(field.value))}`;
    } catch {
      said = '= ?';
    }
    text(row, '[data-worked]', said);
  }
}

/** @param {HTMLElement} row */
export const side = (row) => /** @type {HTMLSelectElement} */ (row.querySelector('[data-side]'));
/** @param {HTMLElement} row */
export const head = (row) => /** @type {HTMLInputElement} */ (row.querySelector('[data-head]'));
/** @param {HTMLElement} row */
export const amount = (row) => /** @type {HTMLInputElement} */ (row.querySelector('[data-amount]'));

/** @param {HTMLElement} row */
function paise(row) {
  try {
    return Math.max(0, workedOut(amount(row).value));
  } catch {
    return 0;
  }
}

/** @param {Element} root @param {string} selector @param {string} words */
function text(root, selector, words) {
  const place = root.querySelector(selector);
  if (place && place.textContent !== words) place.textContent = words;
}
