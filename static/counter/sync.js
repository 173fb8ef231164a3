// @ts-check
/**
 * Commands to the server, one sender at a time: page and worker ask for the same lock. What is on the way is written down nowhere, so a crash
 * leaves nothing stuck; a command leaves the queue only by the server's word.
 */

import { CLOCK_LIMIT_MS, istStamp } from './clock.js';
import { countWaiting } from './outbox.js';
import { openStore } from './store.js';

const LOCK = 'munim-outbox';
export const CHANNEL = 'munim-counter';
/** Held while a catalogue answer is fetched and kept, and while a logout wipes what it brought. */
export const CATALOGUE_LOCK = 'munim-catalogue';
const BATCH = 20;
const BATCH_BYTES = 900_000;
const PUSH_MS = 30_000;
const PING_MS = 2_500;
const FORMAT = 1;
const HEADERS = { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' };
/** Kept while the page lives: a proxy that takes less than the server does. */
let batchMost = BATCH;

/**
 * How a sending ended. `done`: the queue is empty. `later`: the server waits for something before. `network`: try again by itself.
 * `signed_out`, `revoked`, `stale`, `refused`: a person has to act; all is kept.
 * @typedef {'done'|'later'|'network'|'signed_out'|'revoked'|'stale'|'refused'} Outcome
 * @typedef {object} Sending
 * @property {Outcome} outcome @property {number} sent @property {string[]} quarantined numbers or kinds put aside just now
 * @property {number} wait ms the server asked to wait @property {string} problem @property {string} fix
 * @property {any} answer the server's last answer
 */

/**
 * Send all that waits, oldest first. With nothing waiting it is a report of this till, if `report` is wished.
 * @param {import('./store.js').Store} store @param {{build: string, report?: boolean, again?: boolean}} options `again`: also what was put aside
 * @returns {Promise<Sending>}
 */
export function drain(store, { build, report = false, again = false }) {
  return navigator.locks.request(LOCK, async () => {
    /** @type {Sending} */
    const sending = { outcome: 'done', sent: 0, quarantined: [], wait: 0, problem: '', fix: '', answer: null };
    if (again) await waitAgain(store);
    for (let first = true; ; first = false) {
      const till = await store.meta('till');
      const commands = await nextBatch(store);
      if (!till || (commands.length === 0 && !(first && report))) return sending;
      const answer = await push(store, till, commands, build, sending);
      if (!answer) return sending;
      if (answer === 'smaller') continue;
      const moved = await settle(store, commands, answer, sending);
      if (answer.stale_lease) return end(sending, 'stale', 'A copy of this counter has gone on elsewhere.', 'Set this counter up again.');
      if (commands.length === 0) return sending;
      if (moved === 0) return end(sending, 'later', answer.results[0]?.reason ?? '', '');
    }
  });
}

/**
 * The worker's way: the browser woke it because the network is back. It throws on trouble of the network, so that it is woken again.
 * @param {string} build
 */
export async function sendInBackground(build) {
  const store = await openStore();
  try {
    const { outcome, sent, problem } = await drain(store, { build });
    if (sent > 0 || outcome !== 'network') tell({ kind: 'counts' });
    if (outcome === 'network') throw new Error(problem);
  } finally {
    store.close();
  }
}

/**
 * Tell the other tabs.
 * @param {{kind: 'counts'|'catalogue'|'till'}} message
 */
export function tell(message) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
}

/**
 * Does our own server answer? `navigator.onLine` is true with a dead server, and a hotel's login page answers everything.
 * @returns {Promise<boolean>}
 */
export async function ping() {
  const response = await fetch('/sync/ping', { signal: AbortSignal.timeout(PING_MS), cache: 'no-store' }).catch(() => null);
  return response?.status === 204 && response.headers.get('X-Munim') === '1';
}

/** @param {Sending} sending @param {Outcome} outcome @param {string} problem @param {string} fix */
function end(sending, outcome, problem, fix) {
  return Object.assign(sending, { outcome, problem, fix });
}

/** @param {import('./store.js').Store} store */
async function nextBatch(store) {
  const rows = await store.db.getAllFromIndex('outbox', 'waiting', 1, batchMost);
  let bytes = 0;
  const fitting = rows.findIndex((/** @type {any} */ row, /** @type {number} */ index) => {
    bytes += row.body.length * 3; // at most three bytes a character
    return bytes > BATCH_BYTES && index > 0;
  });
  return fitting < 0 ? rows : rows.slice(0, fitting);
}

/**
 * One request. The server's answer; 'smaller' when it must be tried with less; null when the sending has ended, as said in `sending`.
 * @param {import('./store.js').Store} store @param {any} till @param {any[]} commands @param {string} build @param {Sending} sending
 * @returns {Promise<any>}
 */
async function push(store, till, commands, build, sending) {
  const body = JSON.stringify({
    device: till.id, lease: (await store.meta('lease')) ?? '', build, format: FORMAT, report: await reportNow(store),
    commands: commands.map(({ id, type, ref, series, seq, body: text, sha256 }) => ({ id, type, ref, series, seq, body: text, sha256 })),
  });
  let response;
  let answer;
  try {
    response = await fetch('/sync/push', { method: 'POST', body, headers: HEADERS, signal: AbortSignal.timeout(PUSH_MS) });
    answer = await response.json().catch(() => null);
  } catch {
    end(sending, 'network', 'The server does not answer.', 'It is tried again by itself.');
    return null;
  }
  if (response.ok && Array.isArray(answer?.results)) {
    sending.answer = answer;
    return answer;
  }
  if (response.status === 413 && commands.length > 1) {
    batchMost = Math.ceil(commands.length / 2);
    return 'smaller';
  }
  const [problem, fix] = [answer?.problem ?? `The server answered ${response.status}.`, answer?.fix ?? ''];
  store.log('push', { status: response.status, problem });
  sending.wait = 1000 * (Number(response.headers.get('Retry-After')) || 0);
  const isOurs = typeof answer?.problem === 'string'; // not a captive portal's word
  if (response.status === 401 && isOurs) end(sending, 'signed_out', problem, fix);
  else if (response.status === 403 && isOurs) end(sending, 'revoked', problem, fix);
  else if ([400, 409, 413].includes(response.status) && isOurs) end(sending, 'refused', problem, fix);
  else end(sending, 'network', problem, fix);
  return null;
}

/**
 * Write down what the server said, with the new lease, in one transaction. How many commands left the queue.
 * @param {import('./store.js').Store} store @param {any[]} commands @param {any} answer @param {Sending} sending
 */
async function settle(store, commands, answer, sending) {
  const results = new Map(answer.results.map((/** @type {any} */ result) => [result.id, result]));
  let moved = 0;
  await store.write(['meta', 'outbox', 'bills'], async (tx) => {
    const [meta, outbox, bills] = ['meta', 'outbox', 'bills'].map((name) => tx.objectStore(name));
    if (answer.stale_lease) await meta.put({ ...(await meta.get('till')), stale: true }, 'till');
    // The answer to a mere report brings no lease to a copy of this till that has none.
    else if (answer.lease && commands.length > 0) await meta.put(answer.lease, 'lease');
    for (const command of commands) {
      const { status, reason = '', flags = [] } = results.get(command.id) ?? { status: 'later' };
      const isSent = status === 'ok' || status === 'replayed';
      if (isSent || status === 'quarantined') {
        moved += 1;
        const bill = await bills.get(command.id);
        if (bill) await bills.put({ ...bill, state: isSent ? 'sent' : 'quarantined', flags, reason, ackedAt: Date.now() });
      }
      if (isSent) {
        await outbox.delete(command.n);
      } else {
        const { waiting, ...row } = command;
        await outbox.put({ ...row, reason, ...(status === 'quarantined' ? {} : { waiting }) });
      }
    }
  });
  sending.sent += commands.filter(({ id }) => ['ok', 'replayed'].includes(results.get(id)?.status)).length;
  sending.quarantined.push(...commands.filter(({ id }) => results.get(id)?.status === 'quarantined').map(({ number, type }) => number || type));
  return moved;
}

/** Put what was set aside into the queue once more: the server repeats its word, or a person has settled it. @param {import('./store.js').Store} store */
async function waitAgain(store) {
  await store.write(['outbox'], async (tx) => {
    const outbox = tx.objectStore('outbox');
    if ((await outbox.index('waiting').count()) > 0) return; // a lost answer is repeated with the very same batch
    for (const row of await outbox.getAll()) await outbox.put({ ...row, waiting: 1 });
  });
}

/** @param {import('./store.js').Store} store */
async function reportNow(store) {
  const [{ pending, oldest }, series = {}] = await Promise.all([countWaiting(store), store.meta('series')]);
  const last = Object.fromEntries(Object.values(series).filter((row) => row.last > 0).map(({ prefix, last: seq }) => [prefix, seq]));
  return { pending, oldest: oldest && istStamp(oldest), last, clock: istStamp(Date.now()) };
}

const PAUSES_MS = [2_000, 5_000, 15_000, 30_000, 60_000];
const TICK_MS = 15_000;
const REPORT_MS = 5 * 60_000;

/**
 * The page's sender: when to try. After each save, when the network or the person comes back, and every 15 s while something waits;
 * after a failure it waits longer and longer, up to a minute, and never gives up.
 */
export class Courier {
  /**
   * @param {import('./store.js').Store} store
   * @param {{build: string, onChange: (contact: any, sending: Sending|null) => Promise<void>|void}} options
   */
  constructor(store, { build, onChange }) {
    this.store = store;
    this.build = build;
    this.onChange = onChange;
    this.contact = { online: false, signedOut: false, at: 0, offset: 0, sending: false };
    this.failures = 0;
    this.reportedAt = 0;
    this.timer = 0;
    this.isStopped = false;
    /** @type {Promise<Sending>|null} */
    this.running = null;
  }

  /**
   * Try now, or join the try that is running. A person's or the network's return ends a pause; a save does not.
   * @param {{fresh?: boolean, report?: boolean, again?: boolean}} [options]
   * @returns {Promise<Sending|null>}
   */
  async kick({ fresh = false, report = false, again = false } = {}) {
    if (this.isStopped || (!fresh && (this.failures > 0 || this.contact.signedOut))) return null;
    if (this.running) {
      const sending = await this.running;
      return again ? this.kick({ fresh, report, again }) : sending;
    }
    this.running = this.#send(report || Date.now() - this.reportedAt > REPORT_MS, again);
    try {
      return await this.running;
    } finally {
      this.running = null;
      this.#plan();
    }
  }

  /** @param {boolean} report @param {boolean} again */
  async #send(report, again) {
    this.contact.sending = true;
    try {
      const sending = await drain(this.store, { build: this.build, report, again });
      await this.#hear(sending);
      return sending;
    } finally {
      this.contact.sending = false;
    }
  }

  /** @param {Sending} sending */
  async #hear(sending) {
    const { outcome, answer } = sending;
    const isHeard = answer !== null || ['signed_out', 'revoked', 'refused'].includes(outcome);
    if (isHeard) Object.assign(this.contact, { online: true, at: Date.now() });
    if (outcome === 'network') this.contact.online = false;
    if (answer) {
      this.reportedAt = Date.now();
      this.contact.offset = Date.parse(answer.time) - Date.now();
    }
    this.contact.signedOut = outcome === 'signed_out' || outcome === 'revoked';
    this.failures = outcome === 'done' ? 0 : this.failures + 1;
    this.wait = sending.wait;
    this.contact.sending = false;
    await this.onChange(this.contact, sending);
  }

  /** The next try by itself. Someone who must sign in is not asked for ever; a minute's try costs nothing and finds out. */
  #plan() {
    clearTimeout(this.timer);
    if (this.isStopped) return;
    const pause = this.failures > 0 ? PAUSES_MS[Math.min(this.failures, PAUSES_MS.length) - 1] * (0.8 + Math.random() * 0.4) : TICK_MS;
    this.timer = setTimeout(() => this.#tick(), Math.max(pause, this.wait ?? 0));
  }

  async #tick() {
    const { pending } = await countWaiting(this.store);
    const isReportDue = document.visibilityState === 'visible' && Date.now() - this.reportedAt > REPORT_MS;
    if (!this.contact.signedOut && (pending > 0 || isReportDue)) await this.kick({ fresh: true });
    else this.#plan();
  }

  /** Ask whether the server is there, and send when it is. */
  async lookUp() {
    const online = await ping();
    if (online !== this.contact.online) {
      this.contact.online = online;
      this.onChange(this.contact, null);
    }
    if (online) {
      this.contact.at = Date.now();
      await this.kick({ fresh: true });
    } else this.#plan();
    return online;
  }

  /** Is this clock more than five minutes from the server's, as far as we know? */
  get isClockWrong() {
    return Math.abs(this.contact.offset) > CLOCK_LIMIT_MS;
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
  }
}
