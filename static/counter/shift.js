// @ts-check
/** A till's day: opened with a float, closed with a count. The open shift stands in meta; its documents carry its id. */

import { proved, requireApproval } from './asking.js';
import { istStamp, newId } from './clock.js';
import { enqueue } from './command.js';
import { CounterError } from './errors.js';
import { unsentError } from './outbox.js';
import { reportOf } from './report.js';
import { plainText } from './text.js';

/**
 * @typedef {{id: string, openedAt: number, openedBy: string, float: number, paidBack: number,
 *   moves: {at: number, amount: number, purpose: string, reason: string}[]}} Shift `paidBack`: cash of an earlier shift's bills cancelled in this one
 */

/** @typedef {import('./engine.js').Engine} Engine */

/**
 * @param {Engine} engine @param {{float: number}} opening paise in the drawer
 * @returns {Promise<Shift>}
 */
export async function openShift(engine, { float }) {
  const { store, cashier } = engine;
  engine.requireOpen();
  const shift = await store.save(['meta', 'outbox'], async (/** @type {any} */ tx) => {
    const meta = tx.objectStore('meta');
    if (await meta.get('shift')) throw new CounterError('shift_open', 'A shift is open on this counter.', 'Close it first.');
    const at = Date.now();
    const made = { id: newId(), openedAt: at, openedBy: cashier.name, float, paidBack: 0, moves: [] };
    await meta.put(made, 'shift');
    await enqueue(tx, 'shift.open', { v: 1, at: istStamp(at), id: made.id, float, cashier }, { at, amount: float });
    return made;
  });
  return changed(engine, shift);
}

/**
 * Cash into the drawer (positive) or out of it (negative).
 * @param {Engine} engine @param {{amount: number, purpose: string, reason?: string, id?: string, approval?: any}} move a manager's approval is of this `id`
 * @returns {Promise<Shift>}
 */
export async function cashMove(engine, { amount, purpose, reason = '', id = newId(), approval = null }) {
  const { store, cashier } = engine;
  if (!Number.isSafeInteger(amount) || amount === 0) throw new CounterError('tender', 'The amount is nothing.', 'Type how much cash moved.');
  requireApproval(engine, 'cash', -amount, approval);
  const shift = await store.save(['meta', 'outbox'], async (/** @type {any} */ tx) => {
    const meta = tx.objectStore('meta');
    const open = requireShift(await meta.get('shift'));
    const at = Date.now();
    const why = plainText(reason, 500, true);
    open.moves.push({ at, amount, purpose, reason: why });
    await meta.put(open, 'shift');
    await enqueue(tx, 'cash.move', { v: 1, at: istStamp(at), id, shift: open.id, amount, purpose, reason: why, cashier, ...proved([approval]) }, { at, amount });
    return open;
  });
  return changed(engine, shift);
}

/** The X report: the shift as it stands. @param {Engine} engine */
export async function shiftTotals({ store }) {
  const tx = store.db.transaction(['meta', 'bills']);
  const shift = requireShift(await tx.objectStore('meta').get('shift'));
  return reportOf(shift, await tx.objectStore('bills').index('shift').getAll(shift.id));
}

/**
 * Close the shift with the count; the Z report. `unsent` when documents still wait, unless an owner's name overrides it.
 * @param {Engine} engine
 * @param {{counted: number, denominations?: Record<string, number>, override?: string|null}} closing `denominations`: paise → pieces
 */
export async function closeShift(engine, { counted, denominations = {}, override = null }) {
  const { store, cashier } = engine;
  const sum = Object.entries(denominations).reduce((all, [worth, pieces]) => all + Number(worth) * pieces, 0);
  if (Object.keys(denominations).length > 0 && sum !== counted) throw new CounterError('tender', 'Notes and coins do not add up to the count.', 'Count once more.');
  const report = await store.save(['meta', 'bills', 'outbox'], async (/** @type {any} */ tx) => {
    const meta = tx.objectStore('meta');
    const shift = requireShift(await meta.get('shift'));
    const unsent = await tx.objectStore('outbox').index('waiting').count();
    if (unsent > 0 && !override) throw unsentError(unsent);
    const at = Date.now();
    const counts = reportOf(shift, await tx.objectStore('bills').index('shift').getAll(shift.id));
    const body = {
      v: 1, at: istStamp(at), id: newId(), shift: shift.id, denominations, counted, unsent: override ? unsent : 0,
      override: override ? { by: plainText(override) } : null, cashier,
    };
    await enqueue(tx, 'shift.close', body, { at, amount: counted });
    await meta.delete('shift');
    const closed = { ...counts, counted, difference: counted - counts.expected, closedAt: at, denominations };
    await meta.put(closed, 'lastZ');
    return closed;
  });
  return changed(engine, report);
}

/** Say so in every tab, and send it. @template T @param {Engine} engine @param {T} answer */
async function changed(engine, answer) {
  await engine.readShift();
  await engine.saved();
  return answer;
}

/** @param {Shift|undefined} shift @returns {Shift} */
function requireShift(shift) {
  if (!shift) throw new CounterError('no_shift', 'No shift is open.', 'Open the shift with the cash in the drawer.');
  return shift;
}
