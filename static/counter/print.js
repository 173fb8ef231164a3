// @ts-check
/**
 * Onto paper by the browser's own print. `@page` takes no "auto" height, so a roll's page is measured from the receipt and said in a
 * constructed style sheet, which the policy allows where an inline one is refused.
 */

import { recall } from '../app/store.js';
import { $ } from './dom.js';
import { t } from './lang.js';
import { draw, drawPaper } from './receipt.js';
import { upiLink } from './upi.js';

/** @type {CSSStyleSheet|null} */
let sheet = null;
const PX_PER_MM = 96 / 25.4;

export const paperSize = () => recall('paper') || '80';

/** What the bill's UPI code asks for: what was, or is to be, paid by UPI or is still due. @param {any} engine @param {any} bill */
export function upiOf(engine, bill) {
  if (bill.type !== 'bill' || bill.cancelled) return '';
  const open = bill.doc.tenders.filter((/** @type {any} */ one) => one.mode === 'upi' || one.mode === 'credit');
  return upiLink(engine.shop, { amount: open.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.amount, 0), number: bill.number });
}

/** The paper of a stored document, as it will be printed. @param {any} engine @param {any} bill @param {boolean} [isCopy] */
export function paperOf(engine, bill, isCopy = false, paper = paperSize()) {
  const due = bill.type === 'receipt' ? (engine.customers.get(bill.doc.customer)?.due ?? null) : null;
  return drawPaper(bill, { shop: engine.shop, upi: upiOf(engine, bill), isCopy, paper, due });
}

/** Print a document of this device; from the second print on it says DUPLICATE. @param {any} till @param {string} id */
export async function printBill({ engine }, id) {
  const bill = await engine.bill(id);
  const prints = await engine.printed(id);
  printPaper(paperOf(engine, bill, prints > 1), paperSize());
}

/** @param {any} till @param {Record<string, any>} words */
export function printReport({ engine }, words) {
  printPaper(draw('t-report', { ...words, shop: engine.shop }, engine.shop.language ?? 'en', paperSize()), paperSize() === '58' ? '58' : '80');
}

/** @param {HTMLElement} node @param {string} paper "80", "58" or "a4" */
export function printPaper(node, paper) {
  const place = $('paper');
  place.replaceChildren(node);
  const isSheet = node.classList.contains('a4-bill');
  const height = Math.ceil(node.getBoundingClientRect().height / PX_PER_MM) + 8;
  const width = paper === '58' ? 58 : 80;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  sheet.replaceSync(isSheet ? '@page { size: A4; margin: 12mm }' : `@page { size: ${width}mm ${height}mm; margin: 0 }`);
  window.print();
}

/** The bill or credit note made here last, once more. @param {any} till */
export async function printLast(till) {
  $('till-menu').hidePopover?.();
  const [last] = await till.engine.bills({ limit: 1 });
  if (last) await till.print(last.id);
  else till.toast(t('No bill has been made on this device yet.'));
}
