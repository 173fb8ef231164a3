// @ts-check
/** What a logout asks and wipes, for the counter and for a page that is none. */

import { countWaiting, unsentError } from './outbox.js';
import { CATALOGUE_LOCK, tell } from './sync.js';
import { deleteSent } from './bills.js';

/**
 * What must be known before a logout.
 * @param {import('./store.js').Store} store
 */
export async function logoutCheck(store) {
  const { pending, oldest } = await countWaiting(store);
  return { allowed: pending === 0, pending, oldest };
}

/**
 * What a logout wipes: customers, drafts, documents the server has, kept pages. Till, series and queue stay, or bills would be lost.
 * @param {import('./store.js').Store} store @param {{force?: boolean}} options
 */
export async function forget(store, { force = false }) {
  // A catalogue answer on its way would bring back the customers it wipes.
  await navigator.locks.request(CATALOGUE_LOCK, () => wipe(store, force));
  tell({ kind: 'till' });
}

/** @param {import('./store.js').Store} store @param {boolean} force */
async function wipe(store, force) {
  const { allowed, pending } = await logoutCheck(store);
  if (!allowed && !force) throw unsentError(pending);
  await store.save(['meta', 'facts', 'customers', 'drafts', 'bills'], async (tx) => {
    await tx.objectStore('customers').clear();
    await tx.objectStore('drafts').clear();
    await deleteSent(tx, () => true);
    await tx.objectStore('facts').delete(IDBKeyRange.bound('dues-', 'dues-\uffff')); // of customers too
    const facts = await tx.objectStore('facts').get('shop');
    if (facts) await tx.objectStore('facts').put({ ...facts, rev: 0, fullAt: 0 }, 'shop'); // customers come again with the next sign-in
    await tx.objectStore('meta').put(true, 'locked');
    await tx.objectStore('meta').delete('cashier');
  });
  for (const name of await caches.keys()) if (name.startsWith('pages-')) await caches.delete(name);
}
