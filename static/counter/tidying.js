// @ts-check
/** Documents that need not stay on this device. */

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_DAYS = 30;

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
export async function deleteSent(tx, isOver) {
  for (let cursor = await tx.objectStore('bills').openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.state === 'sent' && isOver(cursor.value)) await cursor.delete();
  }
}
