// @ts-check
/** Everything that waits: what it is, since when, why; to send it now, or to keep it in a file. */

import { $, badge, el, say } from './dom.js';
import { clockTime, refusal, t } from './lang.js';
import { rupees } from './money.js';
import { saveFile } from './share.js';

/** @type {Record<string, string>} */
const KINDS = {
  'bill.issue': 'Bill', 'return.issue': 'Credit note', 'bill.cancel': 'Cancellation', 'receipt.take': 'Receipt', 'customer.add': 'New customer',
  'item.add': 'New item', 'shift.open': 'Shift opened', 'cash.move': 'Cash moved', 'shift.close': 'Shift closed',
};
/** @type {any} */
let till;

/** @param {any} counter */
export async function show(counter) {
  if (!till) watch(counter);
  await draw();
  $('queue').showModal();
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  till.engine.addEventListener('counts', () => $('queue').open && draw());
  till.engine.addEventListener('sync', () => $('queue').open && draw());
  press('queue-send', async () => {
    const { sent, problem, left } = await till.engine.sendNow();
    if (problem) throw new Error(problem);
    till.toast(left ? t('{sent} sent, {left} wait.', { sent, left }) : t('Everything has reached the server.'));
  });
  press('queue-backup', async () => saveFile(await till.engine.backupFile()));
}

/** @param {string} id @param {() => Promise<void>} work */
function press(id, work) {
  $(id).addEventListener('click', async () => {
    $(id).disabled = true;
    say($('queue-error'));
    await work().catch((/** @type {any} */ error) => say($('queue-error'), refusal(error)));
    $(id).disabled = false;
  });
}

async function draw() {
  const rows = await till.engine.pending();
  $('queue-lead').textContent = $('pill').title;
  $('queue-list').replaceChildren(...rows.map((/** @type {any} */ { id, type, number, amount, at, reason, state }) => {
    const words = [clockTime(at), t(KINDS[type] ?? type), reason && t(reason)].filter(Boolean).join(' · ');
    return el('li', { class: 'row-line' },
      el('span', { class: 'row-main' }, el('b', { class: 'code', text: number || t(KINDS[type] ?? type) }), el('small', { text: words })),
      el('span', { class: 'row-end' }, amount === null ? null : el('b', { class: 'num', text: rupees(amount) }), state === 'quarantined' ? badge(t('Needs you'), 'danger', 'triangle-alert') : badge(t('Waits'), 'pending', 'clock')),
      ['bill.issue', 'return.issue', 'receipt.take'].includes(type) ? el('button', { class: 'button', text: t('Print again'), on: () => till.print(id) }) : null);
  }));
}
