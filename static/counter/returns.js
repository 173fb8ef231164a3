// @ts-check
/**
 * Goods that come back against a bill of this device: `webapp/sales/returns.py` in JavaScript. Each figure is what should have come back by
 * now less what has, so the notes of a bill add up to it exactly, however often something comes back.
 */

import { CounterError } from './errors.js';
import { lineFigures, printedTender, requireTenders } from './issue.js';
import { plainDecimal, roundedBig, toNumber } from './money.js';
import { RULES_V } from './tax.js';
import { plainText } from './text.js';

const FIGURES = ['gross', 'discount', 'bill_discount', 'taxable', 'cgst', 'sgst', 'igst', 'cess', 'total'];

/**
 * What is left of each line, from the bill's document and those of its notes that stand.
 * @param {any} doc @param {any[]} notes
 * @returns {{line: number, name: string, qty: number, left: number, serials: string[]}[]} `serials`: of the pieces that may come back
 */
export function leftOf(doc, notes) {
  return doc.lines.map((/** @type {any} */ line, /** @type {number} */ index) => {
    const { qty, serials } = backOf(notes, index + 1);
    const pieces = (line.serials ?? []).filter((/** @type {string} */ serial) => !serials.has(serial));
    return { line: index + 1, name: line.name, qty: line.qty, left: line.qty - qty, serials: pieces };
  });
}

/**
 * The credit note's lines and totals. CounterError for a line that is not there, named twice, or more than is left.
 * @param {any} doc the bill @param {any[]} notes its notes so far @param {readonly {line: number, qty: number, serials?: string[]}[]} asked
 */
export function workOutReturn(doc, notes, asked) {
  requirePossible(doc, notes, asked);
  const lines = asked.map(({ line, qty, serials }) => {
    const sold = doc.lines[line - 1];
    const { item, name, local, unit, hsn, price, incl, mrp, batch, expires, rate, cess, treatment } = sold;
    const fig = figuresBack(sold, backOf(notes, line), qty);
    return { line, item, name, local, qty, unit, hsn, price, incl, mrp, batch, expires, serials, disc: fig.discount, rate, cess, treatment, fig };
  });
  const figures = lines.map((line) => line.fig);
  const raw = sum(figures, 'total');
  const rawByNow = raw + notes.flatMap((note) => note.lines).reduce((all, line) => all + line.fig.total, 0);
  const backTotal = notes.reduce((all, note) => all + note.totals.total, 0);
  const dueByNow = doc.totals.total % 100 === 0 ? Number(roundedBig(BigInt(rawByNow), 100n)) * 100 : rawByNow;
  const total = Math.max(dueByNow - backTotal, 0);
  const added = Object.fromEntries(['gross', 'taxable', 'cgst', 'sgst', 'igst', 'cess'].map((name) => [name, sum(figures, name)]));
  const discount = sum(figures, 'discount') + sum(figures, 'bill_discount');
  return { lines, totals: { ...added, discount, round_off: total - raw, total } };
}

/**
 * The body of a credit note.
 * @param {any} doc @param {any[]} notes @param {readonly {line: number, qty: number, serials?: string[]}[]} asked
 * @param {import('./issue.js').Tender[]} refunds @param {{cashier: any, reason: string}} about
 * @param {import('./issue.js').Numbered} head
 */
export function returnBody(doc, notes, asked, refunds, { cashier, reason }, head) {
  const { lines, totals } = workOutReturn(doc, notes, asked);
  requireTenders(refunds, totals.total, doc.customer);
  return {
    ...head,
    kind: 'credit_note',
    against: doc.id,
    against_number: doc.number,
    against_date: doc.date,
    cashier,
    customer: doc.customer,
    party: doc.party,
    supply: doc.supply,
    pos: doc.pos,
    rules_v: RULES_V,
    lines,
    bill_disc: sum(lines.map((line) => line.fig), 'bill_discount'),
    totals,
    tenders: refunds.map(printedTender),
    note: plainText(reason, 1000, true),
  };
}

/** @param {any} doc @param {any[]} notes @param {readonly {line: number, qty: number, serials?: string[]}[]} asked */
function requirePossible(doc, notes, asked) {
  const left = leftOf(doc, notes);
  const lines = asked.map(({ line }) => line);
  const isWrong = asked.length === 0 || new Set(lines).size < lines.length || asked.some(({ line, qty }) => !left[line - 1] || !(qty > 0));
  if (isWrong) throw new CounterError('empty', 'Nothing is chosen to come back.', 'Choose lines of the bill, each once, with a quantity.');
  const unnamed = asked.some(({ line, qty, serials = [] }) => {
    const { serials: pieces } = left[line - 1];
    return pieces.length > 0 && (serials.length * 1000 !== qty || serials.some((serial) => !pieces.includes(serial)));
  });
  if (unnamed) throw new CounterError('serials', 'Each piece that comes back has a serial number.', 'Choose the pieces that come back.');
  const over = asked.find(({ line, qty }) => qty > left[line - 1].left);
  if (!over) return;
  const { name, qty, left: most } = left[over.line - 1];
  throw new CounterError(
    'over_return',
    `${name}: ${plainDecimal(qty, 3)} were sold and ${plainDecimal(qty - most, 3)} have come back; ${plainDecimal(over.qty, 3)} more cannot.`,
    `Take back ${plainDecimal(most, 3)} or less.`,
  );
}

/** What has come back of one line. @param {any[]} notes @param {number} number */
function backOf(notes, number) {
  const lines = notes.flatMap((note) => note.lines).filter((line) => line.line === number);
  const figures = Object.fromEntries(FIGURES.map((name) => [name, sum(lines.map((line) => line.fig), name)]));
  return { qty: lines.reduce((all, line) => all + line.qty, 0), figures, serials: new Set(lines.flatMap(({ serials = [] }) => serials)) };
}

/** @param {any} sold @param {{qty: number, figures: Record<string, number>}} back @param {number} qty */
function figuresBack(sold, back, qty) {
  const part = (/** @type {string} */ name) => {
    const byNow = toNumber(roundedBig(BigInt(sold.fig[name]) * BigInt(back.qty + qty), BigInt(sold.qty)));
    return Math.min(Math.max(byNow - back.figures[name], 0), sold.fig[name] - back.figures[name]);
  };
  const [discount, billDiscount, taxable, half, igst, cess] = ['discount', 'bill_discount', 'taxable', 'cgst', 'igst', 'cess'].map(part);
  const total = taxable + 2 * half + igst + cess;
  const { fig } = sold;
  // Gross less discounts is what the bill was worked from: the taxable value, or the total where prices include tax.
  const amount = fig.gross - fig.discount - fig.bill_discount;
  const base = amount === fig.taxable ? taxable : amount === fig.total ? total : null;
  const gross = base === null ? part('gross') : base + discount + billDiscount;
  return lineFigures({ gross, discount, billDiscount, taxable, cgst: half, sgst: half, igst, cess, total });
}

/** @param {any[]} rows @param {string} name */
function sum(rows, name) {
  return rows.reduce((all, row) => all + row[name], 0);
}
