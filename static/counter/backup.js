// @ts-check
/** What is unsent, as a file a person keeps elsewhere and can bring back; and the log, as a file for support. */

import { CounterError } from './errors.js';
import { sha256 } from './sha256.js';

/** @typedef {import('./outbox.js').Command} Command */

/**
 * Everything unsent, with its documents.
 * @param {import('./store.js').Store} store
 */
export async function makeBackup(store) {
  const tx = store.db.transaction(['meta', 'outbox', 'bills']);
  const [till, series, commands] = await Promise.all([
    tx.objectStore('meta').get('till'),
    tx.objectStore('meta').get('series'),
    tx.objectStore('outbox').getAll(),
  ]);
  const bills = await Promise.all(commands.map((/** @type {Command} */ command) => tx.objectStore('bills').get(command.id)));
  const at = new Date().toISOString();
  const text = JSON.stringify({ munim: 'counter-backup', format: 1, at, till, series, commands, bills: bills.filter(Boolean) });
  return new File([text], `munim-${till?.code ?? 'till'}-${at.slice(0, 16).replace(':', '')}.json`, { type: 'application/json' });
}

/**
 * Take a backup file in, and send it.
 * @param {import('./engine.js').Engine} engine @param {Blob} file
 */
export async function importBackup(engine, file) {
  const added = await takeBackup(engine.store, await readBackup(file));
  await engine.saved();
  return added;
}

/**
 * What such a file holds. CounterError `bad_file` for any other file.
 * @param {Blob} file
 */
async function readBackup(file) {
  const backup = await file.text().then(JSON.parse).catch(() => null);
  if (backup?.munim !== 'counter-backup' || backup.format !== 1) {
    throw new CounterError('bad_file', 'This is not a backup of a counter.', 'Choose the file that "Save backup" made.');
  }
  return backup;
}

/**
 * Take a backup file in: what is here already stays as it is. Numbers of this till's own series go on after the file's.
 * @param {import('./store.js').Store} store @param {any} backup
 * @returns {Promise<{bills: number, commands: number}>} how many were new
 */
async function takeBackup(store, backup) {
  const added = { bills: 0, commands: 0 };
  await store.save(['meta', 'outbox', 'bills'], async (tx) => {
    const [meta, outbox, bills] = ['meta', 'outbox', 'bills'].map((name) => tx.objectStore(name));
    for (const bill of backup.bills) {
      if ((await bills.getKey(bill.id)) || (await bills.index('number').getKey([bill.series, bill.seq]))) continue;
      await bills.add(bill);
      added.bills += 1;
    }
    for (const { n, ...command } of backup.commands) {
      if ((await outbox.index('id').getKey(command.id)) || sha256(command.body) !== command.sha256) continue;
      if ((await bills.get(command.id))?.state === 'sent') continue;
      await outbox.add({ ...command, waiting: 1 });
      added.commands += 1;
    }
    const series = (await meta.get('series')) ?? {};
    for (const { series: prefix, seq } of backup.bills) {
      if (series[prefix]) series[prefix].last = Math.max(series[prefix].last, seq);
    }
    await meta.put(series, 'series');
  });
  return added;
}

/** @param {import('./engine.js').Engine} engine @param {string} build */
export async function makeLog({ store, till }, build) {
  const rows = await store.db.getAll('log');
  return new File([JSON.stringify({ build, till, rows })], 'munim-log.json', { type: 'application/json' });
}
