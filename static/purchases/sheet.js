// @ts-check
import { ask } from '../app/dialogs.js';
import { words } from '../app/words.js';
import { Finder, isFinder } from './finder.js';

/** The sheet of a purchase document: rows that grow while one types, names found on the server, a supplier made in place. */
const form = /** @type {HTMLFormElement | null} */ (document.querySelector('form[data-sheet]'));
if (form) start(form);

/** @param {HTMLFormElement} sheet */
function start(sheet) {
  const box = /** @type {HTMLElement} */ (sheet.querySelector('[data-rows]'));
  const template = /** @type {HTMLTemplateElement} */ (sheet.querySelector('[data-row-template]'));
  let last = box.children.length;
  for (const row of [...box.children].slice(1)) if (isBlank(row)) row.remove();
  const finder = new Finder(sheet, /** @type {HTMLElement} */ (document.getElementById('find-list')), (field, about) => fill(field, about));

  const add = () => {
    last += 1;
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    for (const element of copy.querySelectorAll('*')) {
      for (const attribute of element.attributes) if (attribute.value.includes('#N#')) attribute.value = attribute.value.replaceAll('#N#', String(last));
      if (element.matches('legend')) element.textContent = (element.textContent ?? '').replaceAll('#N#', String(last));
    }
    box.append(copy);
    const made = /** @type {HTMLElement} */ (box.lastElementChild);
    /** @type {HTMLElement | null} */ (made.querySelector('[data-what]'))?.focus();
  };

  sheet.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[data-add-row]')) add();
    const gone = target?.closest('[data-remove-row]')?.closest('[data-row]');
    if (!gone) return;
    if (box.children.length > 1) gone.remove();
    else for (const field of gone.querySelectorAll('input')) field.value = '';
    /** @type {HTMLElement | null} */ (box.lastElementChild?.querySelector('[data-what]'))?.focus();
    changed();
  });
  // On the form, so that it comes before the page's own Enter: the last field of the last row makes a new one.
  sheet.addEventListener('keydown', (event) => {
    const field = event.target;
    if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.altKey || event.shiftKey || !(field instanceof HTMLInputElement)) return;
    const row = field.closest('[data-row]');
    const end = row?.querySelector('[data-last]') ?? row?.querySelector('[name^=discount]');
    if (row && field === end && !isBlank(row)) {
      event.preventDefault();
      const next = row.nextElementSibling;
      if (next) /** @type {HTMLElement | null} */ (next.querySelector('[data-what]'))?.focus();
      else add();
    } else if (row && 'what' in field.dataset && isBlank(row) && row === box.lastElementChild && box.children.length > 1) {
      event.preventDefault();
      row.remove();
      after(sheet, box)?.focus();
    }
  });
  sheet.addEventListener('input', changed);
  sheet.addEventListener('change', () => {
    showOnly(sheet);
    changed();
  });
  document.addEventListener('keydown', (event) => void onKey(event, sheet, finder));
  watchCreator(sheet, finder);
  showOnly(sheet);
  changed();
}

/** Tells the part that shows the working that something was typed. */
function changed() {
  document.body.dispatchEvent(new CustomEvent('sheet:changed'));
}

/** @param {Element} row */
function isBlank(row) {
  return ['[data-what]', '[data-qty]', '[data-rate]'].every((part) => !(/** @type {HTMLInputElement | null} */ (row.querySelector(part))?.value.trim()));
}

/** The first field below the rows. @param {HTMLFormElement} sheet @param {HTMLElement} box @returns {HTMLElement | undefined} */
function after(sheet, box) {
  const fields = /** @type {HTMLElement[]} */ ([...sheet.querySelectorAll('input:not([type=hidden]), select, textarea')]);
  return fields.find((field) => Boolean(box.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING) && !box.contains(field) && field.checkVisibility());
}

/** What is known of an item goes into the fields that are still empty. @param {HTMLInputElement} field @param {Record<string, string>} about */
function fill(field, about) {
  const rate = /** @type {HTMLInputElement | null} */ (field.closest('[data-row]')?.querySelector('[data-rate]') ?? null);
  if (rate && !rate.value && about.rate) rate.value = about.rate;
  // Its batch, or its serial numbers, must be typed.
  const more = /** @type {HTMLDetailsElement | null} */ (field.closest('[data-row]')?.querySelector('[data-more]') ?? null);
  if (more && about.tracking && about.tracking !== 'none') more.open = true;
  changed();
}

/** @param {HTMLFormElement} sheet */
function showOnly(sheet) {
  const chosen = /** @type {HTMLInputElement | null} */ (sheet.querySelector('[name=tax_by]:checked'))?.value ?? '';
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (sheet.querySelectorAll('[data-only]'))) part.hidden = part.dataset.only !== chosen;
}

/** @param {KeyboardEvent} event @param {HTMLFormElement} sheet @param {Finder} finder */
async function onKey(event, sheet, finder) {
  if (event.key !== 'Escape' || event.isComposing || document.querySelector('dialog:modal, :popover-open')) return;
  event.preventDefault();
  if (finder.isOpen) return finder.close();
  if (sheet.dataset.guard === 'unsaved' && !(await ask(sheet.dataset.leaveQuestion ?? ''))) return;
  sheet.dataset.guard = '';
  location.assign(sheet.dataset.leave ?? '/');
}

/** @param {HTMLFormElement} sheet @param {Finder} finder */
function watchCreator(sheet, finder) {
  const box = /** @type {HTMLDialogElement} */ (document.getElementById('create-supplier'));
  const inner = /** @type {HTMLFormElement} */ (box.querySelector('form'));
  const trouble = /** @type {HTMLElement} */ (box.querySelector('[data-create-error]'));
  const supplier = /** @type {HTMLInputElement} */ (sheet.querySelector('[data-supplier]'));
  document.addEventListener('keydown', (event) => {
    if (!(event.altKey && event.code === 'KeyC') || document.querySelector('dialog:modal')) return;
    event.preventDefault();
    trouble.hidden = true;
    const name = /** @type {HTMLInputElement} */ (inner.elements.namedItem('name'));
    if (!finder.keyOf(supplier).value) name.value = supplier.value;
    finder.close();
    box.showModal();
    name.focus();
  });
  inner.addEventListener('submit', async (event) => {
    event.preventDefault();
    const answer = await fetch(inner.action, { method: 'POST', body: new FormData(inner), headers: { Accept: 'application/json' } }).catch(() => null);
    const made = await answer?.json().catch(() => null);
    if (!answer?.ok || !made) {
      trouble.textContent = made?.errors ? Object.values(made.errors).join(' ') : (made?.problem ?? words('noNetwork'));
      trouble.hidden = false;
      return;
    }
    box.close();
    finder.choose(supplier, made.found[0]);
    supplier.focus();
    if (isFinder(supplier)) finder.close();
  });
}
