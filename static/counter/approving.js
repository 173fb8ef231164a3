// @ts-check
/**
 * PINs at this till, and what a manager proves with one. No PIN is kept: what the till has of a member is a check, which the key that is worked
 * out of his PIN must give (webapp/counter/pin_rules.py works it out alike). Fetched when first asked for.
 */

import { istStamp } from './clock.js';
import { CounterError } from './errors.js';
import { plainText } from './text.js';

const FREE = 5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** What turns the direction of writing, which the server takes out of texts. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * @typedef {{id: string, name: string, bills: boolean, pin: number, salt: string, rounds: number, check: string, once: boolean, may: string[]}} Person
 * @typedef {{command: string, kind: string, till: string, approver: string, pin: number, at: string, reason: string, figures: Record<string, number|string>}} Claim
 * @typedef {Claim & {name: string, proof: string}} Approval
 */

/** Who may approve this here, by the newest answer of the server. @param {any} engine @param {string} kind @returns {Person[]} */
export function approversOf({ shop }, kind) {
  return (shop?.pins?.people ?? []).filter((/** @type {Person} */ one) => one.may.includes(kind));
}

/** Who signs on here. @param {any} engine @returns {Person[]} */
export function cashiersOf({ shop }) {
  return (shop?.pins?.people ?? []).filter((/** @type {Person} */ one) => one.bills);
}

/** The bytes that a proof is over, as text: a line for each fact, figures by their names. @param {Claim} claim */
export function canonical({ command, kind, till, approver, pin, at, reason, figures }) {
  const rows = Object.keys(figures).sort().map((name) => `${name}=${figures[name]}`);
  return ['munim approval 1', command, kind, till, approver, String(pin), at, reason, ...rows].join('\n');
}

/**
 * The key of a PIN at this till. CounterError `pin_wrong`, or `pin_pause` with the milliseconds to wait in `detail`.
 * @param {any} engine @param {Person} person @param {string} typed
 * @returns {Promise<CryptoKey>}
 */
export async function keyOf({ store, till }, person, typed) {
  // Counted before it is looked at: a page that is closed meanwhile has used the try up.
  await store.save(['meta'], async (/** @type {any} */ tx) => {
    const meta = tx.objectStore('meta');
    const tries = (await meta.get('pinTries')) ?? {};
    const [before, now] = [tries[person.id] ?? { n: 0, at: 0 }, Date.now()];
    const wait = pauseAfter(before, now);
    if (wait > 0) {
      // A clock that was set back does not make the pause longer than it is.
      if (before.at > now) await meta.put({ ...tries, [person.id]: { ...before, at: now } }, 'pinTries');
      return wait;
    }
    await meta.put({ ...tries, [person.id]: { n: before.n + 1, at: now } }, 'pinTries');
    return 0;
  }).then((/** @type {number} */ wait) => {
    if (wait > 0) throw new CounterError('pin_pause', 'Too many wrong PINs.', 'Wait a moment, then try again.', wait);
  });
  const key = await stretched(person, typed, till.id);
  if ((await signed(key, 'munim check')) !== person.check) throw new CounterError('pin_wrong', 'This is not the PIN.', 'Type it once more.');
  await store.save(['meta'], async (/** @type {any} */ tx) => {
    const meta = tx.objectStore('meta');
    const { [person.id]: _done, ...rest } = (await meta.get('pinTries')) ?? {};
    await meta.put(rest, 'pinTries');
  });
  return key;
}

/**
 * How long to wait before the next try, in milliseconds: five are free, then the pause doubles to a quarter of an hour.
 * @param {{n: number, at: number}} tries @param {number} now
 */
export function pauseAfter({ n, at }, now) {
  if (n < FREE) return 0;
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (n - FREE), LONGEST_PAUSE_MS);
  return Math.max(pause - Math.max(now - at, 0), 0);
}

/**
 * A manager's approval of what a command will do.
 * @param {any} engine @param {Person} person @param {string} typed his PIN
 * @param {{command: string, kind: string, figures: Record<string, number|string>, reason: string}} what
 * @returns {Promise<Approval>}
 */
export async function approve(engine, person, typed, { command, kind, figures, reason }) {
  const key = await keyOf(engine, person, typed);
  const why = plainText(reason.replace(TURNING, ''), 200).trim(); // what was cut off may leave a blank at the end
  // A document is never earlier than the one before it, whatever the clock says now; a cash move is.
  const at = istStamp(kind === 'cash' ? Date.now() : Math.max(Date.now(), engine.lastAt));
  const claim = { command, kind, till: engine.till.id, approver: person.id, pin: person.pin, at, reason: why, figures };
  return { ...claim, name: person.name, proof: await signed(key, canonical(claim)) };
}

/** @param {Person} person @param {string} typed @param {string} till */
async function stretched({ salt, rounds }, typed, till) {
  const pin = await crypto.subtle.importKey('raw', new TextEncoder().encode(typed), 'PBKDF2', false, ['deriveBits']);
  const bytes = new Uint8Array((salt.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: bytes, iterations: rounds }, pin, 256);
  const own = await crypto.subtle.sign('HMAC', await hmacKey(bits), new TextEncoder().encode(`munim till ${till}`));
  return hmacKey(own);
}

/** @param {ArrayBuffer} bytes */
function hmacKey(bytes) {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** @param {CryptoKey} key @param {string} text @returns {Promise<string>} hex */
async function signed(key, text) {
  const made = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)));
  return [...made].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
