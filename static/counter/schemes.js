// @ts-check
/**
 * What schemes take off a bill: `webapp/schemes/rules.py` in JavaScript, line for line; `tests/vectors` runs both. Numbers at the edge,
 * BigInt where two are multiplied. Fetched only where the shop has schemes.
 */

import { roundedBig, split, toNumber } from './money.js';

const ONE = 10_000;
const [FREE, SHARED, ALONE] = [0, 1, 2];

/**
 * @typedef {{items?: string[], category?: string, brand?: string}} Goods none of these is all there are
 * @typedef {[least: number, bp: number, paise: number]} Step
 * @typedef {object} Scheme as the server tells it (`as_told`)
 * @property {string} id @property {string} name @property {'free'|'bundle'|'off'|'bill'} kind @property {string} from
 * @property {string|null} to @property {number} days @property {string[]} stores @property {string[]} lists @property {number} priority
 * @property {boolean} alone @property {number} most @property {Goods} [goods] @property {number} [buy] @property {number} [get]
 * @property {Goods|null} [gives] @property {number} [bp] @property {[string, number][]} [parts] @property {number} [price]
 * @property {Step[]} [steps]
 *
 * @typedef {{item: string, category: string, brand: string, qty: number, amount: number, open: boolean}} Line
 * @typedef {Line & {line: number, state: number}} Portion a part of a line that is treated alike
 * @typedef {{line: number, scheme: string, paise: number}} Off
 */

/**
 * Whether a scheme may be used on a day in a store, by who buys by a price list (null: by none).
 * @param {Scheme} scheme @param {string} day @param {string} store @param {string|null} list
 */
export function stands(scheme, day, store, list) {
  const isTime = scheme.from <= day && (scheme.to === null || day <= scheme.to);
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const isPlace = scheme.stores.length === 0 || scheme.stores.includes(store);
  const isBuyer = scheme.lists.length === 0 || (list !== null && scheme.lists.includes(list));
  return isTime && ((scheme.days >> weekday) & 1) === 1 && isPlace && isBuyer;
}

/**
 * What schemes that stand take off each line, by line and then in the order of schemes.
 * @param {readonly Line[]} lines @param {readonly Scheme[]} schemes
 * @returns {Off[]}
 */
export function worked(lines, schemes) {
  const basket = new Basket(lines);
  /** @type {Off[]} */
  const found = [];
  for (const scheme of [...schemes].sort(before)) {
    /** @type {Map<number, number>} */
    const sums = new Map();
    for (const [portion, paise] of REMEDIES[scheme.kind](basket, scheme)) {
      portion.amount -= paise;
      portion.state = scheme.alone ? ALONE : SHARED;
      sums.set(portion.line, (sums.get(portion.line) ?? 0) + paise);
    }
    for (const [line, paise] of sums) if (paise) found.push({ line, scheme: scheme.id, paise });
  }
  return found.sort((a, b) => a.line - b.line);
}

/** @param {Scheme} a @param {Scheme} b */
function before(a, b) {
  return Number(a.kind === 'bill') - Number(b.kind === 'bill') || b.priority - a.priority || compare(a.id, b.id);
}

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

class Basket {
  /** @param {readonly Line[]} lines */
  constructor(lines) {
    /** @type {Portion[]} */
    this.portions = lines
      .map((line, index) => ({ ...line, line: index, state: FREE }))
      .filter(({ open, qty }) => open && qty > 0)
      .sort((a, b) => compare(a.item, b.item) || a.qty - b.qty || a.amount - b.amount);
  }

  /** Those a scheme may take, of some goods. @param {Scheme} scheme @param {Goods} goods */
  openTo(scheme, goods) {
    const most = scheme.alone ? FREE : SHARED;
    return this.portions.filter((one) => one.state <= most && has(goods, one));
  }

  /**
   * `want` of a pool that has as much, the dearest or the cheapest first: those, and what is left of the pool.
   * @param {Portion[]} pool @param {number} want @param {boolean} dear
   * @returns {[Portion[], Portion[]]}
   */
  take(pool, want, dear) {
    const ordered = pool.map((portion) => ({ portion, worth: (BigInt(portion.amount) * 1_000_000n) / BigInt(portion.qty) }));
    ordered.sort((a, b) => (a.worth === b.worth ? 0 : a.worth < b.worth === dear ? 1 : -1));
    /** @type {Portion[]} */
    const taken = [];
    /** @type {Portion[]} */
    const left = [];
    for (const { portion } of ordered) {
      if (want <= 0) left.push(portion);
      else {
        if (portion.qty > want) left.push(this.#split(portion, want));
        want -= portion.qty;
        taken.push(portion);
      }
    }
    return [taken, left];
  }

  /** @param {Portion} portion @param {number} qty */
  #split(portion, qty) {
    const [amount, rest] = split(portion.amount, [qty, portion.qty - qty]);
    const other = { ...portion, qty: portion.qty - qty, amount: rest };
    Object.assign(portion, { qty, amount });
    this.portions.splice(this.portions.indexOf(portion) + 1, 0, other);
    return other;
  }
}

/** @param {Goods} goods @param {Portion} portion */
function has({ items, category, brand }, portion) {
  if (items?.length) return items.includes(portion.item);
  return (!category || category === portion.category) && (!brand || brand === portion.brand);
}

/** @typedef {[Portion, number][]} Taken @type {Record<string, (basket: Basket, scheme: any) => Taken>} */
const REMEDIES = {
  /** For each `buy` bought, `get` at a percentage off. Of the dearest sets of the goods the cheapest are given. */
  free(basket, scheme) {
    const { goods, buy, get, gives, bp, most } = scheme;
    const pool = basket.openTo(scheme, goods);
    /** @type {Portion[]} */
    let bought;
    /** @type {Portion[]} */
    let given;
    if (gives === null) {
      const sets = bounded(Math.floor(qtyOf(pool) / (buy + get)), most);
      const [together] = basket.take(pool, sets * (buy + get), true);
      [given, bought] = basket.take(together, sets * get, false);
    } else {
      const gifts = basket.openTo(scheme, gives).filter((one) => !pool.includes(one));
      const sets = bounded(Math.min(Math.floor(qtyOf(pool) / buy), Math.floor(qtyOf(gifts) / get)), most);
      [bought] = basket.take(pool, sets * buy, true);
      [given] = basket.take(gifts, sets * get, false);
    }
    return shared([...bought, ...given], part(amountOf(given), bp));
  },

  /** Certain goods together at one price; nothing where they cost less apart. */
  bundle(basket, scheme) {
    const pools = scheme.parts.map((/** @type {[string, number]} */ [item, qty]) => ({ pool: basket.openTo(scheme, { items: [item] }), qty }));
    const sets = bounded(Math.min(...pools.map((/** @type {any} */ { pool, qty }) => Math.floor(qtyOf(pool) / qty))), scheme.most);
    const together = pools.flatMap((/** @type {any} */ { pool, qty }) => basket.take(pool, sets * qty, true)[0]);
    return shared(together, Math.max(amountOf(together) - sets * scheme.price, 0));
  },

  /** Less on all of the goods, by the greatest quantity reached. */
  off(basket, scheme) {
    const pool = basket.openTo(scheme, scheme.goods);
    const step = reached(scheme.steps, qtyOf(pool));
    if (!step) return [];
    const [, bp, paise] = step;
    /** @type {Taken} */
    const offs = pool.map((one) => [one, bp ? part(one.amount, bp) : least(roundedBig(BigInt(paise) * BigInt(one.qty), 1000n), one.amount)]);
    return offs.filter(([, off]) => off);
  },

  /** Less on the whole bill, by the greatest sum reached after what came before. */
  bill(basket, scheme) {
    const pool = basket.openTo(scheme, scheme.goods);
    const amount = amountOf(pool);
    const step = reached(scheme.steps, amount);
    if (!step) return [];
    const [, bp, paise] = step;
    return shared(pool, bp ? part(amount, bp) : Math.min(paise, amount));
  },
};

/** A percentage in basis points. @param {number} whole @param {number} bp */
const part = (whole, bp) => toNumber(roundedBig(BigInt(whole) * BigInt(bp), BigInt(ONE)));
/** Compared before it is a Number: so much a unit may be past what a Number holds. @param {bigint} off @param {number} most */
const least = (off, most) => (off < BigInt(most) ? Number(off) : most);
/** @param {Portion[]} pool */
const qtyOf = (pool) => pool.reduce((sum, one) => sum + one.qty, 0);
/** @param {Portion[]} pool */
const amountOf = (pool) => pool.reduce((sum, one) => sum + one.amount, 0);
/** @param {number} sets @param {number} most */
const bounded = (sets, most) => (most ? Math.min(sets, most) : sets);

/** @param {Step[]} steps @param {number} value @returns {Step|undefined} */
function reached(steps, value) {
  if (value <= 0) return undefined;
  return steps.filter(([least]) => least <= value).sort((a, b) => b[0] - a[0])[0];
}

/** A sum over portions by their amounts; nothing to share takes no portion. @param {Portion[]} portions @param {number} paise @returns {Taken} */
function shared(portions, paise) {
  if (!paise) return [];
  const shares = split(paise, portions.map((one) => one.amount));
  return portions.map((one, index) => [one, shares[index]]);
}
