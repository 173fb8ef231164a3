// @ts-check
/**
 * The figures of a bill: `webapp/tax/arithmetic.py`, `rates.py`, `documents.py` in JavaScript, line for line.
 * The rule is written out in `docs/tax-arithmetic.md`. Numbers at the edge, BigInt inside; change both languages and
 * the vectors together.
 */

import { DOCUMENT_KIND, MOST_CESS_BP, MOST_RATE_BP, OTHER_COUNTRY, requireState, SCHEME, SUPPLY, TREATMENT } from './gst_rules.js';
import { BooksError, keepPromise, MOST_PAISE, MOST_QTY, roundedBig, rupees, split, toNumber, whole } from './money.js';

export { RULES_V } from './gst_rules.js';

/**
 * @typedef {object} DatedRate
 * @property {string} effectiveFrom YYYY-MM-DD
 * @property {number} priceOver thousandths of a paisa; 0 for any price
 * @property {number} rateBp
 * @property {number} cessBp
 *
 * @typedef {object} TaxClass
 * @property {string} treatment
 * @property {readonly DatedRate[]} rates
 *
 * @typedef {object} BillLine
 * @property {number} qty thousandths
 * @property {number} unitPrice thousandths of a paisa
 * @property {boolean} priceIncludesTax
 * @property {number} discount paise, for the whole line
 * @property {number} rateBp
 * @property {number} cessBp
 *
 * @typedef {object} Terms
 * @property {string} scheme
 * @property {string} supply
 * @property {number} billDiscount paise
 * @property {boolean} roundsToRupee
 *
 * @typedef {object} LineFigures all in paise; total = taxable + cgst + sgst + igst + cess
 * @property {number} gross @property {number} discount @property {number} billDiscount @property {number} taxable
 * @property {number} cgst @property {number} sgst @property {number} igst @property {number} cess @property {number} total
 *
 * @typedef {object} Figures all in paise; total = taxable + cgst + sgst + igst + cess + roundOff
 * @property {LineFigures[]} lines
 * @property {number} gross @property {number} discount @property {number} taxable @property {number} cgst
 * @property {number} sgst @property {number} igst @property {number} cess @property {number} roundOff
 * @property {number} total
 *
 * @typedef {object} HsnRow
 * @property {string} hsn @property {string} uqc @property {number} rateBp @property {number} qty
 * @property {number} taxable @property {number} cgst @property {number} sgst @property {number} igst
 * @property {number} cess
 */

const ONE = 10_000n; // 100 % in basis points
const MOST_UNIT_PRICE = MOST_PAISE * 1000;
const GOODS_BACK = 'For goods that come back, make a return against the bill.';

/**
 * The figures of a bill or a credit note. BooksError, with the line's number, for a negative figure, one larger than
 * the books hold, a rate out of range, or a discount above what it is taken from.
 * @param {readonly BillLine[]} lines @param {Terms} terms
 * @returns {Figures}
 */
export function workOut(lines, terms) {
  const grosses = lines.map((line, index) => grossOf(index + 1, line));
  const amounts = lines.map((line, index) => grosses[index] - line.discount);
  requireBillDiscount(terms.billDiscount, sum(amounts));
  const shares = split(terms.billDiscount, amounts);
  const worked = lines.map((line, index) => lineFigures(line, grosses[index], shares[index], terms));
  const total = sum(worked.map((line) => line.total));
  if (total > BigInt(MOST_PAISE)) {
    throw new BooksError(
      `The bill comes to more than ${rupees(MOST_PAISE)}, the most the books can hold.`,
      'Check quantities and prices, or make several bills.',
    );
  }
  const roundOff = terms.roundsToRupee ? roundedBig(total, 100n) * 100n - total : 0n;
  return {
    lines: worked,
    gross: toNumber(sum(grosses)),
    discount: toNumber(sum(lines.map((line) => line.discount)) + BigInt(terms.billDiscount)),
    taxable: toNumber(sum(worked.map((line) => line.taxable))),
    cgst: toNumber(sum(worked.map((line) => line.cgst))),
    sgst: toNumber(sum(worked.map((line) => line.sgst))),
    igst: toNumber(sum(worked.map((line) => line.igst))),
    cess: toNumber(sum(worked.map((line) => line.cess))),
    roundOff: toNumber(roundOff),
    total: toNumber(total + roundOff),
  };
}

/**
 * A percentage discount of a line's gross or of a bill's amount, in paise. BooksError above 100 % or below 0.
 * @param {number} amount @param {number} bp
 */
export function discountFromBp(amount, bp) {
  if (!(bp >= 0 && bp <= 10_000)) throw new BooksError('A discount is from 0 to 100 %.', 'Lower the discount.');
  if (!(amount >= 0 && amount <= MOST_PAISE)) {
    throw new BooksError('The amount to discount is out of range.', 'Check the quantity and price of the line.');
  }
  return toNumber(roundedBig(whole(amount, 'amount') * whole(bp, 'discount'), ONE));
}

/** @param {number} number @param {BillLine} line */
function grossOf(number, line) {
  requireRange(number, 'quantity', line.qty, MOST_QTY);
  requireRange(number, 'price', line.unitPrice, MOST_UNIT_PRICE);
  requireRange(number, 'discount', line.discount, MOST_PAISE);
  requireRange(number, 'tax rate', line.rateBp, MOST_RATE_BP);
  requireRange(number, 'cess rate', line.cessBp, MOST_CESS_BP);
  const gross = roundedBig(BigInt(line.qty) * BigInt(line.unitPrice), 1_000_000n);
  if (gross > BigInt(MOST_PAISE)) refuseLarge(number, 'amount');
  if (BigInt(line.discount) > gross) {
    const most = rupees(toNumber(gross));
    throw new BooksError(
      `Line ${number}: the discount of ${rupees(line.discount)} is more than the amount, ${most}.`,
      `Lower the discount to ${most} or less.`,
    );
  }
  return toNumber(gross);
}

/** @param {number} number @param {string} what @param {number} value @param {number} most */
function requireRange(number, what, value, most) {
  if (value < 0) {
    throw new BooksError(
      `Line ${number}: the ${what} is less than nought.`,
      what === 'quantity' || what === 'price' ? GOODS_BACK : `Give a ${what} of 0 or more.`,
    );
  }
  if (value > most) refuseLarge(number, what);
  whole(value, what);
}

/** @param {number} number @param {string} what @returns {never} */
function refuseLarge(number, what) {
  throw new BooksError(`Line ${number}: the ${what} is larger than the books can hold.`, `Check the ${what} of the line.`);
}

/** @param {number} discount @param {bigint} amount */
function requireBillDiscount(discount, amount) {
  if (discount < 0) {
    throw new BooksError('The discount on the bill is less than nought.', 'Give a discount of 0 or more.');
  }
  if (whole(discount, 'discount on the bill') > amount) {
    const most = rupees(toNumber(amount));
    throw new BooksError(
      `The discount of ${rupees(discount)} is more than the bill, ${most}.`,
      `Lower the discount to ${most} or less.`,
    );
  }
}

/** @param {readonly number[]} values */
function sum(values) {
  return values.reduce((all, value) => all + BigInt(value), 0n);
}

/**
 * @param {BillLine} line @param {number} gross @param {number} share @param {Terms} terms
 * @returns {LineFigures}
 */
function lineFigures(line, gross, share, terms) {
  const [taxable, half, igst, cess] = taxes(line, BigInt(gross - line.discount - share), terms);
  return {
    gross,
    discount: line.discount,
    billDiscount: share,
    taxable: toNumber(taxable),
    cgst: toNumber(half),
    sgst: toNumber(half),
    igst: toNumber(igst),
    cess: toNumber(cess),
    total: toNumber(taxable + 2n * half + igst + cess),
  };
}

/**
 * Taxable value, half of the tax (CGST, and again SGST), IGST and cess of what is `left` of a line's amount.
 * @param {BillLine} line @param {bigint} left @param {Terms} terms
 * @returns {[bigint, bigint, bigint, bigint]}
 */
function taxes(line, left, terms) {
  const rate = BigInt(line.rateBp);
  const cessRate = BigInt(line.cessBp);
  // CGST Act s.10(4), s.32: such a seller collects no tax, so a price "with tax" is simply the price.
  if (terms.scheme !== SCHEME.REGULAR) return [left, 0n, 0n, 0n];
  // The whole a rate is taken of: the taxable value, or taxable value and all taxes where the price includes them.
  const divisor = line.priceIncludesTax ? ONE + rate + cessRate : ONE;
  const cess = roundedBig(left * cessRate, divisor);
  if (terms.supply === SUPPLY.INTRA) {
    const half = roundedBig(left * rate, 2n * divisor);
    return [line.priceIncludesTax ? left - 2n * half - cess : left, half, 0n, cess];
  }
  const igst = roundedBig(left * rate, divisor);
  const taxable = line.priceIncludesTax ? left - igst - cess : left;
  // Under LUT the buyer pays no tax: a price that includes tax is charged without it.
  if (terms.supply === SUPPLY.ZERO_RATED) return [taxable, 0n, 0n, 0n];
  return [taxable, 0n, igst, cess];
}

/**
 * The rate of a unit sold on `day`; see `rate_on` in `webapp/tax/rates.py`. Give `unitPrice` after the line's discount.
 * @param {TaxClass} taxClass @param {string} day YYYY-MM-DD @param {number} unitPrice
 * @param {{priceIncludesTax?: boolean}} [options]
 * @returns {DatedRate}
 */
export function rateOn(taxClass, day, unitPrice, { priceIncludesTax = false } = {}) {
  keepPromise(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day), 'a day is written YYYY-MM-DD');
  const latest = taxClass.rates.reduce((found, row) => {
    return row.effectiveFrom <= day && row.effectiveFrom > found ? row.effectiveFrom : found;
  }, '');
  if (latest === '') {
    if (taxClass.treatment !== TREATMENT.TAXABLE) {
      return { effectiveFrom: '2017-07-01', priceOver: 0, rateBp: 0, cessBp: 0 };
    }
    throw new BooksError(
      `No GST rate is in force on ${written(day)} for this tax class.`,
      'Choose a later date, or add the rate of that day to the tax class.',
    );
  }
  const slabs = taxClass.rates.filter((row) => row.effectiveFrom === latest).sort((a, b) => a.priceOver - b.priceOver);
  let found = slabs[0];
  if (found.priceOver > 0) {
    throw new BooksError(
      `No rate that began on ${written(latest)} is for the till or for the lowest prices.`,
      'Bill it in the office, or add a rate of that day for every price (price limit 0).',
    );
  }
  const price = whole(unitPrice, 'price') * ONE;
  for (const slab of slabs.slice(1)) {
    const divisor = priceIncludesTax ? ONE + BigInt(found.rateBp) + BigInt(found.cessBp) : ONE;
    if (price <= BigInt(slab.priceOver) * divisor) break;
    found = slab;
  }
  return found;
}

/**
 * What the law says of the item that day: a taxable class whose rate of the day is 0 % is nil-rated.
 * @param {TaxClass} taxClass @param {string} day @param {number} unitPrice
 */
export function treatmentOn(taxClass, day, unitPrice) {
  if (taxClass.treatment !== TREATMENT.TAXABLE) return taxClass.treatment;
  const rate = rateOn(taxClass, day, unitPrice);
  return rate.rateBp === 0 && rate.cessBp === 0 ? TREATMENT.NIL : TREATMENT.TAXABLE;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A day as the books write it: 20-Nov-2026. @param {string} day */
function written(day) {
  const [year, month, date] = day.split('-');
  return `${date}-${MONTHS[Number(month) - 1]}-${year}`;
}

/**
 * Which taxes a supply carries (IGST Act s.7, s.8). Same state: CGST and SGST; else, or to an SEZ: IGST.
 * @param {string} sellerState @param {string} placeOfSupply @param {{toSez?: boolean, zeroRated?: boolean}} [options]
 */
export function supplyBetween(sellerState, placeOfSupply, { toSez = false, zeroRated = false } = {}) {
  requireState(sellerState);
  requireState(placeOfSupply);
  if (zeroRated) return SUPPLY.ZERO_RATED;
  return toSez || placeOfSupply === OTHER_COUNTRY || sellerState !== placeOfSupply ? SUPPLY.INTER : SUPPLY.INTRA;
}

/**
 * The paper of a sale (CGST Rules 46, 46A, 49), from the seller's scheme and what the law says of each line.
 * @param {string} scheme @param {Iterable<string>} treatments
 */
export function documentKind(scheme, treatments) {
  if (scheme === SCHEME.UNREGISTERED) return DOCUMENT_KIND.BILL;
  if (scheme === SCHEME.COMPOSITION) return DOCUMENT_KIND.BILL_OF_SUPPLY;
  const kinds = new Set(treatments);
  return kinds.size > 0 && !kinds.has(TREATMENT.TAXABLE) ? DOCUMENT_KIND.BILL_OF_SUPPLY : DOCUMENT_KIND.TAX_INVOICE;
}

/**
 * Rows added up by HSN, rate and unit, in that order.
 * @param {Iterable<HsnRow>} rows
 * @returns {HsnRow[]}
 */
export function hsnSummary(rows) {
  /** @type {Map<string, HsnRow[]>} */
  const groups = new Map();
  for (const row of rows) {
    const key = JSON.stringify([row.hsn, row.rateBp, row.uqc]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map(added).sort((a, b) => {
    return compare(a.hsn, b.hsn) || a.rateBp - b.rateBp || compare(a.uqc, b.uqc);
  });
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @param {HsnRow[]} rows @returns {HsnRow} */
function added(rows) {
  const { hsn, uqc, rateBp } = rows[0];
  return {
    hsn,
    uqc,
    rateBp,
    qty: toNumber(sum(rows.map((row) => row.qty))),
    taxable: toNumber(sum(rows.map((row) => row.taxable))),
    cgst: toNumber(sum(rows.map((row) => row.cgst))),
    sgst: toNumber(sum(rows.map((row) => row.sgst))),
    igst: toNumber(sum(rows.map((row) => row.igst))),
    cess: toNumber(sum(rows.map((row) => row.cess))),
  };
}
