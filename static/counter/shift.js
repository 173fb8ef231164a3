// @ts-check
/** A till's day: opened with a float, closed with a count. The open shift stands in meta; its documents carry its id. */

import { istStamp, newId } from './clock.js';
import { enqueue } from './command.js';
import { CounterError } from './errors.js';
import { reportOf } from './report.js';
import { plainText } from './text.js';

/**
 * @typedef {{id: string, openedAt: number, openedBy: string, float: number, paidBack: number,
 *   moves: {at: number, amount: number, purpose: string, reason: string}[]}} Shift `paidBack`: cash of an earlier shift's bills cancelled in this one
 */

/**
 * @param {any} desk @param {{float: number}} opening paise in the drawer
 * @returns {Promise<Shift>}
 */
export async function openShift({ store, cashier }, { float }) {
  return store.save(['meta', 'outbox'], async (/** @type {any} */ tx) => {
    const meta = tx.objectStore('meta');
    if (await meta.get('shift')) throw new CounterError('shift_open', 'A shift is open on this counter.', 'Close it first.');
    const at = Date.now();
    const shift = { id: newId(), openedAt: at, openedBy: cashier.name, float, paidBack: 0, moves: [] };
    await meta.put(shift, 'shift');
    await enqueue(tx, 'shift.open', { v: 1, at: istStamp(at), id: shift.id, float, cashier }, { at, amount: float });
    return shift;
  });
}

/**
 * Cash into the drawer (positive) or out of it (negative).
 * @param {any} desk @param {{amount: number, purpose: string, reason?: string}} move
 * @returns {Promise<Shift>}
 */
export async function cashMove({ store, cashier }, { amount, purpose, reason = '' }) {
  if (!Number.isSafeInteger(amount) || amount === 0) throw new CounterError('tender', 'The amount is nothing.', 'Type how much cash moved.');
  return store.save(['meta', 'outbox'], async (/** @type {any} */ tx) => {
    const meta = tx.objectStore('meta');
    const shift = requireShift(await meta.get('shift'));
    const at = Date.now();
    const why = plainText(reason, 500, true);
    shift.moves.push({ at, amount, purpose, reason: why });
    await meta.put(shift, 'shift');
    await enqueue(tx, 'cash.move', { v: 1, at: istStamp(at), id: newId(), shift: shift.id, amount, purpose, reason: why, cashier }, { at, amount });
    return shift;
  });
}

/**
 * The X report: the shift as it stands.
 * @param {import('./store.js').Store} store
 */
export async function shiftTotals(store) {
  const tx = store.db.transaction(['meta', 'bills']);
  const shift = requireShift(await tx.objectStore('meta').get('shift'));
  return reportOf(shift, await tx.objectStore('bills').index('shift').getAll(shift.id));
}

/**
 * Close the shift with the count; the Z report. `unsent` when documents still wait, unless an owner's name overrides it.
 * @param {any} desk
 * @param {{counted: number, denominations?: Record<string, number>, override?: string|null}} closing `denominations`: paise → pieces
 */
export async function closeShift({ store, cashier }, { counted, denominations = {}, override = null }) {
  const sum = Object.entries(denominations).reduce((all, [worth, pieces]) => all + Number(worth) * pieces, 0);
  if (Object.keys(denominations).length > 0 && sum !== counted) throw new CounterError('tender', 'Notes and coins do not add up to the count.', 'Count once more.');
  return store.save(['meta', 'bills', 'outbox'], async (/** @type {any} */ tx) => {
    const meta = tx.objectStore('meta');
    const shift = requireShift(await meta.get('shift'));
    const unsent = await tx.objectStore('outbox').index('waiting').count();
    if (unsent > 0 && !override) throw unsentError(unsent);
    const at = Date.now();
    const report = reportOf(shift, await tx.objectStore('bills').index('shift').getAll(shift.id));
    const body = {
      v: 1, at: istStamp(at), id: newId(), shift: shift.id, denominations, counted, unsent: override ? unsent : 0,
      override: override ? { by: plainText(override) } : null, cashier,
    };
    await enqueue(tx, 'shift.close', body, { at, amount: counted });
    await meta.delete('shift');
    const closed = { ...report, counted, difference: counted - report.expected, closedAt: at, denominations };
    await meta.put(closed, 'lastZ');
    return closed;
  });
}

/** @param {number} count */
export function unsentError(count) {
  const words = count === 1 ? '1 document has' : `${count} documents have`;
  return new CounterError('unsent', `${words} not reached the server yet.`, 'Connect and send them, or save a backup file and ask the owner.', count);
}

/** @param {Shift|undefined} shift @returns {Shift} */
function requireShift(shift) {
  if (!shift) throw new CounterError('no_shift', 'No shift is open.', 'Open the shift with the cash in the drawer.');
  return shift;
}
