// @ts-check
/** The X and Z report of a shift, from its documents alone. All figures in paise. */

const FIGURES = ['gross', 'discount', 'taxable', 'cgst', 'sgst', 'igst', 'cess', 'round_off', 'total'];
const MODES = ['cash', 'upi', 'card', 'credit', 'bank'];

/**
 * @param {import('./shift.js').Shift} shift @param {any[]} rows its stored documents
 */
export function reportOf(shift, rows) {
  const stand = rows.filter((row) => !row.cancelled);
  const [sold, returned, paid] = ['bill', 'return', 'receipt'].map((type) => {
    return stand.filter((row) => row.type === type).map((row) => JSON.parse(row.body));
  });
  const cancelled = rows.filter((row) => row.cancelled);
  const bills = addedUp(sold);
  const returns = addedUp(returned);
  const byMode = tendersOf(sold);
  const refunds = tendersOf(returned);
  const receiptsByMode = added(MODES, (mode) => paid.filter((doc) => doc.mode === mode).map((doc) => doc.amount));
  const moves = shift.moves.map((move) => move.amount);
  const cashIn = total(moves.filter((amount) => amount > 0));
  const cashOut = -total(moves.filter((amount) => amount < 0));
  const numbers = rows.filter((row) => row.type === 'bill').sort((a, b) => a.at - b.at || a.seq - b.seq).map((row) => row.number);
  return {
    shift: { id: shift.id, openedAt: shift.openedAt, openedBy: shift.openedBy, float: shift.float },
    bills,
    returns,
    cancelled: { n: cancelled.length, total: total(cancelled.map((row) => row.total)) },
    receipts: { n: paid.length, total: total(paid.map((doc) => doc.amount)) },
    byMode,
    refunds,
    receiptsByMode,
    cashIn,
    cashOut,
    paidBack: shift.paidBack,
    expected: shift.float + byMode.cash - refunds.cash + receiptsByMode.cash + cashIn - cashOut - shift.paidBack,
    counted: null,
    difference: null,
    first: numbers[0] ?? '',
    last: numbers.at(-1) ?? '',
    balanced: total(Object.values(byMode)) === bills.total && total(Object.values(refunds)) === returns.total,
  };
}

/** @param {any[]} docs */
function addedUp(docs) {
  const { round_off: roundOff, ...sums } = added(FIGURES, (name) => docs.map((doc) => doc.totals[name]));
  return { n: docs.length, ...sums, roundOff };
}

/** @param {any[]} docs */
function tendersOf(docs) {
  const tenders = docs.flatMap((doc) => doc.tenders);
  return added(MODES, (mode) => tenders.filter((tender) => tender.mode === mode).map((tender) => tender.amount));
}

/**
 * @param {string[]} names @param {(name: string) => number[]} amounts
 * @returns {Record<string, any>}
 */
function added(names, amounts) {
  return Object.fromEntries(names.map((name) => [name, total(amounts(name))]));
}

/** @param {number[]} amounts */
function total(amounts) {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
