// @ts-check
/** The language of the vectors in JavaScript: `run` makes one call and says what came of it. `calls.py` is its twin. */

import { canonical, pauseAfter } from '/static/counter/approving.js';
import * as gstin from '/static/counter/gstin.js';
import * as money from '/static/counter/money.js';
import { readScaleCode } from '/static/counter/scan.js';
import { holdingPrice } from '/static/counter/price_lists.js';
import * as schemes from '/static/counter/schemes.js';
import * as states from '/static/counter/states.js';
import * as tax from '/static/counter/tax.js';
import { workedOut } from '/static/vouchers/calculator.js';
import { typedDay } from '/static/vouchers/days.js';
import { amountInWords } from '/static/counter/words.js';

/** @param {{call: string, with: any[]}} vector */
export function run(vector) {
  try {
    return { gives: CALLS[vector.call](...vector.with) };
  } catch (error) {
    if (error instanceof money.BooksError) return { refuses: `${error.problem} ${error.fix}` };
    if (error instanceof money.ValueError) return { refuses: error.message };
    if (error instanceof money.BrokenPromise) return { breaks: error.message };
    return { threw: String(error) };
  }
}

const taxClass = ([treatment, rates]) => ({
  treatment,
  rates: rates.map(([effectiveFrom, priceOver, rateBp, cessBp]) => ({ effectiveFrom, priceOver, rateBp, cessBp })),
});

function rateOn(row, day, price, included) {
  const found = tax.rateOn(taxClass(row), day, price, { priceIncludesTax: included === 'incl' });
  return [found.effectiveFrom, found.priceOver, found.rateBp, found.cessBp];
}

function workOut(lines, [scheme, supply, billDiscount, ending]) {
  const bill = tax.workOut(
    lines.map(([qty, unitPrice, included, discount, rateBp, cessBp]) => ({
      qty, unitPrice, priceIncludesTax: included === 'incl', discount, rateBp, cessBp,
    })),
    { scheme, supply, billDiscount, roundsToRupee: ending === 'rounds' },
  );
  return {
    lines: bill.lines.map((line) => [
      line.gross, line.discount, line.billDiscount, line.taxable, line.cgst, line.sgst, line.igst, line.cess, line.total,
    ]),
    bill: [
      bill.gross, bill.discount, bill.taxable, bill.cgst, bill.sgst, bill.igst, bill.cess, bill.roundOff, bill.total,
    ],
  };
}

const hsnRow = ([hsn, uqc, rateBp, qty, taxable, cgst, sgst, igst, cess]) => ({
  hsn, uqc, rateBp, qty, taxable, cgst, sgst, igst, cess,
});

function scaleLabel(code, names, unit, price, scale) {
  const found = { item: { unit }, qty: 1000, price };
  return readScaleCode(code, { codes: new Map(names.map((name) => [name, found])), shop: { scale } })?.qty ?? null;
}

const scheme = (told) => ({
  name: '', from: '2017-07-01', to: null, days: 127, stores: [], lists: [], priority: 0, alone: false, most: 0, goods: {}, gives: null, ...told,
});

function workedSchemes(lines, told) {
  const asked = lines.map(([item, category, brand, qty, amount, open]) => ({ item, category, brand, qty, amount, open: open === 'open' }));
  return schemes.worked(asked, told.map(scheme)).map(({ line, scheme: id, paise }) => [line, id, paise]);
}

const offered = ([price, minQty, from, to, whose, where, list]) => ({
  price, minQty, from, to: to ?? '', isOwn: whose === 'own', ofStore: where === 'store', list, name: '',
});

const CALLS = {
  approval_text: (command, kind, till, approver, pin, at, reason, figures) => canonical({ command, kind, till, approver, pin, at, reason, figures }),
  pin_pause: (n, gone) => pauseAfter({ n, at: 1_000_000 }, 1_000_000 + gone),
  worked_schemes: workedSchemes,
  scheme_stands: (told, day, store, list) => schemes.stands(scheme(told), day, store, list),
  holding_price: (rows, qty, day) => holdingPrice(rows.map(offered), qty, day)?.price ?? null,
  scale_label: scaleLabel,
  in_base_units: money.inBaseUnits,
  worked_out: workedOut,
  typed_day: typedDay,
  rounded: money.rounded,
  split: money.split,
  rupees: money.rupees,
  indian_grouping: money.indianGrouping,
  plain_decimal: money.plainDecimal,
  read_paise: money.readPaise,
  read_millipaise: money.readMilliPaise,
  read_qty: money.readQty,
  read_basis_points: money.readBasisPoints,
  amount_in_words: amountInWords,
  work_out: workOut,
  discount_from_bp: tax.discountFromBp,
  rate_on: rateOn,
  treatment_on: (row, day, price) => tax.treatmentOn(taxClass(row), day, price),
  supply_between: (seller, place, sez, lut) =>
    tax.supplyBetween(seller, place, { toSez: Boolean(sez), zeroRated: Boolean(lut) }),
  is_union_territory_without_legislature: states.isUnionTerritoryWithoutLegislature,
  state_name: states.stateName,
  state_of_gstin: gstin.stateOfGstin,
  check_gstin: gstin.checkGstin,
  document_kind: tax.documentKind,
  hsn_summary: (rows) =>
    tax.hsnSummary(rows.map(hsnRow)).map((row) => [
      row.hsn, row.uqc, row.rateBp, row.qty, row.taxable, row.cgst, row.sgst, row.igst, row.cess,
    ]),
};
