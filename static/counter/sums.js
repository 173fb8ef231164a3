// @ts-check
/** What is payable, and the customer. After a bill: its change, until the next scan. */

import { $, clone, facts, put, say } from './dom.js';
import { count, t } from './lang.js';
import { rupees } from './money.js';

/** @type {any} */
let till;

/** @param {any} counter */
export function watchSums(counter) {
  till = counter;
  till.bill.addEventListener('change', draw);
  $('pay-button').addEventListener('click', () => till.show('pay'));
  $('clear').addEventListener('click', () => till.bill.clear());
  $('customer-off').addEventListener('click', () => till.bill.change((/** @type {any} */ draft) => {
    till.engine.setCustomer(draft, null);
    draft.pos = null;
  }));
}

function draw() {
  const { draft, figures, problem, done, isEmpty } = till.bill;
  const isDone = isEmpty && done !== null;
  document.body.dataset.bill = isDone ? 'done' : isEmpty ? 'empty' : 'open';
  if (problem) till.offer($('bill-problem'), problem, () => till.show('pay'));
  else say($('bill-problem'));
  $('facts').hidden = isEmpty;
  if (!isEmpty && figures) facts($('facts'), sums(draft, figures));
  $('payable').textContent = rupees(isDone ? done.change || done.bill.total : isEmpty ? 0 : (figures?.total ?? 0));
  $('payable-label').textContent = !isDone ? t('To pay') : done.change ? t('Change') : t('Paid');
  for (const name of ['pay-button', 'open-discount', 'open-hold']) $(name).disabled = isEmpty;
  $('clear').disabled = isEmpty && !draft.customer;
  drawCustomer(draft);
  drawDone(isDone ? done : null);
}

/** @param {any} draft @param {any} figures */
function sums(draft, { gross, discount, taxable, cgst, sgst, igst, cess, roundOff, total, supply }) {
  const tax = cgst + sgst + igst + cess;
  const added = total - roundOff - (gross - discount);
  const n = draft.lines.length;
  return [
    [count(n, '1 line', '{n} lines'), rupees(gross)],
    ...(discount ? [[t('Discount'), rupees(-discount)]] : []),
    ...(added ? [['GST', rupees(added)]] : tax ? [[t(supply === 'inter' ? 'IGST within' : 'GST within'), rupees(tax), 'soft']] : []),
    ...(roundOff ? [[t('Round off'), rupees(roundOff), 'soft']] : []),
    ...(draft.note ? [[t('Note'), draft.note, 'soft']] : []),
  ];
}

/** @param {any} draft */
function drawCustomer(draft) {
  const { party } = draft;
  const customer = till.engine.customers.get(draft.customer);
  $('customer-name').textContent = party?.name ?? t('Add customer');
  $('customer-more').textContent = party ? [party.gstin || party.phone, customer?.due > 0 ? t('owes {amount}', { amount: rupees(customer.due) }) : ''].filter(Boolean).join(' · ') : '';
  $('customer-off').hidden = !party;
}

/** @param {any} done */
function drawDone(done) {
  const place = $('done');
  place.hidden = !done;
  if (!done) return place.replaceChildren();
  if (place.dataset.bill === done.bill.id && place.firstElementChild) return;
  place.dataset.bill = done.bill.id;
  const { bill, change } = done;
  const paid = bill.doc.tenders.map((/** @type {any} */ tender) => `${t(till.modes[tender.mode])} ${rupees(tender.amount)}`).join(' + ');
  const card = clone('t-done');
  put(card, { number: bill.number, more: change ? `${rupees(bill.total)} · ${paid}` : paid });
  card.addEventListener('click', (/** @type {any} */ event) => {
    const what = event.target.closest('[data-do]')?.dataset.do;
    if (what === 'print') void till.print(bill.id);
    else if (what === 'share') void till.show('share', bill);
    else if (what === 'open') void till.show('bills', { id: bill.id });
  });
  place.replaceChildren(card);
  if (/** @type {any} */ (navigator).canShare) void import('./share.js').then(({ prepare }) => prepare(till.engine, bill));
}
