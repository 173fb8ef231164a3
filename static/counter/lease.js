// @ts-check
/** This browser as a till: set up, known again, cleared by the browser, signed out, tidied up. */

import { CounterError } from './errors.js';
import { mirrored } from './issue.js';
import { countWaiting } from './outbox.js';
import { unsentError } from './shift.js';
import { CATALOGUE_LOCK, tell } from './sync.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_DAYS = 30;
const HEADERS = { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' };

/**
 * Make a till of this browser: online, signed in as owner. A browser that was one before gets a fresh series, and its new till delivers what the
 * old one had not sent. Answers what the server says, `missing` numbers included.
 * @param {import('./store.js').Store} store @param {{name: string, shared: boolean}} wish
 */
export async function enrol(store, { name, shared }) {
  const old = await store.meta('till');
  const answer = await ask('/counter/enrolment', {
    method: 'POST', headers: HEADERS, body: JSON.stringify({ name, shared, store: null, replaces: old?.id ?? null }),
  });
  await store.save(['meta'], async (tx) => {
    const meta = tx.objectStore('meta');
    await meta.put({ ...answer.till, stale: false }, 'till');
    await meta.put(answer.lease, 'lease');
    await meta.put(mergedSeries((await meta.get('series')) ?? {}, answer.series), 'series');
    await meta.delete('locked');
    if (answer.user) await meta.put(answer.user, 'cashier');
  });
  // Chrome grants it silently to an installed app; refused, the browser may clear us when the disk is full.
  await navigator.storage?.persist?.().catch(() => false);
  return answer;
}

/**
 * The server's series beside ours: its newest number is never below what it knows, ours never goes back.
 * @param {Record<string, any>} own @param {{prefix: string, kind: string, fy: number, last: number}[]} told
 */
function mergedSeries(own, told) {
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
 * The cookies remember numbers and the database does not: this browser cleared its data. The numbers issued here, and from where on the
 * server has not got them, as far as it can be asked. Null when nothing was lost.
 * @param {import('./store.js').Store} store
 * @returns {Promise<{prefix: string, from: number|null, to: number}[]|null>}
 */
export async function clearedNumbers(store) {
  const last = mirrored();
  if (Object.keys(last).length === 0 || (await store.meta('till'))) return null;
  const state = await ask('/sync/state', {}).catch(() => null);
  const received = new Map((state?.series ?? []).map((/** @type {any} */ row) => [row.prefix, row.last]));
  return Object.entries(last).map(([prefix, to]) => ({ prefix, from: received.has(prefix) ? received.get(prefix) + 1 : null, to }));
}

/**
 * What was put aside and is no longer open on the server's side has been settled by a person: it is done here too.
 * @param {import('./store.js').Store} store
 */
export async function dropSettled(store) {
  const { quarantined } = await countWaiting(store);
  if (quarantined === 0) return false;
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
    const facts = await tx.objectStore('facts').get('shop');
    if (facts) await tx.objectStore('facts').put({ ...facts, rev: 0, fullAt: 0 }, 'shop'); // customers come again with the next sign-in
    await tx.objectStore('meta').put(true, 'locked');
    await tx.objectStore('meta').delete('cashier');
  });
  for (const name of await caches.keys()) if (name.startsWith('pages-')) await caches.delete(name);
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
async function deleteSent(tx, isOver) {
  for (let cursor = await tx.objectStore('bills').openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.state === 'sent' && isOver(cursor.value)) await cursor.delete();
  }
}

/**
 * Is somebody signed in here? Null when the server cannot be asked.
 * @returns {Promise<boolean|null>}
 */
export async function isSignedIn() {
  const response = await fetch('/counter/session', { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (response?.ok) return true;
  return response?.status === 401 ? false : null;
}

/**
 * @param {string} url @param {RequestInit} options
 * @returns {Promise<any>}
 */
async function ask(url, options) {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(15_000) }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (response?.ok && answer) return answer;
  if (!response || !answer?.problem) throw new CounterError('offline', 'The server does not answer.', 'Connect to the network and try again.');
  throw new CounterError(response.status === 401 ? 'signed_out' : 'refused', answer.problem, answer.fix ?? '', answer.errors);
}
