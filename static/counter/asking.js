// @ts-check
/** What this till asks a manager for, and whether he has approved it. The rules are the shop's (`shop.pins`); without them nothing is asked. */

import { isApproved } from './discount.js';
import { CounterError } from './errors.js';

/** @typedef {Record<string, number|string>} Figures */

/** Whether an exception of this kind and amount asks for a manager. @param {any} engine @param {string} kind @param {number} [amount] */
export function asksFor({ shop }, kind, amount = 1) {
  return amount > (shop?.pins?.asks[kind] ?? Infinity);
}

/**
 * Refuses what asks for a manager and has no approval, while the server is heard; away from it, it is done and looked at there.
 * @param {any} engine @param {string} kind @param {number} amount @param {any} approval
 */
export function requireApproval(engine, kind, amount, approval) {
  if (!asksFor(engine, kind, amount) || approval || !engine.contact.online) return;
  throw new CounterError('approval', 'This asks for a manager.', 'Ask one who may approve it to type a PIN here.');
}

/** How much of each item a bill takes, as an approval names it. @param {{lines: any[]}} draft */
export function sold({ lines }) {
  /** @type {Record<string, number>} */
  const found = {};
  for (const { item, qty } of lines) found[`item.${item}`] = (found[`item.${item}`] ?? 0) + qty;
  return found;
}

/**
 * What a manager would approve of the bill that is being paid, where the shop asks him for what was refused; `approved` where he has.
 * @param {any} till @param {any} error
 */
export function askOf({ engine, bill }, error) {
  if (error.code !== 'stock') return error.detail?.kind && error.detail;
  const figures = sold(bill.draft);
  if (!asksFor(engine, 'stock')) return null;
  return isApproved(bill.draft, 'stock', figures) ? 'approved' : { kind: 'stock', figures };
}

/** As it goes into a body: what was only let pass has no proof. @param {any[]|undefined} approvals */
export function proved(approvals) {
  const found = (approvals ?? []).filter((one) => one?.proof);
  return found.length > 0 ? { approvals: found } : {};
}
