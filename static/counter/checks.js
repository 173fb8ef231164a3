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
 * While online, a shop that does not sell below zero asks first. False when the server did not answer in 0.8 s: we are offline and the sale goes on.
 * @param {import('./drafts.js').Draft} draft @param {Map<string, import('./catalogue.js').Item>} items
 * @returns {Promise<boolean>}
 */
export async function requireStock(draft, items) {
  /** @type {Map<string, number>} */
  const wanted = new Map();
  for (const { item, qty } of draft.lines) {
    const known = items.get(item);
    if (known?.stocked && known.rev > 0) wanted.set(item, (wanted.get(item) ?? 0) + qty);
  }
  const ids = [...wanted.keys()].slice(0, 100);
  if (ids.length === 0) return true;
  const address = `/sync/stock?${ids.map((id) => `item=${id}`).join('&')}`;
  const response = await fetch(address, { signal: AbortSignal.timeout(STOCK_MS) }).catch(() => null);
  const answer = response?.ok ? await response.json().catch(() => null) : null;
  if (!answer || answer.allows_negative) return response !== null;
  const short = ids.find((id) => id in answer.on_hand && answer.on_hand[id] < (wanted.get(id) ?? 0));
  if (!short) return true;
  const left = plainDecimal(Math.max(answer.on_hand[short], 0), 3);
  const problem = `Only ${left} of ${items.get(short)?.name} are in stock.`;
  throw new CounterError('stock', problem, 'Sell fewer, or record the goods that came in.', { item: short, onHand: answer.on_hand[short] });
}
