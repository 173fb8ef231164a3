// @ts-check
/** After the sale: a bill of today is cancelled, or goods of it come back. Fetched when first asked for. */

import { proved, requireApproval } from './asking.js';
import { notHereError, readBill } from './bills.js';
import { istDay, istStamp, nextInstant } from './clock.js';
import { enqueue } from './command.js';
import { CounterError } from './errors.js';
import { issueDocument } from './issue.js';
import { leftOf, returnBody, workOutReturn } from './returns.js';
import { plainText } from './text.js';

/** @typedef {import('./engine.js').Engine} Engine @typedef {import('./issue.js').Tender} Tender @typedef {{line: number, qty: number}[]} Lines */

/**
 * @param {Engine} engine @param {string} billId @param {Lines} lines @param {Tender[]} refunds @param {{reason: string, id: string, approval: any}} about
 * @returns {Promise<{bill: import('./issue.js').Bill, already: boolean}>}
 */
export async function issueReturn(engine, billId, lines, refunds, { reason, id, approval }) {
  engine.requireOpen();
  const answer = await issueDocument(engine.store, {
    id, kind: 'credit_note', type: 'return', command: 'return.issue', total: (doc) => doc.totals.total,
    write: async (head, tx) => {
      const { doc, notes } = await billWithNotes(tx.objectStore('bills'), billId);
      const body = returnBody(doc, notes, lines, refunds, { cashier: engine.cashier, reason }, head);
      requireApproval(engine, 'return', body.totals.total, approval);
      return { ...body, ...proved([approval]) };
    },
  });
  if (answer.already) return answer;
  engine.shelves?.takenBack(answer.bill.doc);
  await engine.saved();
  return answer;
}

/** What of each line may still come back. @param {Engine} engine @param {string} billId */
export async function returnable({ store }, billId) {
  const { doc, notes } = await billWithNotes(store.db.transaction('bills').store, billId);
  return leftOf(doc, notes);
}

/** @param {Engine} engine @param {string} billId @param {Lines} lines */
export async function returnFigures({ store }, billId, lines) {
  const { doc, notes } = await billWithNotes(store.db.transaction('bills').store, billId);
  return workOutReturn(doc, notes, lines);
}

/** @param {Engine} engine @param {string} billId @param {string} reason @param {{id: string, approval: any}} about */
export async function cancel(engine, billId, reason, about) {
  engine.requireOpen();
  const bill = await cancelBill(engine, billId, reason, about);
  engine.shelves?.takenBack(bill.doc);
  await engine.saved();
  await engine.readShift();
  return bill;
}

/**
 * Cancel a bill of today by a command; its number stays used. With the goods partly back it is no longer one to cancel.
 * @param {Engine} engine @param {string} id @param {string} reason @param {{id: string, approval: any}} about
 */
function cancelBill(engine, id, reason, about) {
  const { store, cashier } = engine;
  return store.save(['meta', 'bills', 'outbox'], async (tx) => {
    const [meta, bills] = ['meta', 'bills'].map((name) => tx.objectStore(name));
    const row = await bills.get(id);
    if (row?.type !== 'bill') throw notHereError();
    const at = nextInstant(Date.now(), (await meta.get('lastAt')) ?? 0).at;
    if (row.cancelled) throw new CounterError('cancelled', `${row.number} is cancelled already.`, 'Make a new bill.');
    if (row.day !== istDay(at)) throw new CounterError('not_today', `${row.number} is not of today.`, 'Take the goods back with a return instead.');
    if (await bills.index('against').getKey(id)) {
      throw new CounterError('returned', `Goods of ${row.number} have come back.`, 'Take the rest back with a return too.');
    }
    requireApproval(engine, 'cancel', row.total, about.approval);
    const body = { v: 1, at: istStamp(at), id: about.id, bill: id, reason: plainText(reason, 500, true), cashier, ...proved([about.approval]) };
    await enqueue(tx, 'bill.cancel', body, { at, ref: id, amount: row.total });
    row.cancelled = { at: body.at, reason: body.reason };
    await bills.put(row);
    const shift = await meta.get('shift');
    if (shift && row.shift !== shift.id) {
      // Its cash came in with an earlier shift and goes out of this one's drawer.
      const cash = JSON.parse(row.body).tenders.filter((/** @type {Tender} */ tender) => tender.mode === 'cash');
      shift.paidBack += cash.reduce((/** @type {number} */ sum, /** @type {Tender} */ tender) => sum + tender.amount, 0);
      await meta.put(shift, 'shift');
    }
    return readBill(row);
  });
}

/**
 * A bill's document with those of its credit notes that stand. CounterError unless it is a bill of this device, not cancelled.
 * @param {any} bills the object store @param {string} id
 * @returns {Promise<{doc: any, notes: any[]}>}
 */
async function billWithNotes(bills, id) {
  const [row, notes] = await Promise.all([bills.get(id), bills.index('against').getAll(id)]);
  if (row?.type !== 'bill') throw notHereError();
  if (row.cancelled) throw new CounterError('cancelled', `${row.number} is cancelled.`, 'Nothing can come back on it.');
  const standing = notes.filter((/** @type {any} */ note) => !note.cancelled);
  return { doc: JSON.parse(row.body), notes: standing.map((/** @type {any} */ note) => JSON.parse(note.body)) };
}
