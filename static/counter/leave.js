// @ts-check
/** This device's data for a page that is no counter: what a logout must ask and wipe, without the engine, its catalogue or its worker. */

import { forget, logoutCheck } from './logout.js';
import { openStore } from './store.js';
import { drain, ping } from './sync.js';

const BUILD = /\/s\/([^/]+)\//.exec(import.meta.url)?.[1] ?? '';

/** The verbs a logout needs, on one connection to the database; `close` it in the end. */
export async function openDevice() {
  const store = await openStore();
  return {
    check: () => logoutCheck(store),
    hearsServer: ping,
    /** Send what waits. What a person must know of it; empty when all went well. */
    async send() {
      const { outcome, problem, fix } = await drain(store, { build: BUILD });
      return outcome === 'done' ? '' : `${problem} ${fix}`.trim();
    },
    /** @param {{force?: boolean}} [options] `force`: the owner's word */
    forget: (options = {}) => forget(store, options),
    close: () => store.close(),
  };
}
