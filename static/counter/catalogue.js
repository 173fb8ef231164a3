// @ts-check
/** Items, customers, rates and the shop: copied from the server, kept whole in memory, found in milliseconds. */

import { roundedBig, toNumber } from './money.js';
import { readScaleCode, spellings } from './scan.js';

const NEW_MS = 24 * 60 * 60 * 1000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const TIME_OUT_MS = 30_000;

/**
 * @typedef {{unit: string, factor: number, price: number, codes: string[]}} Pack `factor` base units in thousandths; `price` of one base unit
 * @typedef {object} Item
 * @property {string} id @property {string[]} codes @property {string} sku @property {string} name @property {string} local
 * @property {string} brand @property {string} unit @property {number} price thousandths of a paisa per base unit
 * @property {boolean} incl @property {number|null} mrp paise @property {string} hsn @property {string} tax code of the class
 * @property {boolean} stocked @property {boolean} weighed @property {Pack[]} packs @property {''|'batch'|'serial'} tracking
 * @property {number} rev 0 for an item made here that the server has not confirmed
 *
 * @typedef {{item: Item, qty: number, price: number, pack: string, fixed?: boolean}} Found what one scan means; `fixed` is a price on a label, which stays
 * @typedef {{id: string, name: string, local: string, phone: string, gstin: string|null, state: string|null, address: string,
 *   limit: number|null, due: number|null, credit: boolean, madeAt: number}} Customer
 */

export class Catalogue {
  /** @param {import('./store.js').Store} store */
  constructor(store) {
    this.store = store;
    /** @type {Map<string, Item>} */
    this.items = new Map();
    /** @type {Map<string, Customer>} */
    this.customers = new Map();
    /** @type {Map<string, any>} */
    this.taxClasses = new Map();
    /** @type {Map<string, Found>} */
    this.codes = new Map();
    /** @type {any} */
    this.shop = null;
    /** @type {{id: string, name: string}[]} */
    this.cashiers = [];
    this.rev = 0;
    /** Some item is kept by batch or serial number. */
    this.isTracked = false;
    this.fullAt = 0;
    /** @type {import('./price_lists.js').PriceList[]} */
    this.lists = [];
    /** @type {import('./schemes.js').Scheme[]} */
    this.schemes = [];
    /** What those say: null in a shop without them. @type {import('./pricing.js').Pricing|null} */
    this.pricing = null;
    /** @type {[string, any][]|null} texts to search, made when first asked */
    this.texts = null;
    /** @type {[string, any][]|null} */
    this.customerTexts = null;
  }

  /** From the device's own copy into memory. */
  async load() {
    const tx = this.store.db.transaction(['facts', 'items', 'customers']);
    const [facts, prices, rows, customers] = await Promise.all([
      tx.objectStore('facts').get('shop'),
      tx.objectStore('facts').get('prices'),
      tx.objectStore('items').getAll(),
      tx.objectStore('customers').getAll(),
    ]);
    this.items = new Map();
    this.codes = new Map();
    for (const row of rows) this.#keep(itemOf(row));
    this.#keepCustomers(customers);
    if (facts) this.#keepFacts(facts);
    await this.#keepPrices(prices);
  }

  /** @param {any} prices */
  async #keepPrices(prices) {
    Object.assign(this, prices);
    this.pricing = this.lists.length + this.schemes.length ? new (await import('./pricing.js')).Pricing(this) : null;
  }

  /** @param {Item} item */
  #keep(item) {
    this.items.set(item.id, item);
    if (item.tracking) this.isTracked = true;
    const { price } = item;
    for (const code of item.codes) this.codes.set(code, { item, qty: 1000, price, pack: '' });
    if (item.sku) this.codes.set(item.sku.toUpperCase(), { item, qty: 1000, price, pack: '' });
    for (const pack of item.packs) {
      for (const code of pack.codes) this.codes.set(code, { item, qty: pack.factor, price: pack.price, pack: pack.unit });
    }
    this.texts = null;
  }

  /** @param {Item|undefined} item */
  #drop(item) {
    if (!item) return;
    this.items.delete(item.id);
    for (const code of [...item.codes, item.sku.toUpperCase(), ...item.packs.flatMap((pack) => pack.codes)]) {
      if (this.codes.get(code)?.item === item) this.codes.delete(code);
    }
    this.texts = null;
  }

  /** @param {any[]} rows */
  #keepCustomers(rows) {
    this.customers = new Map(rows.map((row) => [row.id, customerOf(row)]));
    this.customerTexts = null;
  }

  /** @param {any} facts */
  #keepFacts(facts) {
    this.shop = facts.shop;
    this.cashiers = facts.cashiers;
    // Rows of an earlier version lack a field: everything is asked for once more.
    this.rev = facts.width === FIELDS.length ? facts.rev : 0;
    this.fullAt = facts.fullAt;
    this.taxClasses = new Map(facts.taxes.map((/** @type {any} */ row) => [row.code, taxClassOf(row)]));
  }

  /**
   * Take an answer of `/sync/catalogue` over, whole or not at all; its revision is written last. False when what we then hold is
   * not what the server has: ask again for everything.
   * @param {any} answer
   */
  async apply(answer) {
    const { items, customers, facts } = readAnswer(answer, answer.full ? Date.now() : this.fullAt);
    const prices = pricesOf(answer, this.lists);
    // What was made here may be on its way still: an answer written before it arrived does not know it.
    const unconfirmed = [...this.items.values()].filter((item) => item.rev === 0).map((item) => itemRow({ ...item, tax_class: item.tax }));
    if (customers) {
      const told = new Set(customers.map((/** @type {any} */ row) => row.id));
      const recent = [...this.customers.values()].filter(({ id, madeAt }) => !told.has(id) && Date.now() - madeAt < NEW_MS);
      customers.push(...recent.map(({ state, limit, ...row }) => ({ ...row, state_code: state, credit_limit: limit })));
    }
    await this.store.write(['items', 'customers', 'facts'], async (tx) => {
      const kept = tx.objectStore('items');
      if (answer.full) await kept.clear();
      if (answer.full) for (const row of unconfirmed) kept.put(row, row[0]);
      for (const row of items) kept.put(row, row[0]);
      for (const id of answer.gone) kept.delete(id);
      if (customers) {
        await tx.objectStore('customers').clear();
        for (const row of customers) tx.objectStore('customers').put(row, row.id);
      }
      await tx.objectStore('facts').put(facts, 'shop');
      await tx.objectStore('facts').put(prices, 'prices');
    });
    if (answer.full) {
      this.items = new Map();
      this.codes = new Map();
      for (const row of unconfirmed) this.#keep(itemOf(row));
    }
    for (const id of answer.gone) this.#drop(this.items.get(id));
    for (const row of items) {
      if (!answer.full) this.#drop(this.items.get(row[0]));
      this.#keep(itemOf(row));
    }
    if (customers) this.#keepCustomers(customers);
    this.#keepFacts(facts);
    await this.#keepPrices(prices);
    return this.#agrees(answer);
  }

  /** @param {any} answer */
  #agrees(answer) {
    const counted = [...this.items.values()].filter((item) => item.rev > 0); // those made here are not the server's yet
    const sum = counted.reduce((all, item) => (all + item.rev) % 4294967296, 0);
    return answer.count === undefined || (answer.count === counted.length && answer.checksum === sum);
  }

  /**
   * Ask the server for what changed. Null when nothing could be had, else whether something changed.
   * @param {{whole?: boolean}} [options]
   * @returns {Promise<{answer: any, changed: boolean}|{status: number}|null>}
   */
  async pull({ whole = false } = {}) {
    const since = whole || Date.now() - this.fullAt > WEEK_MS ? 0 : this.rev;
    const lists = this.lists.map(({ id, version }) => `${id}.${version}`).join(',');
    const response = await fetch(`/sync/catalogue?since=${since}${lists && `&lists=${lists}`}`, { signal: AbortSignal.timeout(TIME_OUT_MS) }).catch(() => null);
    if (!response) return null;
    if (!response.ok) return { status: response.status };
    const answer = await response.json().catch(() => null);
    if (!answer?.fields) return null;
    const before = this.rev;
    const agrees = await this.apply(answer);
    if (!agrees && !answer.full) {
      this.store.log('catalogue_differs', { rev: answer.rev, count: answer.count });
      return this.pull({ whole: true });
    }
    return { answer, changed: answer.full || answer.rev !== before };
  }

  /**
   * What a scanned or typed code means, or null. A code of our own goes before one with a weight or price in it.
   * @param {string} text
   * @returns {Found|null}
   */
  findCode(text) {
    const code = text.trim();
    for (const spelling of spellings(code)) {
      const found = this.codes.get(spelling);
      if (found) return { ...found };
    }
    return readScaleCode(code, this);
  }

  /**
   * Items with every word of `text` in name, local name, SKU, brand or codes, in any order; best first; then the other sizes and colours of the best.
   * @param {string} text @param {number} [limit]
   * @returns {Item[]}
   */
  search(text, limit = 20) {
    this.texts ??= textsOf(this.items.values(), (item) => [item.name, item.local, item.brand, item.sku, ...item.codes]);
    const found = matches(this.texts, text, limit);
    const { family } = found[0] ?? {};
    return family ? [...new Set([...found, ...[...this.items.values()].filter((item) => item.family === family)])].slice(0, limit) : found;
  }

  /**
   * @param {string} text @param {number} [limit]
   * @returns {Customer[]}
   */
  searchCustomers(text, limit = 10) {
    this.customerTexts ??= textsOf(this.customers.values(), (who) => [who.name, who.local, who.phone, who.phone.replace(/[^0-9]/g, ''), who.gstin ?? '']);
    return matches(this.customerTexts, text, limit);
  }

  /**
   * An item or customer made at this counter: stored with its command by the caller, known here at once.
   * @param {'items'|'customers'} store @param {any} row
   */
  add(store, row) {
    if (store === 'items') this.#keep(itemOf(row));
    else {
      this.customers.set(row.id, customerOf(row));
      this.customerTexts = null;
    }
  }

  /** After a logout no customer stays in memory, and the next answer must bring them again. */
  forgetCustomers() {
    this.#keepCustomers([]);
  }
}

// The row kept on the device, in this order. Arrays are cheaper to load than objects.
const FIELDS = ['id', 'codes', 'name', 'local', 'unit', 'price', 'incl', 'mrp', 'hsn', 'tax_class', 'stocked', 'weighed', 'packs', 'rev', 'sku', 'brand', 'tracking', 'family', 'category'];

/**
 * @param {any[]} row
 * @returns {any}
 */
function itemOf([id, codes, name, local, unit, price, incl, mrp, hsn, tax, stocked, weighed, packs, rev, sku, brand, tracking, family, category]) {
  return {
    id, codes, name, local, unit, price, incl, mrp, hsn, tax, stocked, weighed, rev, sku: sku ?? '', brand: brand ?? '', tracking: tracking && tracking !== 'none' ? tracking : '', family, category: category ?? '',
    packs: packs.map((/** @type {any[]} */ [unit_, factor, whole, codes_]) => {
      // The books keep base units: a pack's own price is spread over them, to a thousandth of a paisa.
      const each = whole === null ? price : toNumber(roundedBig(BigInt(whole) * 1000n, BigInt(factor)));
      return { unit: unit_, factor, price: each, codes: codes_ ?? [] };
    }),
  };
}

/**
 * A new item as a row of the device: `rev` 0 until the server knows it.
 * @param {Record<string, any>} item
 */
export function itemRow(item) {
  return FIELDS.map((field) => item[field] ?? null);
}

/** @param {any} row @returns {Customer} */
function customerOf(row) {
  const { id, name, local, phone, gstin, state_code: state, address, credit_limit: limit, due, credit, madeAt = 0 } = row;
  return { id, name, local: local ?? '', phone: phone ?? '', gstin, state, address: address ?? '', limit: limit ?? null, due: due ?? null, credit: credit ?? true, madeAt };
}

/** @param {any} row */
function taxClassOf(row) {
  const rates = row.rates.map((/** @type {any} */ rate) => {
    return { effectiveFrom: rate.from, priceOver: rate.price_over, rateBp: rate.rate, cessBp: rate.cess };
  });
  return { ...row, rates };
}

/** @param {any} answer @param {number} fullAt */
function readAnswer(answer, fullAt) {
  const places = FIELDS.map((field) => answer.fields.indexOf(field));
  const items = answer.items.map((/** @type {any[]} */ row) => places.map((place) => (place < 0 ? null : row[place])));
  const { rev, shop, cashiers, tax_classes: taxes, rules_v: rules } = answer;
  return { items, customers: answer.customers ? [...answer.customers] : null, facts: { rev, shop, cashiers, taxes, rules, fullAt, width: FIELDS.length } };
}

/** Lists and schemes; the prices of a list that has not changed are those that are here. @param {any} answer @param {any[]} known */
function pricesOf({ price_lists: lists = [], schemes = [] }, known) {
  return { lists: lists.map((/** @type {any} */ list) => ({ ...list, prices: list.prices ?? known.find(({ id }) => id === list.id)?.prices ?? '' })), schemes };
}

/** @param {string} text */
function plain(text) {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * @param {Iterable<any>} rows @param {(row: any) => string[]} words
 * @returns {[string, any][]}
 */
function textsOf(rows, words) {
  return [...rows].map((row) => [plain(words(row).filter(Boolean).join(' ')), row]);
}

/**
 * Rows whose text has every word: those that begin with what was typed first, then those with a word that begins with it.
 * @param {[string, any][]} texts @param {string} asked @param {number} limit
 */
function matches(texts, asked, limit) {
  const query = plain(asked).trim();
  const words = query.split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  /** @type {any[][]} */
  const ranks = [[], [], []];
  for (const [text, row] of texts) {
    if (!words.every((word) => text.includes(word))) continue;
    ranks[text.startsWith(query) ? 0 : words.every((word) => text.startsWith(word) || text.includes(` ${word}`)) ? 1 : 2].push(row);
    if (ranks[0].length === limit) break;
  }
  return ranks.flat().slice(0, limit);
}
