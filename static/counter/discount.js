// @ts-check
/** A discount as a person types and reads it. */

import { BooksError, plainDecimal, readBasisPoints, readPaise } from './money.js';

/** @param {any} disc */
export function discountText(disc) {
  if (!disc) return '';
  return 'bp' in disc ? `${plainDecimal(disc.bp, 2)}%` : plainDecimal(disc.paise, 2);
}

/** "10" rupees or "5%"; nothing is no discount. @param {string} text */
export function readDiscount(text) {
  const typed = text.trim();
  if (!typed) return null;
  if (typed.endsWith('%')) return { bp: readBasisPoints(typed) };
  const paise = readPaise(typed);
  return paise === 0 ? null : { paise };
}

/**
 * Refuses a line discounted further than a cashier may, while the server is heard; away from it the bill is made, and looked at there
 * (webapp/sales/limits.py works it out alike). @param {any} engine @param {any} figures
 */
export function requireLimit({ shop, contact }, figures) {
  const most = shop?.most_discount_bp ?? 10_000;
  const passes = (/** @type {any} */ { fig, offers }) => {
    const off = offers.reduce((/** @type {number} */ sum, /** @type {any} */ offer) => sum + offer.off, 0); // what a scheme gives is none of the cashier's
    return (fig.discount + fig.billDiscount - off - 1) * 10_000 > most * (fig.gross - off);
  };
  if (contact?.online && figures.lines.some(passes)) {
    throw new BooksError('This discount is larger than a cashier may give.', 'Lower it, or ask the owner to bill at the office.');
  }
}
