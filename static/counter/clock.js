// @ts-check
/** Days and instants of the counter. A bill's day is the day in India, whatever zone this device believes to be in. */

const IST_MS = 5.5 * 60 * 60 * 1000;
/** A clock this far from the server's is worth a warning. */
export const CLOCK_LIMIT_MS = 5 * 60 * 1000;
/** Small corrections by the network's time are not a clock set back. */
const SLIP_MS = 60 * 1000;

/**
 * An instant as the books write it: 2026-11-21T10:05:11+05:30.
 * @param {number} ms since 1970
 */
export function istStamp(ms) {
  return `${new Date(ms + IST_MS).toISOString().slice(0, 19)}+05:30`;
}

/**
 * The day in India, YYYY-MM-DD.
 * @param {number} ms
 */
export function istDay(ms) {
  return new Date(ms + IST_MS).toISOString().slice(0, 10);
}

/**
 * The year a day's financial year starts in: April to March.
 * @param {string} day
 */
export function financialYear(day) {
  const year = Number(day.slice(0, 4));
  return Number(day.slice(5, 7)) >= 4 ? year : year - 1;
}

/**
 * The time of a new document. It is never before the till's last one; a clock that was set back is named in `flag`.
 * @param {number} now @param {number} lastAt the till's last document, or 0
 * @returns {{at: number, flag: 'set_back'|null}}
 */
export function nextInstant(now, lastAt) {
  return { at: Math.max(now, lastAt), flag: now < lastAt - SLIP_MS ? 'set_back' : null };
}

let lastMs = 0;
let counter = 0;

/** A new UUIDv7: later ones sort after earlier ones, also within one millisecond of this page. */
export function newId() {
  const now = Date.now();
  counter = now > lastMs ? 0 : counter + 1;
  lastMs = Math.max(now, lastMs);
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = lastMs.toString(16).padStart(12, '0');
  const count = (counter % 4096).toString(16).padStart(3, '0');
  const variant = (8 + (bytes[0] & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}${random.slice(1, 4)}-${random.slice(4, 16)}`;
}
