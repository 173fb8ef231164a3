// @ts-check
/** This browser as a till: set up, known again after it was cleared, opened after a logout. Fetched when first asked for. */

import { mirrored } from './issue.js';
import { ask, mergedSeries } from './lease.js';
import { tell } from './sync.js';

/** @typedef {import('./engine.js').Engine} Engine */

const HEADERS = { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' };

/** @param {Engine} engine @param {{name: string, shared: boolean}} wish */
export async function enrol(engine, wish) {
  const answer = await makeTill(engine.store, wish);
  engine.protected = (await navigator.storage?.persisted?.()) ?? false;
  await engine.readMeta();
  Object.assign(engine.contact, { online: true, signedOut: false, at: Date.now() });
  tell({ kind: 'till' });
  await engine.refresh({ whole: true });
  await engine.courier.kick({ fresh: true, report: true });
  if (answer.missing?.length > 0) {
    engine.trouble('cleared', 'Numbers issued here were not received.', 'Look for their paper copies; the owner settles them in the register of missing bills.', answer.missing);
  }
  return { ...engine.till, missing: answer.missing ?? [] };
}

/** @param {Engine} engine */
export async function unlock(engine) {
  if (!(await isSignedIn())) return false;
  await engine.store.setMeta('locked', false);
  await engine.readMeta();
  tell({ kind: 'till' });
  await engine.refresh({ whole: true });
  return true;
}

/**
 * Make a till of this browser: online, signed in as owner. A browser that was one before gets a fresh series, and its new till delivers what the
 * old one had not sent. Answers what the server says, `missing` numbers included.
 * @param {import('./store.js').Store} store @param {{name: string, shared: boolean}} wish
 */
async function makeTill(store, { name, shared }) {
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
 * Is somebody signed in here? Null when the server cannot be asked.
 * @returns {Promise<boolean|null>}
 */
async function isSignedIn() {
  const response = await fetch('/counter/session', { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(5_000) }).catch(() => null);
  if (response?.ok) return true;
  return response?.status === 401 ? false : null;
}
