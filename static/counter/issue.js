// @ts-check
/**
 * A document is issued in one strict transaction: its number is taken, it is frozen and stored, its command is queued and its
 * draft is gone, or nothing of this happened. The draft's id is the document's id and the server's key: pressed twice, in two
 * tabs or sent twice, it is one bill.
 */

import { proved } from './asking.js';
import { readBill } from './bills.js';
import { financialYear, istDay, istStamp, nextInstant } from './clock.js';
import { enqueue } from './command.js';
import { figuresOf, goneError } from './drafts.js';
import { CounterError } from './errors.js';
import { rupees } from './money.js';
import { RULES_V } from './tax.js';
import { MOST_NAME, plainText } from './text.js';

/** The books take no longer bill. */
const MOST_LINES = 1000;
const COOKIE_SECONDS = 400 * 24 * 60 * 60;
/** What follows the till's code in a prefix. @type {Record<string, string>} */
const SUFFIX = { bill: '', credit_note: 'R', receipt: 'P' };

/**
 * @typedef {{mode: string, amount: number, ref?: string, given?: number|null}} Tender
 * @typedef {object} Numbered what a document is told when its number is taken
 * @property {number} v @property {string} id @property {string} series @property {number} seq @property {string} number
 * @property {string} date @property {string} at @property {'set_back'|null} clock_flag @property {string|null} shift
 *
 * @typedef {object} Bill a stored document; `doc` is its parsed body
 * @property {string} id @property {'bill'|'return'|'receipt'} type @property {string} series @property {number} seq
 * @property {string} number @property {string} day @property {number} at @property {number} total @property {any} doc
 * @property {string} body @property {string} sha256 @property {'waiting'|'sent'|'quarantined'} state @property {string[]} flags
 * @property {string} reason @property {{at: string, reason: string}|null} cancelled @property {number} prints
 * @property {string|null} shift @property {string|null} against
 */

/**
 * @param {import('./store.js').Store} store
 * @param {object} order
 * @param {string} order.id @param {'bill'|'credit_note'|'receipt'} order.kind @param {Bill['type']} order.type
 * @param {string} order.command @param {boolean} [order.fromDraft] the draft of this id must be open, and is closed
 * @param {(head: Numbered, tx: any) => Record<string, any>|Promise<Record<string, any>>} order.write the whole body
 * @param {(doc: any) => number} order.total
 * @returns {Promise<{bill: Bill, already: boolean}>}
 */
export async function issueDocument(store, order) {
  const stores = ['meta', 'drafts', 'bills', 'outbox'];
  const answer = await store.save(stores, async (tx) => {
    const [meta, drafts, bills] = stores.map((name) => tx.objectStore(name));
    const earlier = await bills.get(order.id);
    if (earlier) return { row: earlier, already: true };
    if (order.fromDraft && !(await drafts.getKey(order.id))) throw goneError();

    const [till, series = {}, lastAt = 0, shift] = await Promise.all(['till', 'series', 'lastAt', 'shift'].map((key) => meta.get(key)));
    requireTill(till);
    const { at, flag } = nextInstant(Date.now(), lastAt);
    const date = istDay(at);
    const { fy, prefix, seq, number } = numberOf(series, till.code, order.kind, date);
    const doc = await order.write({
      v: 1, id: order.id, series: prefix, seq, number,
      date, at: istStamp(at), clock_flag: flag, shift: shift?.id ?? null,
    }, tx);
    const total = order.total(doc);
    const { body, sha256 } = await enqueue(tx, order.command, doc, { at, ref: doc.against ?? null, amount: total });
    const row = {
      id: order.id, type: order.type, series: prefix, seq, number: doc.number, day: date, at, total, body, sha256, state: 'waiting',
      flags: [], reason: '', cancelled: null, prints: 0, shift: doc.shift ?? '', against: doc.against ?? '',
    };
    await bills.add(row);
    series[prefix] = { prefix, kind: order.kind, fy, last: seq };
    await meta.put(series, 'series');
    await meta.put(at, 'lastAt');
    if (order.fromDraft) await drafts.delete(order.id);
    return { row, already: false };
  });
  if (!answer.already) mirror(answer.row.series, answer.row.seq);
  return { bill: readBill(answer.row), already: answer.already };
}

/** The number the next bill will most likely get. @param {import('./store.js').Store} store */
export async function nextNumber(store) {
  const [till, series = {}, lastAt = 0] = await Promise.all(['till', 'series', 'lastAt'].map((key) => store.meta(key)));
  return numberOf(series, till?.code ?? '', 'bill', istDay(nextInstant(Date.now(), lastAt).at)).number;
}

/** @param {Record<string, {last: number}>} series @param {string} code @param {string} kind @param {string} date */
function numberOf(series, code, kind, date) {
  const fy = financialYear(date);
  const prefix = `${String(fy % 100).padStart(2, '0')}${code}${SUFFIX[kind]}`;
  const seq = (series[prefix]?.last ?? 0) + 1;
  return { fy, prefix, seq, number: `${prefix}/${String(seq).padStart(6, '0')}` };
}

/** @param {any} till */
function requireTill(till) {
  if (!till) {
    throw new CounterError('not_enrolled', 'This browser is not a counter yet.', 'Ask the owner to sign in and set it up as a counter.');
  }
  if (till.stale) {
    throw new CounterError('stale', 'A copy of this counter has gone on elsewhere, so its numbers are not ours to use.', 'Ask the owner to set this counter up again; it gets its own series.');
  }
}

/**
 * The last number, where it outlives the database: a browser that clears its storage keeps cookies longer, and sends them.
 * @param {string} prefix @param {number} seq
 */
export function mirror(prefix, seq) {
  const [host, secure] = location.protocol === 'https:' ? ['__Host-', '; Secure'] : ['', ''];
  document.cookie = `${host}munim_last_${prefix}=${seq}; Path=/; SameSite=Lax; Max-Age=${COOKIE_SECONDS}${secure}`;
}

/**
 * The numbers the cookies remember: prefix → last.
 * @returns {Record<string, number>}
 */
export function mirrored() {
  const found = [...document.cookie.matchAll(/(?:^|;\s*)((?:__Host-)?)munim_last_(\w+)=([0-9]+)/g)].sort(([, one], [, other]) => one.length - other.length);
  return Object.fromEntries(found.map(([, , prefix, last]) => [prefix, Number(last)]));
}

/**
 * The body of a bill, from the draft as it is on the screen.
 * @param {import('./drafts.js').Draft} draft @param {Tender[]} tenders
 * @param {{shop: any, taxClasses: Map<string, any>, cashier: {id: string|null, name: string}, pricing: import('./pricing.js').Pricing|null}} desk
 * @param {Numbered} head
 */
export function billBody(draft, tenders, { shop, taxClasses, cashier, pricing }, head) {
  if (draft.lines.length === 0) throw new CounterError('empty', 'The bill has no lines.', 'Scan or choose at least one item.');
  if (draft.lines.length > MOST_LINES) {
    throw new CounterError('too_long', `The bill has ${draft.lines.length} lines; ${MOST_LINES} are the most.`, 'Make several bills of it.');
  }
  pricing?.reprice(draft, head.date);
  const figures = figuresOf(draft, shop, taxClasses, head.date, pricing);
  requireTenders(tenders, figures.total, draft.customer);
  return {
    ...head,
    kind: figures.kind,
    cashier,
    customer: draft.customer,
    party: draft.party && printedParty(draft.party),
    supply: figures.supply,
    pos: figures.pos,
    rules_v: RULES_V,
    lines: draft.lines.map((line, index) => {
      const { item, name, local, qty, unit, hsn, price, incl, mrp, pack, batch, expires, serials } = line;
      const { rate, cess, treatment, disc, fig, offers } = figures.lines[index];
      // Said only where there is something to say of it.
      const prices = pricing && { list: line.list, list_name: line.listName || undefined, hand: Boolean(line.hand || line.disc || line.plain), offers: offers.length ? offers : undefined };
      return { item, name: plainText(name), local, qty, unit, hsn, price, incl, mrp, pack, batch, expires, serials, disc, rate, cess, treatment, ...prices, fig: lineFigures(fig) };
    }),
    bill_disc: figures.billDiscount,
    totals: totals(figures),
    tenders: tenders.map(printedTender),
    note: plainText(draft.note, 1000, true),
    expired_reason: draft.expiredReason,
    ...proved(draft.approvals),
  };
}

/** @param {import('./drafts.js').PrintedParty} party */
function printedParty({ name, phone, gstin, state_code: state, address }) {
  return { name: plainText(name), phone: plainText(phone, 30), gstin: gstin || null, state_code: state || null, address: plainText(address, MOST_NAME, true) };
}

/**
 * Refuse an empty bill, tenders that do not add up, and credit to nobody.
 * @param {readonly Tender[]} tenders @param {number} total @param {string|null} customer
 */
export function requireTenders(tenders, total, customer) {
  const paid = tenders.reduce((sum, tender) => sum + tender.amount, 0);
  if (paid !== total || tenders.some((tender) => !(tender.amount > 0))) {
    throw new CounterError('tender', `The bill is ${rupees(total)}, the payment ${rupees(paid)}.`, 'Correct the amounts so that both are the same.');
  }
  const short = tenders.find(({ amount, given }) => given !== undefined && given !== null && given < amount);
  if (short) throw new CounterError('tender', `${rupees(short.given ?? 0)} was given for ${rupees(short.amount)}.`, 'Take the rest, or record it as credit.');
  if (!customer && tenders.some((tender) => tender.mode === 'credit')) {
    throw new CounterError('credit', 'Credit needs a customer.', 'Choose or add the customer first.');
  }
}

/** @param {Tender} tender */
export function printedTender({ mode, amount, ref = '', given = null }) {
  return { mode, amount, ref: plainText(ref, 100), given: mode === 'cash' ? given : null };
}

/** @param {import('./tax.js').LineFigures} fig */
export function lineFigures({ billDiscount, ...fig }) {
  return { ...fig, bill_discount: billDiscount };
}

/** @param {import('./tax.js').Figures} figures */
export function totals({ gross, discount, taxable, cgst, sgst, igst, cess, roundOff, total }) {
  return { gross, discount, taxable, cgst, sgst, igst, cess, round_off: roundOff, total };
}
