// @ts-check
/** What a sale is refused for before it is issued: credit that was not agreed, and goods the books do not have. */

import { CounterError } from './errors.js';
import { plainDecimal } from './money.js';

const STOCK_MS = 800;

/**
 * Credit is for customers of the snapshot, up to their limit.
 * @param {import('./catalogue.js').Customer|undefined} customer @param {number} amount
 */
export function requireCredit(customer, amount) {
  if (!customer || !customer.credit) {
    throw new CounterError('credit', 'No credit is agreed with this customer.', 'Take the money now, or choose a credit customer.');
  }
  if (customer.limit !== null && (customer.due ?? 0) + amount > customer.limit) {
    const { due, limit } = customer;
    throw new CounterError('credit_limit', `${customer.name} would owe more than the limit.`, 'Take part of it now, or ask the owner.', { due, limit });
  }
}

/**
 * While online, a shop that does not sell below zero sets the goods aside for this bill before it is issued: two counters cannot
 * both sell the last one. CounterError with the figures when too little is free.
 * @param {import('./drafts.js').Draft} draft @param {Map<string, import('./catalogue.js').Item>} items
 * @returns {Promise<'reserved'|'unneeded'|'unanswered'|'offline'>} no answer within 0.8 s is offline: the sale goes on
 */
export async function reserveStock(draft, items) {
  const lines = draft.lines.filter(({ item, qty }) => {
    const known = items.get(item);
    return known?.stocked && known.rev > 0 && qty > 0;
  });
  if (lines.length === 0) return 'unneeded';
  const response = await postReservation(draft.id, lines.map(({ item, qty }) => ({ item, qty })), AbortSignal.timeout(STOCK_MS));
  if (!response) return 'offline';
  const answer = response.ok ? await response.json().catch(() => null) : null;
  if (!answer) return 'unanswered';
  if (answer.reserved) return answer.until ? 'reserved' : 'unneeded';
  throw shortError(answer.short, items);
}

/** Give back what was set aside for a bill that is not issued after all. Nobody waits for it: it runs out by itself. @param {string} id */
export function releaseStock(id) {
  void postReservation(id, [], AbortSignal.timeout(STOCK_MS));
}

/** @param {string} bill @param {{item: string, qty: number}[]} lines @param {AbortSignal} signal */
function postReservation(bill, lines, signal) {
  const headers = { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' };
  return fetch('/sync/reservation', { method: 'POST', headers, body: JSON.stringify({ bill, lines }), signal }).catch(() => null);
}

/**
 * The words stand once more in `lang.js`, for a screen that speaks Hindi.
 * @param {{item: string, on_hand: number, held: number, free: number}[]} short
 * @param {Map<string, import('./catalogue.js').Item>} items
 */
function shortError(short, items) {
  const told = short.map(({ item, on_hand: onHand, held, free }) => {
    const [all, taken, left] = [Math.max(onHand, 0), held, free].map((qty) => plainDecimal(qty, 3));
    return { item, onHand, isHeld: held > 0 && onHand > 0, name: items.get(item)?.name ?? '', all, taken, left };
  });
  const problem = told.map(({ name, isHeld, all, taken, left }) => {
    return isHeld
      ? `Only ${left} of ${name} are free: ${all} are in stock, ${taken} of them on a bill that is being paid.`
      : `Only ${left} of ${name} are in stock.`;
  }).join(' ');
  const fix = told.some(({ isHeld }) => isHeld)
    ? 'Sell fewer, or try again when the other bill is done.'
    : 'Sell fewer, or record the goods that came in.';
  return new CounterError('stock', problem, fix, told);
}
