// @ts-check
/**
 * The facts of GST the arithmetic needs: `webapp/tax/kinds.py` and the codes of `states.py` in JavaScript. A test compares every one of
 * them with Python's.
 */

import { BooksError } from './money.js';

/** The version of the arithmetic, written on every bill. */
export const RULES_V = 1;

/** Limits of a rate and of a cess, in basis points. */
export const MOST_RATE_BP = 10_000;
export const MOST_CESS_BP = 30_000;

export const SCHEME = Object.freeze({ REGULAR: 'regular', COMPOSITION: 'composition', UNREGISTERED: 'unregistered' });
export const TREATMENT = Object.freeze({ TAXABLE: 'taxable', NIL: 'nil', EXEMPT: 'exempt', NON_GST: 'non_gst' });
export const SUPPLY = Object.freeze({ INTRA: 'intra', INTER: 'inter', ZERO_RATED: 'zero_rated' });
export const DOCUMENT_KIND = Object.freeze({
  TAX_INVOICE: 'tax_invoice',
  BILL_OF_SUPPLY: 'bill_of_supply',
  BILL: 'bill',
  CREDIT_NOTE: 'credit_note',
});

export const OTHER_COUNTRY = '96';

/** The states a supply can be in, by GST code; their names stand in `states.js`. */
export const STATE_CODES = new Set('01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 26 27 29 30 31 32 33 34 35 36 37 38 96 97'.split(' '));

/** @param {string} code */
export function requireState(code) {
  if (!STATE_CODES.has(code)) {
    throw new BooksError(`${code} is not a GST state code.`, 'Choose the state from the list.');
  }
}
