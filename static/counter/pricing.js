// @ts-check
/**
 * The prices of the lists and what schemes take off, for the bill at hand. Fetched with the catalogue where the shop has either, so that
 * a shop without them loads nothing of it.
 */

import { MOST_PAISE, roundedBig } from './money.js';
import { PriceBook } from './price_lists.js';
import { stands, worked } from './schemes.js';

/** @typedef {import('./drafts.js').Draft} Draft @typedef {import('./catalogue.js').Catalogue} Catalogue */

export class Pricing {
  /** @param {Catalogue} catalogue */
  constructor(catalogue) {
    this.catalogue = catalogue;
    this.book = new PriceBook(catalogue.lists);
    this.changed = 0;
    /** The list each customer buys by. @type {Map<string, string>} */
    this.lists = new Map(catalogue.lists.flatMap(({ id, customers }) => customers.map((customer) => [customer, id])));
  }

  /** The list a draft's customer buys by. @param {Draft} draft */
  #listOf(draft) {
    return this.lists.get(draft.customer ?? '') ?? null;
  }

  /**
   * Give each line the price that holds; a price set by hand stays. `changed` says how many got another one.
   * @param {Draft} draft @param {string} day
   */
  reprice(draft, day) {
    const own = this.#listOf(draft);
    this.changed = 0;
    // What the shelf's batches took apart reaches a break together (webapp/sales/offers.py counts alike).
    const together = new Map();
    for (const { item, qty, batch } of draft.lines) if (batch) together.set(item, (together.get(item) ?? 0) + qty);
    for (const line of draft.lines) {
      if (line.hand) {
        Object.assign(line, line.list && { list: null, listName: '' }); // its price is no longer the list's
        continue;
      }
      line.own ??= line.price;
      const holding = this.book.priceOf(line.item, line.batch ? together.get(line.item) : line.qty, own, day);
      const price = holding?.price ?? line.own;
      if (price !== line.price) this.changed += 1;
      Object.assign(line, { price, list: holding?.list ?? null, listName: holding?.name ?? '' });
    }
  }

  /**
   * What schemes take off each line: a part of its discount, in paise.
   * @param {Draft} draft @param {string} day
   * @returns {{scheme: string, name: string, off: number}[][]}
   */
  offers(draft, day) {
    const { schemes, shop } = this.catalogue;
    const own = this.#listOf(draft);
    const standing = schemes.filter((scheme) => stands(scheme, day, shop.store.id, own));
    const names = new Map(standing.map(({ id, name }) => [id, name]));
    /** @type {{scheme: string, name: string, off: number}[][]} */
    const found = draft.lines.map(() => []);
    const basket = draft.lines.map((line) => this.#basketLine(line));
    for (const { line, scheme, paise } of worked(basket, standing)) found[line].push({ scheme, name: names.get(scheme) ?? '', off: paise });
    return found;
  }

  /** A line as schemes look at it: at its price, before any discount. What a person has set stands alone. @param {import('./drafts.js').DraftLine} line */
  #basketLine({ item, qty, price, disc, hand, plain }) {
    const { category = '', brand = '' } = this.catalogue.items.get(item) ?? {};
    const isSound = Number.isSafeInteger(qty) && qty > 0 && Number.isSafeInteger(price) && price >= 0;
    const amount = isSound ? Number(roundedBig(BigInt(qty) * BigInt(price), 1_000_000n)) : 0;
    // What no bill can hold is refused by the figures, in words; schemes do not look at it.
    return { item, category, brand, qty, amount, open: isSound && amount <= MOST_PAISE && !(disc || hand || plain) };
  }
}
