// @ts-check
/** What a till keeps, held against what the server says: its series, and what a person settled there. */

import { CounterError } from './errors.js';

/**
 * The server's series beside ours: its newest number is never below what it knows, ours never goes back.
 * @param {Record<string, any>} own @param {{prefix: string, kind: string, fy: number, last: number}[]} told
 */
export function mergedSeries(own, told) {
  const merged = { ...own };
  for (const row of told) merged[row.prefix] = { ...row, last: Math.max(row.last, own[row.prefix]?.last ?? 0) };
  return merged;
}

/**
 * Take over series the catalogue answer names.
 * @param {import('./store.js').Store} store @param {any[]} told
 */
export async function keepSeries(store, told) {
  const own = (await store.meta('series')) ?? {};
  const isNew = told.some(({ prefix, last }) => last > (own[prefix]?.last ?? -1));
  if (!isNew) return;
  await store.write(['meta'], async (tx) => {
    const meta = tx.objectStore('meta');
    await meta.put(mergedSeries((await meta.get('series')) ?? {}, told), 'series');
  });
}

/**
 * What was put aside and is no longer open on the server's side has been settled by a person: it is done here too.
 * @param {import('./store.js').Store} store
 */
export async function dropSettled(store) {
  const state = await ask('/sync/state', {}).catch(() => null);
  if (!Array.isArray(state?.quarantined)) return false;
  const open = new Set(state.quarantined.map((/** @type {any} */ row) => row.id));
  return store.write(['outbox', 'bills'], async (tx) => {
    const [outbox, bills] = [tx.objectStore('outbox'), tx.objectStore('bills')];
    let dropped = 0;
    for (const row of await outbox.getAll()) {
      if (row.waiting || open.has(row.id)) continue;
      await outbox.delete(row.n);
      const bill = await bills.get(row.id);
      if (bill) await bills.put({ ...bill, state: 'sent', ackedAt: Date.now() });
      dropped += 1;
    }
    return dropped > 0;
  });
}

/**
 * @param {string} url @param {RequestInit} options
 * @returns {Promise<any>}
 */
export async function ask(url, options) {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(15_000) }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (response?.ok && answer) return answer;
  if (!response || !answer?.problem) throw new CounterError('offline', 'The server does not answer.', 'Connect to the network and try again.');
  throw new CounterError(response.status === 401 ? 'signed_out' : 'refused', answer.problem, answer.fix ?? '', answer.errors);
}
