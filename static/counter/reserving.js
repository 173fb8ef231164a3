// @ts-check
/**
 * Goods set aside at the server, so that two counters online cannot both sell the last one. Asked as soon as a bill is being paid, so that
 * the answer stands ready when it is issued; what was answered for other lines, or too long ago, is asked once more then.
 */

import { CounterError } from './errors.js';
import { plainDecimal } from './money.js';

const ANSWER_MS = 800;
const SENT_FIRST_MS = 800;
/** The server keeps goods for two minutes: an answer is good for one, and a bill issued on it has the other to arrive in. */
const GOOD_MS = 60_000;
const ARRIVES_MS = 50_000;

/**
 * `reserved`: set aside · `unneeded`: nothing to set aside · `refused`: too little is free · `unanswered`, `offline`: the sale goes on.
 * @typedef {{kind: 'reserved'|'unneeded'|'refused'|'unanswered'|'offline', refusal?: CounterError}} Answer
 * @typedef {{item: string, qty: number}[]} Wanted
 */

export class Reserver {
  /** @param {any} engine */
  constructor(engine) {
    this.engine = engine;
    /** Bills that wait to be sent may have goods on them that were not set aside. */
    this.isUnreserved = true;
    /** The newest question. @type {{bill: string, key: string, at: number, answer: Promise<Answer>}|null} */
    this.asked = null;
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
   * At issuing. True when the goods are set aside or need not be, false without the server's word: then the sale goes on, and is looked at
   * later. It waits for what is not answered yet, and for no more than the two limits above. CounterError with the figures when too little is free.
   * @param {import('./drafts.js').Draft} draft
   */
  async secure(draft) {
    const earlier = await this.#covering(draft);
    // What was refused a while ago may be free by now.
    const isStanding = earlier?.kind === 'reserved' || earlier?.kind === 'unneeded';
    const { kind, refusal } = isStanding ? earlier : this.#isAsked() ? await this.#ask(draft) : { kind: 'offline' };
    if (refusal) throw refusal;
    return kind === 'reserved' || kind === 'unneeded';
  }

  /** The bill is issued: its goods leave with it. @param {boolean} isReserved */
  issued(isReserved) {
    this.isUnreserved ||= !isReserved;
    this.asked = null;
  }

  /** The bill is not issued after all. Nobody waits for it: a reservation runs out by itself. @param {string} bill */
  giveBack(bill) {
    if (this.asked?.bill !== bill) return;
    const { answer } = this.asked;
    this.asked = null;
    this.#inLine(async () => (await answer).kind === 'reserved' && post(bill, []));
  }

  #isAsked() {
    return !this.engine.shop?.allows_negative_stock && this.engine.contact.online;
  }

  /** What was asked for exactly these lines, and not too long ago. @param {import('./drafts.js').Draft} draft */
  #covering(draft) {
    const { asked } = this;
    const isSame = asked?.bill === draft.id && asked.key === JSON.stringify(this.#wanted(draft));
    return isSame && Date.now() - asked.at < GOOD_MS ? asked.answer : null;
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
    const had = this.asked?.bill === draft.id;
    const asked = { bill: draft.id, key: JSON.stringify(wanted), at: Date.now(), answer: this.#inLine(() => {
      if (this.asked !== asked) return { kind: 'unanswered' }; // asked for other lines since
      if (!this.#isAsked()) return { kind: 'offline' }; // found out while this waited its turn
      return wanted.length > 0 || had ? this.#send(draft.id, wanted) : { kind: 'unneeded' };
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
    const response = await post(bill, wanted);
    if (!response) {
      contact.online = false;
      return { kind: 'offline' };
    }
    const answer = response.ok ? await response.json().catch(() => null) : null;
    if (!answer) return { kind: 'unanswered' };
    if (answer.reserved) return { kind: answer.until ? 'reserved' : 'unneeded' };
    return { kind: 'refused', refusal: shortError(answer.short, items) };
  }
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
