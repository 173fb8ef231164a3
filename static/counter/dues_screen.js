// @ts-check
/** Khata: a customer pays what is due, and gets a numbered receipt. */

import { $, say, segments } from './dom.js';
import { refusal, t } from './lang.js';
import { plainDecimal, readPaise, rupees } from './money.js';

/** @type {any} */
let till;
/** @type {any} */
let customer = null;
/** @type {any} */
let mode;
let isBusy = false;

/** @param {any} counter */
export function show(counter) {
  if (!till) {
    till = counter;
    $('dues-choose').addEventListener('click', choose);
    $('dues-form').addEventListener('submit', take);
  }
  mode = segments($('dues-modes'), ['cash', 'upi', 'card', 'bank'].map((name) => [name, t(till.modes[name])]));
  customer = till.engine.customers.get(till.bill.draft.customer) ?? null;
  $('dues-form').reset();
  $('dues').showModal();
  draw();
  if (!customer) choose();
}

function choose() {
  void till.show('customer', { onChosen: (/** @type {any} */ chosen) => {
    customer = chosen;
    draw();
  } });
}

function draw() {
  say($('dues-error'));
  $('dues-name').textContent = customer?.name ?? '';
  $('dues-more').textContent = customer ? [customer.phone, customer.due === null ? '' : t('owes {amount}', { amount: rupees(customer.due) })].filter(Boolean).join(' · ') : '';
  $('dues-amount').value = customer?.due > 0 ? plainDecimal(customer.due, 2) : '';
  $('dues-amount').focus();
  $('dues-amount').select();
}

/** @param {Event} event */
async function take(event) {
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  try {
    if (!customer) throw new Error('Choose the customer who pays.');
    const receipt = await till.engine.takeReceipt({ customer: customer.id, amount: readPaise($('dues-amount').value), mode: mode.get(), ref: $('dues-ref').value });
    $('dues').close();
    till.toast(t('{number}: {amount} received from {name}.', { number: receipt.number, amount: rupees(receipt.total), name: customer.name }));
    await till.print(receipt.id);
  } catch (error) {
    say($('dues-error'), refusal(error));
  } finally {
    isBusy = false;
  }
}
