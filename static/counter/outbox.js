// @ts-check
/** The queue of commands for the server, in the order they were made. Only the server's word takes one out. */

import { CounterError } from './errors.js';

/**
 * @typedef {object} Command a row of the outbox
 * @property {number} [n] @property {string} id @property {string} type @property {string|null} ref @property {string|null} series
 * @property {number|null} seq @property {string} body @property {string} sha256 @property {number} at ms
 * @property {string} number @property {number|null} amount @property {1} [waiting] absent once quarantined
 * @property {string} reason the server's last words on it
 */

/**
 * @param {import('./store.js').Store} store
 * @returns {Promise<{pending: number, oldest: number|null, quarantined: number}>}
 */
export async function countWaiting(store) {
  const outbox = store.db.transaction('outbox').objectStore('outbox');
  const [pending, all, first] = await Promise.all([outbox.index('waiting').count(), outbox.count(), outbox.index('waiting').get(1)]);
  return { pending, oldest: first?.at ?? null, quarantined: all - pending };
}

/** @param {import('./store.js').Store} store */
export async function listPending(store) {
  const rows = await store.db.getAll('outbox');
  return rows.map((/** @type {Command} */ { id, type, number, amount, at, reason, waiting }) => {
    return { id, type, number, amount, at, reason, state: waiting ? 'waiting' : 'quarantined' };
  });
}

/** @param {number} count */
export function unsentError(count) {
  const words = count === 1 ? '1 document has' : `${count} documents have`;
  return new CounterError('unsent', `${words} not reached the server yet.`, 'Connect and send them, or save a backup file and ask the owner.', count);
}
