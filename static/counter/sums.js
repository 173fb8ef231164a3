// @ts-check
/** What is payable, the customer, and the small forms of the bill: discount, hold, note. After a bill: its change, until the next scan. */

import { $, clone, el, facts, put, say } from './dom.js';
import { readDiscount } from './lines.js';
import { clockTime, count, refusal, t } from './lang.js';
import { plainDecimal, rupees } from './money.js';

/** @type {any} */
let till;
const FORMS = ['discount', 'hold', 'note'];

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
  for (const name of FORMS) {
    $(`open-${name}`).addEventListener('click', () => openForm(name));
    $(`${name}-form`).addEventListener('submit', (/** @type {Event} */ event) => (event.preventDefault(), sent[name]()));
    $(`${name}-form`).addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && openForm(''));
  }
}

/** @type {Record<string, () => void|Promise<void>>} */
const sent = {
  discount() {
    const { bill } = till;
    const before = bill.draft.disc;
    try {
      const disc = readDiscount($('discount').value);
      bill.change((/** @type {any} */ draft) => (draft.disc = disc));
      if (bill.problem) {
        const { problem } = bill;
        bill.change((/** @type {any} */ draft) => (draft.disc = before));
        throw problem;
      }
      openForm('');
    } catch (error) {
      say($('discount-error'), refusal(error));
    }
  },
  async hold() {
    const { bill, engine } = till;
    await engine.hold(bill.draft, $('hold-label').value.trim() || clockTime(Date.now()));
    openForm('');
    await bill.open();
    await till.drawHeld();
  },
  note() {
    till.bill.change((/** @type {any} */ draft) => (draft.note = $('note').value.trim()));
    openForm('');
  },
};

/** @param {string} wanted */
function openForm(wanted) {
  const { bill } = till;
  for (const name of FORMS) $(`${name}-form`).hidden = name !== wanted || !$(`${name}-form`).hidden;
  say($('discount-error'));
  if (!wanted || $(`${wanted}-form`).hidden || (bill.isEmpty && wanted !== 'note')) {
    for (const name of FORMS) $(`${name}-form`).hidden = true;
    $('find').focus();
    return;
  }
  const { disc, note, party } = bill.draft;
  $('discount').value = !disc ? '' : 'bp' in disc ? `${plainDecimal(disc.bp, 2)}%` : plainDecimal(disc.paise, 2);
  $('note').value = note;
  $('hold-label').value = party?.name ?? '';
  const field = $(`${wanted}-form`).querySelector('input');
  field.focus();
  field.select();
}

function draw() {
  const { draft, figures, problem, done, isEmpty } = till.bill;
  const isDone = isEmpty && done !== null;
  document.body.dataset.bill = isDone ? 'done' : isEmpty ? 'empty' : 'open';
  say($('bill-problem'), problem ? refusal(problem) : '');
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
