// @ts-check
/**
 * Which price of the lists holds: `webapp/catalogue/price_rules.py` in JavaScript; `tests/vectors` runs both. Fetched only where the shop
 * has price lists or schemes.
 */

/**
 * @typedef {{price: number, minQty: number, from: string, to: string, isOwn: boolean, ofStore: boolean, list: string, name: string}} Offered
 * @typedef {{id: string, name: string, all: boolean, of_store: boolean, version: number, customers: string[], prices: string}} PriceList as the server tells it
 */

/**
 * The price for a quantity on a day, or null when no list has one: then the item's own holds.
 * @param {readonly Offered[]} offered @param {number} qty @param {string} day
 * @returns {Offered|null}
 */
export function holdingPrice(offered, qty, day) {
  const standing = offered.filter((one) => one.minQty <= qty && one.from <= day && (!one.to || day <= one.to));
  return standing.sort(before)[0] ?? null;
}

/** The more specific first. @param {Offered} a @param {Offered} b */
function before(a, b) {
  return (
    Number(b.isOwn) - Number(a.isOwn) || Number(b.ofStore) - Number(a.ofStore) || b.minQty - a.minQty || Number(Boolean(b.to)) - Number(Boolean(a.to)) ||
    later(b.from, a.from) || a.price - b.price || later(b.list, a.list)
  );
}

/** @param {string} a @param {string} b */
const later = (a, b) => (a > b ? 1 : a < b ? -1 : 0);

/** The lists of this device. Only what is asked of them is read: a list may have twenty thousand prices, a bill few items. */
export class PriceBook {
  /** @param {PriceList[]} lists */
  constructor(lists) {
    this.lists = lists;
    /** @type {Map<string, Offered[]>} by item: what all lists have of it */
    this.read = new Map();
  }

  /** @param {string} item @returns {Offered[]} */
  #offered(item) {
    let found = this.read.get(item);
    if (!found) {
      found = this.lists.flatMap((list) => offeredBy(list, item));
      this.read.set(item, found);
    }
    return found;
  }

  /**
   * The price of one base unit of an item for who buys by a list of their own (null: by none).
   * @param {string} item @param {number} qty @param {string|null} own @param {string} day
   */
  priceOf(item, qty, own, day) {
    return holdingPrice(this.#offered(item).filter((one) => !one.isOwn || one.list === own), qty, day);
  }
}

/** What one list has of an item. @param {PriceList} list @param {string} item @returns {Offered[]} */
function offeredBy({ id, name, all, of_store: ofStore, prices }, item) {
  const place = prices.startsWith(item) ? 0 : prices.indexOf(`\n${item}`) + 1;
  if (place === 0 && !prices.startsWith(item)) return [];
  const end = prices.indexOf('\n', place);
  const parts = prices.slice(place, end < 0 ? undefined : end).split(',');
  const found = [];
  for (let at = 1; at + 3 < parts.length; at += 4) {
    const [price, minQty, from, to] = parts.slice(at, at + 4);
    found.push({ price: Number(price), minQty: Number(minQty), from, to, isOwn: !all, ofStore, list: id, name });
  }
  return found;
}
