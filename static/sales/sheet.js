// @ts-check
import { watchCreator } from './creator.js';
import { Finder } from './finder.js';

/**
 * The sheet on which an office document is typed: rows added and taken away, items and customers found by name or barcode, and
 * the tax shown by the server while one types. Without it the form works all the same, with its spare rows.
 */
const sheet = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-sheet]'));
if (sheet) start(sheet);

/** @param {HTMLFormElement} form */
function start(form) {
  const box = /** @type {HTMLElement} */ (form.querySelector('[data-rows]'));
  const list = /** @type {HTMLElement} */ (document.getElementById('found-list'));
  trim(box);
  const finder = new Finder(form, list, (field, row) => chosen(form, field, row));
  watchCreator(form, finder);
  form.addEventListener('input', () => later(form));
  form.addEventListener('change', (event) => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (target?.matches('[data-pay]')) showParts(form);
    later(form);
  });
  form.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const row = target?.closest('[data-remove-row]')?.closest('[data-row]');
    if (row) remove(form, box, /** @type {HTMLElement} */ (row));
    if (target?.closest('[data-add-row]')) itemOf(add(form, box)).focus();
    const piece = /** @type {HTMLElement | null} */ (target?.closest('[data-piece]') ?? null);
    if (piece) take(form, piece);
  });
  form.addEventListener('keydown', (event) => onKey(event, form, box));
  showPrices(box);
  new MutationObserver(() => showPrices(box)).observe(box, { childList: true, subtree: true });
  const wrong = /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid]'));
  (wrong ?? /** @type {HTMLElement | null} */ (form.querySelector('[name=party]')))?.focus();
}

/** @param {KeyboardEvent} event @param {HTMLFormElement} form @param {HTMLElement} box */
function onKey(event, form, box) {
  if (event.isComposing || event.altKey || event.metaKey) return;
  const field = event.target instanceof HTMLElement ? event.target : null;
  const row = /** @type {HTMLElement | null} */ (field?.closest('[data-row]') ?? null);
  if (event.key === 'Enter' && event.ctrlKey) {
    event.preventDefault();
    field?.blur();
    form.requestSubmit();
  } else if (event.ctrlKey && event.key.toLowerCase() === 'd' && row) {
    event.preventDefault();
    remove(form, box, row);
  } else if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && row && field === itemOf(row) && !itemOf(row).value.trim()) {
    // An empty item ends the rows, as in Tally.
    event.preventDefault();
    /** @type {HTMLElement | null} */ (form.querySelector('[name=bill_discount]'))?.focus();
  } else if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && row && row === box.lastElementChild && field && field === lastOf(row)) {
    event.preventDefault();
    itemOf(add(form, box)).focus();
  }
}

/** The first blank row stays; the others are for browsers without scripts. @param {HTMLElement} box */
function trim(box) {
  const blank = [...box.querySelectorAll('[data-row]')].filter((row) => !itemOf(/** @type {HTMLElement} */ (row)).value);
  for (const row of blank.slice(1)) row.remove();
}

/** @param {HTMLFormElement} form @param {HTMLElement} box @returns {HTMLElement} */
function add(form, box) {
  const template = /** @type {HTMLTemplateElement} */ (form.querySelector('[data-row-template]'));
  const numbers = [...box.querySelectorAll('[name^=item-]')].map((field) => Number(/** @type {HTMLInputElement} */ (field).name.slice(5)));
  const number = String(Math.max(0, ...numbers) + 1);
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const row = /** @type {HTMLElement} */ (copy.querySelector('[data-row]'));
  for (const element of [row, ...row.querySelectorAll('*')]) {
    for (const attribute of element.attributes) if (attribute.value.includes('#N#')) attribute.value = attribute.value.replaceAll('#N#', number);
    if (element.matches('legend, .together-field label')) element.textContent = (element.textContent ?? '').replaceAll('#N#', number);
  }
  box.append(copy);
  return row;
}

/** @param {HTMLFormElement} form @param {HTMLElement} box @param {HTMLElement} row */
function remove(form, box, row) {
  const next = /** @type {HTMLElement | null} */ (row.nextElementSibling ?? row.previousElementSibling);
  row.remove();
  itemOf(next ?? add(form, box)).focus();
  later(form);
}

/** What was found is written into its row: its units. Its price is the server's to say, until one is typed. @param {HTMLFormElement} form @param {HTMLInputElement} field @param {any[]} found */
function chosen(form, field, found) {
  const row = /** @type {HTMLElement | null} */ (field.closest('[data-row]'));
  if (row) {
    const unit = /** @type {HTMLSelectElement} */ (row.querySelector('[data-unit]'));
    unit.replaceChildren(...found[3].map((/** @type {string[]} */ [name]) => new Option(name, name)));
    if (found[4]) unit.value = found[4];
    const qty = /** @type {HTMLInputElement} */ (row.querySelector('[data-qty]'));
    qty.value ||= '1';
  }
  later(form);
}

/** The price that holds stands in the empty field of the rate; what is typed there wins. @param {HTMLElement} box */
function showPrices(box) {
  for (const offer of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll('.row-offer[data-price]'))) {
    const rate = /** @type {HTMLInputElement | null} */ (offer.closest('[data-row]')?.querySelector('[data-rate]') ?? null);
    if (rate) rate.placeholder = offer.dataset.price ?? '';
  }
}

/** A piece on hand is named on its row, or taken off it again. @param {HTMLFormElement} form @param {HTMLElement} piece */
function take(form, piece) {
  const field = /** @type {HTMLTextAreaElement} */ (piece.closest('.goods-field')?.querySelector('textarea'));
  const name = piece.dataset.piece ?? '';
  const named = field.value.split(/[\n,]/).map((part) => part.trim()).filter(Boolean);
  field.value = (named.includes(name) ? named.filter((one) => one !== name) : [...named, name]).join('\n');
  later(form);
}

/** @param {HTMLFormElement} form */
function showParts(form) {
  const pay = /** @type {HTMLSelectElement} */ (form.querySelector('[data-pay]'));
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('[data-parts]'))) part.hidden = pay.value !== 'parts';
}

let timer = 0;
/** Ask for the figures when nobody has typed for a moment. @param {HTMLFormElement} form */
function later(form) {
  clearTimeout(timer);
  timer = window.setTimeout(() => form.querySelector('#figures')?.dispatchEvent(new CustomEvent('sheet-changed', { bubbles: true })), 250);
}

/** The last field of a row that is filled in on the way: the discount, or below it what the row is one supply with. @param {HTMLElement} row @returns {HTMLElement | null} */
function lastOf(row) {
  const together = /** @type {HTMLElement | null} */ (row.querySelector('[name^=together-]'));
  return together?.offsetParent ? together : row.querySelector('[name^=discount-]');
}

/** @param {HTMLElement} row */
function itemOf(row) {
  return /** @type {HTMLInputElement} */ (row.querySelector('[name^=item-]'));
}
