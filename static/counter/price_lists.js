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

/** The lists of this device, each read when it is first asked. */
export class PriceBook {
  /** @param {PriceList[]} lists */
  constructor(lists) {
    this.lists = lists;
    /** @type {Map<string, Map<string, string>>} the prices of an item as text, by list */
    this.read = new Map();
  }

  /** @param {PriceList} list @param {string} item @returns {Offered[]} */
  #offered({ id, name, all, of_store: ofStore, prices }, item) {
    let texts = this.read.get(id);
    if (!texts) {
      texts = new Map(prices.split('\n').map((line) => [line.slice(0, 36), line.slice(37)]));
      this.read.set(id, texts);
    }
    const parts = (texts.get(item) ?? '').split(',');
    const found = [];
    for (let at = 0; at + 3 < parts.length; at += 4) {
      const [price, minQty, from, to] = parts.slice(at, at + 4);
      found.push({ price: Number(price), minQty: Number(minQty), from, to, isOwn: !all, ofStore, list: id, name });
    }
    return found;
  }

  /**
   * The price of one base unit of an item for who buys by a list of their own (null: by none).
   * @param {string} item @param {number} qty @param {string|null} own @param {string} day
   */
  priceOf(item, qty, own, day) {
    const open = this.lists.filter((list) => list.all || list.id === own);
    return holdingPrice(open.flatMap((list) => this.#offered(list, item)), qty, day);
  }
}
