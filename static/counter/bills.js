// @ts-check
/** Documents of this device, as they were issued. */

import { CounterError } from './errors.js';
import { plainDecimal } from './money.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_DAYS = 30;

/** @typedef {import('./issue.js').Bill} Bill */

/**
 * A stored row as others see it.
 * @param {any} row
 * @returns {Bill}
 */
export function readBill(row) {
  return { ...row, doc: JSON.parse(row.body) };
}

export function notHereError() {
  return new CounterError('not_here', 'This bill is not on this device.', 'Open it from the bills page while online.');
}

/**
 * Newest first; `text` finds a number, an amount, a name or a phone.
 * @param {import('./store.js').Store} store @param {{text?: string, day?: string, limit?: number}} asked
 * @returns {Promise<Bill[]>}
 */
export async function findBills(store, { text = '', day = '', limit = 50 }) {
  const rows = day ? await store.db.getAllFromIndex('bills', 'day', day) : await store.db.getAll('bills');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  for (const row of rows.sort((/** @type {Bill} */ a, /** @type {Bill} */ b) => b.at - a.at || b.seq - a.seq)) {
    const bill = readBill(row);
    const { party, name = '' } = bill.doc;
    const about = `${bill.number} ${plainDecimal(bill.total, 2)} ${name} ${party?.name ?? ''} ${party?.phone ?? ''}`.toLowerCase();
    if (words.every((word) => about.includes(word))) found.push(bill);
    if (found.length === limit) break;
  }
  return found;
}

/**
 * Count a print; the answer is how many there were.
 * @param {import('./store.js').Store} store @param {string} id
 * @returns {Promise<number>}
 */
export function countPrint(store, id) {
  return store.write(['bills'], async (tx) => {
    const row = await tx.objectStore('bills').get(id);
    if (!row) throw notHereError();
    row.prints += 1;
    await tx.objectStore('bills').put(row);
    return row.prints;
  }, 'relaxed');
}

/**
 * Documents the server has had for 30 days (one day on a shared device), and not of the open shift, need not stay here.
 * @param {import('./store.js').Store} store
 */
export async function tidy(store) {
  await store.write(['meta', 'bills'], async (tx) => {
    const [till, shift] = await Promise.all([tx.objectStore('meta').get('till'), tx.objectStore('meta').get('shift')]);
    const before = Date.now() - (till?.shared ? 1 : KEPT_DAYS) * DAY_MS;
    await deleteSent(tx, (bill) => bill.ackedAt < before && bill.shift !== shift?.id);
  }, 'relaxed');
}

/** @param {any} tx @param {(bill: any) => boolean} isOver */
export async function deleteSent(tx, isOver) {
  for (let cursor = await tx.objectStore('bills').openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.state === 'sent' && isOver(cursor.value)) await cursor.delete();
  }
}
