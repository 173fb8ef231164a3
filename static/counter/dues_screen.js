// @ts-check
/** Khata: a customer pays what is due, the oldest bills first unless others are chosen, and gets a numbered receipt. */

import { istDay } from './clock.js';
import { $, el, say, segments } from './dom.js';
import { spread } from './dues.js';
import { clockTime, refusal, t, written } from './lang.js';
import { plainDecimal, readPaise, rupees } from './money.js';

/** @type {any} */
let till;
/** @type {any} */
let customer = null;
/** @type {any} */
let mode;
/** @type {import('./dues.js').OpenBill[]} */
let bills = [];
/** Bills a person took out. @type {Set<string>} */
let left = new Set();
let isBusy = false;
/** The list on its way: a quick Enter waits for it. @type {Promise<void>|null} */
let looking = null;
/** A person typed the amount: it no longer follows the chosen bills. */
let isTyped = false;

/** @param {any} counter */
export function show(counter) {
  if (!till) {
    till = counter;
    $('dues-choose').addEventListener('click', choose);
    $('dues-form').addEventListener('submit', take);
    $('dues-amount').addEventListener('input', () => {
      isTyped = true;
      drawParts();
    });
    $('dues-bills').addEventListener('change', onChosen);
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
  isTyped = false;
  $('dues-name').textContent = customer?.name ?? '';
  $('dues-more').textContent = customer ? [customer.phone, customer.due === null ? '' : t('owes {amount}', { amount: rupees(customer.due) })].filter(Boolean).join(' · ') : '';
  $('dues-amount').value = customer?.due > 0 ? plainDecimal(customer.due, 2) : '';
  $('dues-amount').focus();
  $('dues-amount').select();
  looking = findBills(customer);
}

/** @param {any} asked */
async function findBills(asked) {
  bills = [];
  left = new Set();
  $('dues-bills-field').hidden = !asked;
  $('dues-bills').replaceChildren();
  say($('dues-words'), asked ? t('Looking for open bills…') : '');
  if (!asked) return;
  const found = await till.engine.openBills(asked.id);
  if (asked !== customer) return;
  bills = found.bills;
  drawBills(found.at);
}

/** @param {number|null} at when the server said so */
function drawBills(at) {
  $('dues-bills').replaceChildren(...bills.map((bill) => el('li', {}, el('label', { class: 'row-line' },
    el('input', { type: 'checkbox', checked: true, value: keyOf(bill) }),
    el('span', { class: 'row-main' }, el('b', { class: 'code', text: bill.number }), el('small', { text: t('{date}, due {due}', { date: written(bill.date), due: written(bill.due_on) }) })),
    el('span', { class: 'row-end' }, el('b', { class: 'num' }), el('small', { class: 'soft', text: t('of {amount}', { amount: rupees(bill.open) }) }))))));
  const isOld = !till.engine.contact.online;
  $('dues-known').hidden = !isOld;
  $('dues-known').textContent = at === null ? t('Offline: only bills of this counter are known.') : t('Offline: as known on {date} at {time}.', { date: written(istDay(at)), time: clockTime(at) });
  if (!isTyped && !$('dues-amount').value && bills.length > 0) fillAmount();
  drawParts();
}

/** @param {any} event */
function onChosen(event) {
  const { value, checked } = event.target;
  if (checked) left.delete(value);
  else left.add(value);
  if (!isTyped) fillAmount();
  drawParts();
}

/** @param {import('./dues.js').OpenBill} bill */
const keyOf = ({ bill, line }) => `${bill} ${line ?? ''}`;
const chosen = () => bills.filter((bill) => !left.has(keyOf(bill)));

/** What was not typed by a person is what the chosen bills come to. */
function fillAmount() {
  const sum = chosen().reduce((all, bill) => all + bill.open, 0);
  $('dues-amount').value = sum > 0 ? plainDecimal(sum, 2) : '';
}

function typed() {
  try {
    return readPaise($('dues-amount').value);
  } catch {
    return 0;
  }
}

/** The bills chosen, each with what it gets. */
function parts() {
  const wanted = chosen();
  const amounts = spread(wanted, typed());
  return wanted.map(({ bill, line, number }, index) => ({ bill, line, number, amount: amounts[index] })).filter(({ amount }) => amount > 0);
}

function drawParts() {
  const given = new Map(parts().map((part) => [keyOf(/** @type {any} */ (part)), part.amount]));
  bills.forEach((bill, index) => {
    $('dues-bills').children[index].querySelector('.num').textContent = rupees(given.get(keyOf(bill)) ?? 0);
  });
  const onAccount = typed() - [...given.values()].reduce((sum, amount) => sum + amount, 0);
  const words = bills.length === 0 ? t('No open bill is known; the payment stands on account.') : onAccount > 0 ? t('{amount} stays on account.', { amount: rupees(onAccount) }) : '';
  say($('dues-words'), words);
}

/** @param {Event} event */
async function take(event) {
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  try {
    if (!customer) throw new Error('Choose the customer who pays.');
    await looking;
    const receipt = await till.engine.takeReceipt({ customer: customer.id, amount: readPaise($('dues-amount').value), mode: mode.get(), ref: $('dues-ref').value, bills: parts() });
    $('dues').close();
    till.toast(t('{number}: {amount} received from {name}.', { number: receipt.number, amount: rupees(receipt.total), name: customer.name }));
    await till.print(receipt.id);
  } catch (error) {
    say($('dues-error'), refusal(error));
  } finally {
    isBusy = false;
  }
}
