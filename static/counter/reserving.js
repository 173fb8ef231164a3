// @ts-check
/**
 * Goods set aside at the server, so that two counters online cannot both sell the last one. Asked as soon as a bill is being paid, so that
 * the answer stands ready when it is issued; what was answered for other lines, or too long ago, is asked once more then.
 */

import { CounterError } from './errors.js';
import { plainDecimal } from './money.js';

const ANSWER_MS = 800;
const SENT_FIRST_MS = 800;
/** What a bill may take to arrive: goods kept for less than that are asked for once more before it is issued. */
const ARRIVES_MS = 60_000;

/**
 * `reserved`: set aside · `unneeded`: nothing to set aside · `refused`: too little is free · `unanswered`, `offline`: the sale goes on.
 * @typedef {{kind: 'reserved'|'unneeded'|'refused'|'unanswered'|'offline', refusal?: CounterError, ends?: number}} Answer `ends`: ms, when the
 *   goods are free again
 * @typedef {{item: string, qty: number}[]} Wanted
 */

export class Reserver {
  /** @param {any} engine */
  constructor(engine) {
    this.engine = engine;
    /** Bills that wait to be sent may have goods on them that were not set aside. */
    this.isUnreserved = true;
    /** The newest question. @type {{bill: string, key: string, answer: Promise<Answer>}|null} */
    this.asked = null;
    /** The bill that has goods set aside, as far as is known. */
    this.holder = '';
    /** One after the other: the server keeps for a bill what it was asked last. @type {Promise<unknown>} */
    this.line = Promise.resolve();
  }

  /**
   * While a bill is being paid: ask for its goods now. The refusal, or null where the sale goes on as far as is known.
   * @param {import('./drafts.js').Draft} draft
   */
  async ahead(draft) {
    if (!this.#isAsked()) return null;
    return (await (this.#covering(draft) ?? this.#ask(draft))).refusal ?? null;
  }

  /**
   * At issuing. True when the goods are set aside until the bill has arrived or need not be, false without the server's word: then the sale
   * goes on, and is looked at later. It waits for what is not answered yet, and for no more than the limits above. CounterError with the
   * figures when too little is free.
   * @param {import('./drafts.js').Draft} draft
   */
  async secure(draft) {
    const earlier = await this.#covering(draft);
    // What was refused a while ago may be free by now.
    const answer = earlier && isGood(earlier) ? earlier : this.#isAsked() ? await this.#ask(draft) : null;
    if (answer?.refusal) throw answer.refusal;
    return answer !== null && isGood(answer);
  }

  /** The bill is issued: its goods leave with it. @param {boolean} isReserved */
  issued(isReserved) {
    this.isUnreserved ||= !isReserved;
    this.asked = null;
    this.holder = '';
  }

  /** The bill is not issued after all. Nobody waits for it: a reservation runs out by itself. @param {string} bill */
  giveBack(bill) {
    if (this.asked?.bill !== bill) return;
    this.asked = null;
    void this.#inLine(() => {
      if (this.holder !== bill || this.asked?.bill === bill) return null;
      this.holder = '';
      return post(bill, []);
    });
  }

  #isAsked() {
    return !this.engine.shop?.allows_negative_stock && this.engine.contact.online;
  }

  /** What was asked for exactly these lines. @param {import('./drafts.js').Draft} draft */
  #covering(draft) {
    const { asked } = this;
    return asked?.bill === draft.id && asked.key === JSON.stringify(this.#wanted(draft)) ? asked.answer : null;
  }

  /** @param {import('./drafts.js').Draft} draft @returns {Wanted} */
  #wanted({ lines }) {
    const { items } = this.engine;
    const counted = lines.filter(({ item, qty }) => items.get(item)?.stocked && items.get(item).rev > 0 && qty > 0);
    return counted.map(({ item, qty }) => ({ item, qty }));
  }

  /** @param {import('./drafts.js').Draft} draft @returns {Promise<Answer>} */
  #ask(draft) {
    const wanted = this.#wanted(draft);
    const asked = { bill: draft.id, key: JSON.stringify(wanted), answer: this.#inLine(() => {
      if (this.asked !== asked) return { kind: 'unanswered' }; // asked for other lines since
      if (!this.#isAsked()) return { kind: 'offline' }; // found out while this waited its turn
      return wanted.length > 0 || this.holder === draft.id ? this.#send(draft.id, wanted) : { kind: 'unneeded' };
    }) };
    this.asked = asked;
    return asked.answer;
  }

  /** @template T @param {() => T|Promise<T>} work @returns {Promise<T>} */
  #inLine(work) {
    const done = this.line.then(work);
    this.line = done.catch(() => undefined);
    return done;
  }

  /** @param {string} bill @param {Wanted} wanted @returns {Promise<Answer>} */
  async #send(bill, wanted) {
    const { counts, courier, contact, items } = this.engine;
    // What was sold here with no reservation, or with one that runs out, must be in the books before they are asked.
    if (counts.pending > 0 && (this.isUnreserved || Date.now() - (counts.oldest ?? 0) > ARRIVES_MS)) {
      await Promise.race([courier.kick(), new Promise((resolve) => setTimeout(resolve, SENT_FIRST_MS))]);
    }
    if (this.engine.counts.pending === 0) this.isUnreserved = false;
    const asked = Date.now();
    const response = await post(bill, wanted);
    if (!response) {
      contact.online = false;
      return { kind: 'offline' };
    }
    const answer = response.ok ? await response.json().catch(() => null) : null;
    if (!answer) return { kind: 'unanswered' };
    if (answer.reserved) {
      this.holder = answer.until ? bill : '';
      return answer.until ? { kind: 'reserved', ends: asked + Date.parse(answer.until) - Date.parse(answer.time) } : { kind: 'unneeded' };
    }
    return { kind: 'refused', refusal: shortError(answer.short, items) };
  }
}

/** Do the goods stay until the bill has arrived? @param {Answer} answer */
function isGood({ kind, ends = 0 }) {
  return kind === 'unneeded' || (kind === 'reserved' && ends - Date.now() > ARRIVES_MS);
}

/** No answer in time is null. @param {string} bill @param {Wanted} lines @returns {Promise<Response|null>} */
function post(bill, lines) {
  const headers = { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' };
  return fetch('/sync/reservation', { method: 'POST', headers, body: JSON.stringify({ bill, lines }), signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => null);
}

/**
 * The words stand once more in `lang.js`, for a screen that speaks Hindi.
 * @param {{item: string, on_hand: number, held: number, free: number}[]} short
 * @param {Map<string, import('./catalogue.js').Item>} items
 */
function shortError(short, items) {
  const told = short.map(({ item, on_hand: onHand, held, free }) => {
    const [all, taken, left] = [Math.max(onHand, 0), held, free].map((qty) => plainDecimal(qty, 3));
    return { item, onHand, isHeld: held > 0 && onHand > 0, name: items.get(item)?.name ?? '', all, taken, left };
  });
  const problem = told.map(({ name, isHeld, all, taken, left }) => {
    return isHeld
      ? `Only ${left} of ${name} are free: ${all} are in stock, ${taken} of them on a bill that is being paid.`
      : `Only ${left} of ${name} are in stock.`;
  }).join(' ');
  const fix = told.some(({ isHeld }) => isHeld)
    ? 'Sell fewer, or try again when the other bill is done.'
    : 'Sell fewer, or record the goods that came in.';
  return new CounterError('stock', problem, fix, told);
}
