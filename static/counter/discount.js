// @ts-check
/** A discount as a person types and reads it. */

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
