// @ts-check
/** Bills not yet issued: one open in each tab, any number held under a label. */

import { newId } from './clock.js';
import { CounterError } from './errors.js';
import { BooksError, roundedBig, toNumber } from './money.js';
import { discountFromBp, documentKind, rateOn, supplyBetween, treatmentOn, workOut } from './tax.js';

const TAB_KEY = 'munim-tab';
const LOCK = 'munim-tab-';

/**
 * @typedef {{paise: number}|{bp: number}|null} Discount
 * @typedef {object} DraftLine
 * @property {string} item @property {string} name @property {string} local @property {string} unit @property {string} hsn
 * @property {string} tax @property {number} qty @property {number} price @property {boolean} incl
 * @property {number|null} mrp @property {string} pack @property {Discount} disc
 * @property {number} [own] the price without any list @property {string|null} [list] the list its price is of @property {string} [listName]
 * @property {boolean} [hand] its price was set by hand, and stays @property {boolean} [plain] no scheme takes anything off
 * @property {string} [batch] @property {string|null} [expires] its last day @property {boolean} [isChosen] by a person @property {string[]} [serials]
 *
 * @typedef {{name: string, phone: string, gstin: string|null, state_code: string|null, address: string}} PrintedParty
 * @typedef {object} Draft
 * @property {string} id the bill's id once issued @property {string} tab @property {string|null} label @property {number} at
 * @property {string|null} customer @property {PrintedParty|null} party @property {string|null} pos
 * @property {DraftLine[]} lines @property {Discount} disc @property {string} note
 * @property {string} [expiredReason] why a batch past its day is sold
 */

export class Drafts {
  /** @param {import('./store.js').Store} store */
  constructor(store) {
    this.store = store;
    this.tab = '';
  }

  /** Know this tab again after a reload. A duplicated tab copies the name, finds it taken, and gets its own. */
  async claimTab() {
    const known = sessionStorage.getItem(TAB_KEY);
    this.tab = known && (await holdLock(LOCK + known)) ? known : newId();
    if (this.tab !== known) await holdLock(LOCK + this.tab);
    sessionStorage.setItem(TAB_KEY, this.tab);
  }

  /** @returns {Draft} */
  empty() {
    return {
      id: newId(), tab: this.tab, label: null, at: Date.now(), customer: null, party: null, pos: null, lines: [], disc: null, note: '',
    };
  }

  /** This tab's bill; else one that a closed tab or a crash left behind; else an empty one. */
  async current() {
    const open = (await this.#all()).filter((draft) => draft.label === null);
    const mine = open.find((draft) => draft.tab === this.tab);
    if (mine) return mine;
    const { held = [] } = await navigator.locks.query();
    const living = new Set(held.map((lock) => lock.name));
    const left = open.find((draft) => !living.has(LOCK + draft.tab));
    if (!left) return this.empty();
    left.tab = this.tab;
    await this.save(left);
    return left;
  }

  /** @returns {Promise<Draft[]>} newest first */
  async #all() {
    return (await this.store.db.getAll('drafts')).sort((/** @type {Draft} */ a, /** @type {Draft} */ b) => b.at - a.at);
  }

  /**
   * False when this draft is a bill by now, or somebody has signed out here meanwhile: then it is not kept again.
   * @param {Draft} draft
   * @returns {Promise<boolean>}
   */
  save(draft) {
    return this.store.save(['meta', 'drafts', 'bills'], async (tx) => {
      if (await tx.objectStore('meta').get('locked')) return false;
      if (await tx.objectStore('bills').getKey(draft.id)) return false;
      await tx.objectStore('drafts').put(draft);
      return true;
    }, 'relaxed');
  }

  /** @param {Draft} draft @param {string} label */
  async hold(draft, label) {
    await this.save({ ...draft, label, at: Date.now() });
  }

  async held() {
    return (await this.#all()).filter((draft) => draft.label !== null);
  }

  /** @param {string} id @returns {Promise<Draft>} */
  async recall(id) {
    return this.store.write(['drafts'], async (tx) => {
      const draft = await tx.objectStore('drafts').get(id);
      if (!draft) throw goneError();
      Object.assign(draft, { label: null, tab: this.tab });
      await tx.objectStore('drafts').put(draft);
      return draft;
    });
  }

  /** @param {string} id */
  async discard(id) {
    await this.store.write(['drafts'], (tx) => tx.objectStore('drafts').delete(id), 'relaxed');
  }
}

export function goneError() {
  return new CounterError('gone', 'This bill is no longer open; another tab took or discarded it.', 'Start a new bill.');
}

/** @param {string} name */
function holdLock(name) {
  return new Promise((resolve) => {
    // After a reload the old page may hold it for a moment longer.
    navigator.locks
      .request(name, { signal: AbortSignal.timeout(300) }, () => {
        resolve(true);
        return new Promise(() => undefined);
      })
      .catch(() => resolve(false));
  });
}

/**
 * Add what was scanned: to a line of the same item, price and pack without a discount, or as a new one. Its place in the list.
 * @param {Draft} draft @param {import('./catalogue.js').Found} found @param {number} [times] thousandths: 5000 for five scans
 */
export function addLine(draft, found, times = 1000) {
  const { item, price, pack, fixed = false } = found;
  const qty = toNumber(roundedBig(BigInt(found.qty) * BigInt(times), 1000n));
  const at = draft.lines.findIndex((line) => {
    return line.item === item.id && (line.hand ? line.price : (line.own ?? line.price)) === price && Boolean(line.hand) === fixed && line.pack === pack && line.disc === null && line.name === item.name;
  });
  if (at >= 0) {
    draft.lines[at].qty += qty;
    return at;
  }
  const { name, local, unit, hsn, tax, incl, mrp } = item;
  return draft.lines.push({ item: item.id, name, local, unit, hsn, tax, qty, price, incl, mrp, pack, disc: null, ...(fixed && { hand: true }) }) - 1;
}

/** The last price list of the shop was put away: each line costs what it does without. @param {Draft} draft */
export function withoutLists(draft) {
  for (const line of draft.lines) if (line.list) Object.assign(line, { price: line.own, list: null, listName: '' });
}

/**
 * The bill's figures, exactly as they would be issued on `day`. BooksError for a line that cannot be sold.
 * @param {Draft} draft @param {any} shop @param {Map<string, any>} taxClasses @param {string} day
 * @param {import('./pricing.js').Pricing|null} [pricing] schemes, where the shop has some
 */
export function figuresOf(draft, shop, taxClasses, day, pricing = null) {
  const pos = draft.pos || draft.party?.state_code || shop.state_code;
  const supply = supplyBetween(shop.state_code, pos);
  const offers = pricing?.offers(draft, day) ?? [];
  const lines = draft.lines.map((line, index) => lineOf(line, index + 1, taxClasses, day, offers[index]));
  const amount = lines.reduce((sum, line) => sum + line.gross - line.discount, 0);
  const billDiscount = discountOf(draft.disc, amount);
  const worked = workOut(lines, { scheme: shop.scheme, supply, billDiscount, roundsToRupee: shop.rounds_to_rupee });
  return {
    ...worked,
    kind: documentKind(shop.scheme, lines.map((line) => line.treatment)),
    supply,
    pos,
    billDiscount,
    count: draft.lines.reduce((sum, line) => sum + line.qty, 0),
    lines: worked.lines.map((fig, index) => {
      const { rateBp: rate, cessBp: cess, treatment, discount: disc, qty } = lines[index];
      const { mrp } = draft.lines[index];
      // Legal Metrology (Packaged Commodities) Rules, rule 18(2): nobody sells above the MRP.
      return { rate, cess, treatment, disc, fig, offers: offers[index] ?? [], aboveMrp: mrp !== null && BigInt(fig.total) * 1000n > BigInt(mrp) * BigInt(qty) };
    }),
  };
}

/** @param {DraftLine} line @param {number} number @param {Map<string, any>} taxClasses @param {string} day @param {{off: number}[]} [offers] */
function lineOf(line, number, taxClasses, day, offers = []) {
  if (!Number.isSafeInteger(line.qty) || line.qty <= 0) {
    throw new BooksError(`Line ${number}: there is no quantity.`, 'Give a quantity above nought, or remove the line.');
  }
  if (!Number.isSafeInteger(line.price) || line.price < 0) {
    throw new BooksError(`Line ${number}: the price is not an amount.`, 'Type the price in plain digits.');
  }
  const taxClass = taxClasses.get(line.tax);
  if (!taxClass) throw new BooksError(`Line ${number}: its tax class is not on this device.`, 'Connect once to fetch the rates, or choose another.');
  const gross = Number(roundedBig(BigInt(line.qty) * BigInt(line.price), 1_000_000n));
  const discount = offers.reduce((sum, { off }) => sum + off, discountOf(line.disc, gross));
  // A rate that depends on the price looks at what is paid for one unit.
  const paid = discount === 0 ? line.price : Number(roundedBig(BigInt(gross - discount) * 1_000_000n, BigInt(line.qty)));
  const { rateBp, cessBp } = rateOn(taxClass, day, Math.max(paid, 0), { priceIncludesTax: line.incl });
  const treatment = treatmentOn({ ...taxClass, rates: [{ effectiveFrom: '2017-07-01', priceOver: 0, rateBp, cessBp }] }, day, 0);
  return { qty: line.qty, unitPrice: line.price, priceIncludesTax: line.incl, discount, rateBp, cessBp, treatment, gross };
}

/** @param {Discount} discount @param {number} amount */
function discountOf(discount, amount) {
  if (!discount) return 0;
  return 'bp' in discount ? discountFromBp(amount, discount.bp) : discount.paise;
}
