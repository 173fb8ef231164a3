// @ts-check
/** Whose bill it is: found by name, phone or GSTIN, or made on the spot. A GSTIN makes the bill a business's; its state decides the tax. */

import { $, el, say } from './dom.js';
import { checkGstin, stateOfGstin } from './gstin.js';
import { language, refusal, t } from './lang.js';
import { rupees } from './money.js';
import { STATES, STATES_HINDI } from './states.js';

/** @type {any} */
let till;
/** @type {(customer: any) => void} */
let onChosen = () => undefined;
/** @type {any[]} */
let results = [];
let chosen = 0;
const sheet = $('customer');
const box = $('customer-find');
const list = $('customer-list');

/** @param {any} counter @param {{onChosen?: (customer: any) => void}} [about] without it the bill gets the customer */
export function show(counter, about = {}) {
  if (!till) watch(counter);
  const { bill, engine } = till;
  onChosen = about.onChosen ?? ((customer) => bill.change((/** @type {any} */ draft) => engine.setCustomer(draft, customer)));
  fillStates();
  $('pos-field').hidden = Boolean(about.onChosen);
  $('pos').value = bill.draft.pos ?? '';
  box.value = '';
  openForm(false);
  look();
  if (!sheet.open) sheet.showModal();
  box.focus();
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  box.addEventListener('input', look);
  box.addEventListener('keydown', onKey);
  $('customer-find-form').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    if (results[chosen]) take(results[chosen]);
    else openForm(true);
  });
  list.addEventListener('click', (/** @type {any} */ event) => {
    const row = event.target.closest('[role=option]');
    if (row) take(results[Number(row.dataset.index)]);
  });
  $('customer-new').addEventListener('click', () => openForm(true));
  $('customer-add-off').addEventListener('click', () => openForm(false));
  $('customer-add').addEventListener('submit', add);
  $('c-gstin').addEventListener('change', stateFromGstin);
  $('pos').addEventListener('change', () => till.bill.change((/** @type {any} */ draft) => (draft.pos = $('pos').value || null)));
}

function fillStates() {
  const names = Object.entries(language === 'hi' ? STATES_HINDI : STATES).filter(([code]) => code < '96');
  for (const select of /** @type {any} */ (document.querySelectorAll('[data-states]'))) {
    const before = select.value;
    const first = select.id === 'pos' ? t('As the customer, or the shop') : t('As the shop');
    select.replaceChildren(el('option', { value: '', text: first }), ...names.map(([code, name]) => el('option', { value: code, text: `${name} (${code})` })));
    select.value = before;
  }
}

/** @param {any} customer */
function take(customer) {
  onChosen(customer);
  sheet.close();
}

function look() {
  results = box.value.trim() ? till.engine.searchCustomers(box.value, 8) : [];
  list.hidden = results.length === 0;
  $('customer-none').hidden = !box.value.trim() || results.length > 0;
  box.setAttribute('aria-expanded', String(results.length > 0));
  list.replaceChildren(...results.map((who, index) => el('li', { role: 'option', id: `who-${index}`, 'data-index': index },
    el('span', { class: 'found-name' }, el('b', { text: language === 'hi' && who.local ? who.local : who.name }), el('small', { text: [who.phone, who.gstin].filter(Boolean).join(' · ') })),
    el('span', { class: 'num', text: who.due > 0 ? t('owes {amount}', { amount: rupees(who.due) }) : '' }))));
  choose(0);
}

/** @param {number} index */
function choose(index) {
  chosen = index;
  for (const row of list.children) row.setAttribute('aria-selected', String(Number(row.dataset.index) === index));
  if (results.length) box.setAttribute('aria-activedescendant', `who-${index}`);
  else box.removeAttribute('aria-activedescendant');
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || results.length === 0) return;
  event.preventDefault();
  choose((chosen + step + results.length) % results.length);
}

/** @param {boolean} isOpen */
function openForm(isOpen) {
  const form = $('customer-add');
  form.hidden = !isOpen;
  $('customer-foot').hidden = isOpen;
  say($('customer-error'));
  if (!isOpen) return box.focus();
  form.reset();
  const typed = box.value.trim();
  // What was looked for is most likely what is to be written.
  const field = /^[0-9 +-]{6,}$/.test(typed) ? 'c-phone' : /^[0-9]{2}[A-Za-z0-9]{13}$/.test(typed) ? 'c-gstin' : 'c-name';
  $(field).value = typed;
  stateFromGstin();
  $(field === 'c-name' && typed ? 'c-phone' : 'c-name').focus();
}

function stateFromGstin() {
  const typed = $('c-gstin').value.trim();
  if (!typed) return;
  try {
    $('c-state').value = stateOfGstin(checkGstin(typed)) ?? '';
    say($('customer-error'));
  } catch (error) {
    say($('customer-error'), refusal(error));
  }
}

/** @param {Event} event */
async function add(event) {
  event.preventDefault();
  const [name, phone, gstin, state_code, address] = ['name', 'phone', 'gstin', 'state', 'address'].map((field) => $(`c-${field}`).value);
  try {
    take(await till.engine.addCustomer({ name, phone, gstin, state_code, address }));
  } catch (error) {
    say($('customer-error'), refusal(error));
  }
}
