// @ts-check
/** Documents of this device by day: found, seen as they were printed, printed again, shared, cancelled. */

import { asksFor } from './asking.js';
import { $, badge, el, say } from './dom.js';
import { clockTime, count, refusal, t, written } from './lang.js';
import { rupees } from './money.js';
import { paperOf } from './print.js';
import { low } from './sound.js';

const MOST = 200;
/** @type {Record<string, string>} */
const KINDS = { return: 'Credit note', receipt: 'Receipt' };

/** @type {any} */
let till;
/** @type {any} */
let open = null;

/** @param {any} counter @param {{code?: string, id?: string}} [about] a bill by the code on its paper, or by its id */
export async function show(counter, about = {}) {
  if (!till) watch(counter);
  if (about.code || about.id) {
    const bill = about.id ? await till.engine.bill(about.id) : await billOfCode(till.engine, about.code ?? '');
    if (bill) return showOne(bill);
    low();
    return till.toast(t('This bill is not on this device.'));
  }
  if (till.engine.isLongOffline) return till.toast(t('Nothing was heard from the server for three days. Connect once to see earlier bills; billing goes on.'));
  $('bills-day').value = till.engine.today();
  $('bills-text').value = '';
  await list();
  $('bills').showModal();
  $('bills-text').focus();
}

/** A bill by what its paper bears: its number, or the reference in its payment code. @param {any} engine @param {string} code */
export async function billOfCode(engine, code) {
  const plain = (/** @type {string} */ text) => text.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
  const wanted = plain(code.startsWith('upi:') ? (new URLSearchParams(code.split('?')[1]).get('tr') ?? '') : code);
  const bills = await engine.bills({ text: wanted.slice(-6), limit: MOST });
  return bills.find((/** @type {any} */ bill) => plain(bill.number) === wanted) ?? null;
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  $('bills-form').addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
  for (const id of ['bills-text', 'bills-day']) $(id).addEventListener('input', list);
  $('one-bill-print').addEventListener('click', async () => {
    await till.print(open.id);
    await showOne(await till.engine.bill(open.id));
  });
  $('one-bill-share').addEventListener('click', () => till.show('share', open));
  $('one-bill-return').addEventListener('click', () => till.show('return', { bill: open }));
  $('one-bill-cancel').addEventListener('click', () => {
    $('cancel-form').hidden = false;
    $('cancel-reason').focus();
  });
  $('cancel-form').addEventListener('submit', cancel);
}

async function list() {
  const bills = await till.engine.bills({ text: $('bills-text').value, day: $('bills-day').value, limit: MOST });
  const sold = bills.filter((/** @type {any} */ bill) => bill.type === 'bill' && !bill.cancelled);
  $('bills-count').textContent = `${count(sold.length, '1 bill', '{n} bills')} · ${rupees(sold.reduce((/** @type {number} */ sum, /** @type {any} */ bill) => sum + bill.total, 0))}`;
  $('bills-none').hidden = bills.length > 0;
  $('bills-list').replaceChildren(...bills.map((/** @type {any} */ bill) => el('li', {}, billRow(bill, () => showOne(bill)))));
}

/** @param {any} bill @param {() => void} on */
export function billRow(bill, on) {
  const { number, at, doc, total, cancelled, type } = bill;
  const who = doc.party?.name ?? doc.name ?? '';
  const paid = (doc.tenders ?? [doc]).map((/** @type {any} */ one) => t(till?.modes[one.mode] ?? one.mode)).join(' + ');
  return el('button', { class: 'row-button', on },
    el('span', { class: 'row-main' }, el('b', { class: 'code', text: number }), el('small', { text: [clockTime(at), KINDS[type] && t(KINDS[type]), paid, who].filter(Boolean).join(' · ') })),
    el('span', { class: 'row-end' }, el('b', { class: cancelled ? 'num struck' : 'num', text: rupees(type === 'return' ? -total : total) }), stateBadge(bill)));
}

/** @param {any} bill */
function stateBadge({ state, cancelled, flags }) {
  if (cancelled) return badge(t('Cancelled'), 'danger', 'ban');
  if (state === 'quarantined') return badge(t('Needs you'), 'danger', 'triangle-alert');
  if (state === 'waiting') return badge(t('Waits'), 'pending', 'clock');
  return flags?.length ? badge(t('Owner looks at it'), 'warn', 'triangle-alert') : badge(t('Sent'), 'ok', 'check');
}

/** @param {any} bill */
async function showOne(bill) {
  open = bill;
  const { number, type, cancelled, day, at, reason } = bill;
  $('one-bill-title').textContent = number;
  $('one-bill-state').replaceChildren(
    el('p', { class: 'row' }, stateBadge(bill), el('span', { class: 'soft small', text: `${written(day)} ${clockTime(at)}` })),
    ...[reason, cancelled?.reason].filter(Boolean).map((words) => el('p', { class: 'small', text: words })));
  $('one-bill-return').hidden = type !== 'bill' || Boolean(cancelled);
  $('one-bill-cancel').hidden = type === 'receipt' || Boolean(cancelled) || day !== till.engine.today();
  $('cancel-form').hidden = true;
  $('cancel-reason').value = '';
  say($('cancel-error'));
  $('one-bill-paper').replaceChildren(paperOf(till.engine, bill, bill.prints > 0));
  if (!$('one-bill').open) $('one-bill').showModal();
  $('one-bill-print').focus();
}

/** @param {Event} event */
async function cancel(event) {
  event.preventDefault();
  try {
    const reason = $('cancel-reason').value.trim();
    if (!reason) throw new Error('Say why it is cancelled.');
    const { id } = till.engine.newDraft();
    const figures = { bill: open.id, total: open.total };
    const approval = asksFor(till.engine, 'cancel', open.total) ? await till.show('approval', { kind: 'cancel', command: id, figures, reason }) : null;
    if (approval === undefined) return;
    await till.engine.cancel(open.id, reason, { id, approval });
    if (till.bill.done?.bill.id === open.id) till.bill.dismiss();
    await showOne(await till.engine.bill(open.id));
    if ($('bills').open) await list();
  } catch (error) {
    say($('cancel-error'), refusal(error));
  }
}
