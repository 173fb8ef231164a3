// @ts-check
/** A discount as a person types and reads it. */

import { CounterError } from './errors.js';
import { plainDecimal, readBasisPoints, readPaise } from './money.js';

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
 * Refuses a line discounted further than a cashier may, while the server is heard or a manager may approve it here (`detail`: what he would);
 * away from both the bill is made, and looked at there (webapp/sales/limits.py and webapp/counter/approving.py work it out alike).
 * @param {any} engine @param {any} figures @param {any} draft
 */
export function requireLimit({ shop, contact }, figures, draft) {
  const most = shop?.most_discount_bp ?? 10_000;
  let [bp, off, isOver] = [0, 0, false];
  for (const { fig, offers } of figures.lines) {
    const given = offers.reduce((/** @type {number} */ sum, /** @type {any} */ offer) => sum + offer.off, 0); // what a scheme gives is none of the cashier's
    const [less, whole] = [fig.discount + fig.billDiscount - given, fig.gross - given];
    off += less;
    if (whole > 0) bp = Math.max(bp, Math.ceil((less * 10_000) / whole));
    isOver ||= (less - 1) * 10_000 > most * whole;
  }
  if (!isOver || isApproved(draft, 'discount', { bp, off })) return;
  const canAsk = shop.pins?.people.some((/** @type {any} */ one) => one.may.includes('discount'));
  if (contact?.online || canAsk) {
    throw new CounterError('discount_limit', 'This discount is larger than a cashier may give.', 'Lower it, or ask the owner to bill at the office.', canAsk && { kind: 'discount', figures: { bp, off } });
  }
}

/** Was as much approved for this draft, today? Names are the same, amounts no more. @param {any} draft @param {string} kind @param {Record<string, number|string>} figures */
export function isApproved({ approvals = [] }, kind, figures) {
  return approvals.some((/** @type {any} */ one) => one.kind === kind && Date.parse(one.at) > Date.now() - 86_000_000 && Object.entries(figures).every(([name, value]) => typeof value === 'number' ? value <= one.figures[name] : value === one.figures[name]));
}
