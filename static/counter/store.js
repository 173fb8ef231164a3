// @ts-check
/**
 * The device's own database. Money and numbers are written strictly: the promise is answered when the disk has them.
 *
 * meta: till, series, lease, time of the last document, shift. facts: what the catalogue answer says of the shop; apart from
 * meta, so that a bill never waits for a large catalogue. items, customers: the catalogue. drafts: open and held bills.
 * bills: every document issued here, as a frozen text with its hash. outbox: commands for the server. log: for support.
 *
 * Items have no index of their codes: the whole catalogue is a Map in memory, and an index nobody reads makes loading slow.
 */

import { openDB } from '../vendor/idb/idb.js';
import { CounterError } from './errors.js';

const NAME = 'munim-counter';
const VERSION = 1; // an upgrade only adds
const LOG_ROWS = 2000;

/** @typedef {import('../vendor/idb/idb.js').IDBPTransaction} Transaction */

export class Store {
  /** @param {any} db @param {() => void} onClosed */
  constructor(db, onClosed) {
    this.db = db;
    this.onClosed = onClosed;
  }

  /** @param {string} key @returns {Promise<any>} */
  meta(key) {
    return this.db.get('meta', key);
  }

  /** @param {string} key @param {unknown} value */
  async setMeta(key, value) {
    await this.write(['meta'], (tx) => tx.objectStore('meta').put(value, key));
  }

  /**
   * One transaction; all of `work` or none of it. An error between two awaits does not roll back by itself, hence `abort`.
   * `work` awaits nothing but the database.
   * @template T
   * @param {string[]} stores @param {(tx: any) => Promise<T>|T} work @param {'strict'|'relaxed'} [durability]
   * @returns {Promise<T>}
   */
  async write(stores, work, durability = 'strict') {
    const tx = this.db.transaction(stores, 'readwrite', { durability });
    tx.done.catch(() => undefined); // told below
    try {
      const answer = await work(tx);
      await tx.done;
      return answer;
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It has ended by itself.
      }
      throw error;
    }
  }

  /**
   * `write`, tried once more on a fresh connection when the storage fails (full, or its connection lost: a DOMException). A refusal
   * or a mistake of ours is thrown on. CounterError `not_saved` when it fails again: then nothing was written and the draft is still there.
   * @template T
   * @param {string[]} stores @param {(tx: any) => Promise<T>|T} work @param {'strict'|'relaxed'} [durability]
   * @returns {Promise<T>}
   */
  async save(stores, work, durability = 'strict') {
    try {
      return await this.write(stores, work, durability);
    } catch (first) {
      if (!(first instanceof DOMException)) throw first;
      try {
        await this.reopen();
        return await this.write(stores, work, durability);
      } catch (second) {
        if (!(second instanceof DOMException)) throw second;
        this.log('not_saved', `${first} / ${second}`);
        throw new CounterError(
          'not_saved',
          'This device could not save it. Nothing was issued.',
          'Free some space on the device and try again; until then write it on paper.',
          String(second),
        );
      }
    }
  }

  async reopen() {
    this.close();
    this.db = (await openStore(this.onClosed)).db;
  }

  close() {
    this.db.close();
  }

  /**
   * Note an event for support; keeps the last 2,000. Never waits, never fails.
   * @param {string} kind @param {unknown} [detail]
   */
  log(kind, detail = null) {
    this.write(['log'], async (tx) => {
      const log = tx.objectStore('log');
      const n = await log.add({ at: new Date().toISOString(), kind, detail });
      if (n % 50 === 0) await log.delete(IDBKeyRange.upperBound(n - LOG_ROWS));
    }, 'relaxed').catch(() => undefined);
  }
}

/**
 * Open the database, in the page or in the worker.
 * @param {() => void} [onClosed] another tab wants to upgrade it: this connection is shut by then
 * @returns {Promise<Store>}
 */
export async function openStore(onClosed = () => undefined) {
  const db = await openDB(NAME, VERSION, {
    upgrade(upgraded, oldVersion) {
      if (oldVersion < 1) makeStores(upgraded);
    },
    blocking(_present, _wanted, event) {
      /** @type {any} */ (event.target).close();
      onClosed();
    },
  });
  return new Store(db, onClosed);
}

/** @param {any} db */
function makeStores(db) {
  for (const name of ['meta', 'facts', 'items', 'customers']) db.createObjectStore(name);
  db.createObjectStore('drafts', { keyPath: 'id' });
  const bills = db.createObjectStore('bills', { keyPath: 'id' });
  bills.createIndex('number', ['series', 'seq'], { unique: true });
  bills.createIndex('day', 'day');
  bills.createIndex('shift', 'shift');
  bills.createIndex('against', 'against');
  const outbox = db.createObjectStore('outbox', { keyPath: 'n', autoIncrement: true });
  outbox.createIndex('id', 'id', { unique: true });
  // A quarantined command has no `waiting`, so it is not in this index and never sent by itself.
  outbox.createIndex('waiting', 'waiting');
  db.createObjectStore('log', { autoIncrement: true });
}
