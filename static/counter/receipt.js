// @ts-check
/**
 * A stored document as the words of its paper. Rule 46 of the CGST Rules (tax invoice), Rule 49 (bill of supply) and Rule 53 (credit note)
 * say what must stand there; the figures are those frozen in the document, never worked out again.
 */

import { bind } from './bind.js';
import { $ } from './dom.js';
import { clockTime, hindi, t, written } from './lang.js';
import { indianGrouping, plainDecimal, rounded, rupees } from './money.js';
import { isUnionTerritoryWithoutLegislature, stateName } from './states.js';
import { hsnSummary } from './tax.js';
import { amountInWords } from './words.js';

/** @type {Record<string, string>} */
const TITLES = { tax_invoice: 'Tax invoice', bill_of_supply: 'Bill of supply', bill: 'Bill', credit_note: 'Credit note' };
/** @type {Record<string, string>} */
const MODES = { cash: 'Cash', upi: 'UPI', card: 'Card', credit: 'On khata', bank: 'Bank' };
/** Below this a rounded-off nought is nothing to print. */
const figure = (/** @type {number} */ paise) => (paise ? indianGrouping(paise) : '');
const date = (/** @type {any} */ doc) => ({ date: written(doc.date), time: clockTime(doc.at) });

/** How a bill speaks: "en", "hi", or "en+hi" for both. @param {string} language */
function speaker(language) {
  return (/** @type {string} */ text, both = false) => {
    const other = hindi[text];
    if (language === 'en' || !other) return text;
    return language === 'hi' ? other : both ? `${text} / ${other}` : text;
  };
}

/** @param {any} shop @param {string} language */
function seller(shop, language) {
  const { name, legal_name: legal, address, phone, gstin, terms, state_code: code } = shop;
  return {
    name, address, phone, gstin, terms, legal: legal && legal !== name ? legal : '', seller: legal || name,
    state: code ? `${stateName(code, language)} (${code})` : '',
  };
}

/** @param {string|null} code @param {string} language */
const state = (code, language) => (code ? `${stateName(code, language)} (${code})` : '');

/**
 * The paper of a bill, a credit note or a receipt.
 * @param {import('./issue.js').Bill} bill
 * @param {{shop: any, upi: string, isCopy: boolean, paper: string, due?: number|null}} about
 * @returns {HTMLElement}
 */
export function drawPaper(bill, { shop, upi, isCopy, paper, due = null }) {
  const language = shop.language ?? 'en';
  const say = speaker(language);
  const copy = isCopy ? say('DUPLICATE', true) : bill.type === 'receipt' ? '' : say('ORIGINAL FOR RECIPIENT');
  const words = bill.type === 'receipt' ? paymentWords(bill, shop, say, due) : billWords(bill, shop, say, upi);
  const template = bill.type === 'receipt' ? 't-payment' : paper === 'a4' ? 't-a4' : 't-receipt';
  return draw(template, { ...words, copy, shop: seller(shop, language === 'hi' ? 'hi' : 'en') }, language, paper);
}

/** @param {string} template @param {Record<string, any>} words @param {string} language @param {string} paper @returns {any} */
export function draw(template, words, language, paper) {
  const made = /** @type {any} */ (document.importNode($(template).content, true).firstElementChild);
  bind(made, words, speaker(language));
  made.lang = language === 'hi' ? 'hi' : 'en';
  if (paper === '58') made.classList.add('narrow-58');
  return made;
}

/** @param {any} bill @param {any} shop @param {any} say @param {number|null} due */
function paymentWords({ doc, number }, shop, say, due) {
  return {
    ...date(doc), number, cashier: doc.cashier.name, name: doc.name, mode: say(MODES[doc.mode]), total: rupees(doc.amount),
    words: amountInWords(doc.amount, shop.language === 'hi' ? 'hi' : 'en'), note: [doc.ref, doc.note].filter(Boolean).join(' · '), due: due && rupees(due),
    paid: doc.bills?.map((/** @type {any} */ bill) => ({ number: bill.number, amount: rupees(bill.amount) })),
  };
}

/** @param {any} bill @param {any} shop @param {any} say @param {string} upi */
function billWords({ doc, number, type, cancelled }, shop, say, upi) {
  const language = shop.language === 'hi' ? 'hi' : 'en';
  const sum = doc.totals;
  const tax = sum.cgst + sum.sgst + sum.igst + sum.cess;
  const taxed = shop.scheme === 'regular' && doc.kind !== 'bill_of_supply' && doc.kind !== 'bill';
  const inter = taxed && doc.supply === 'inter';
  const { party, lines } = doc;
  const given = doc.tenders.reduce((/** @type {number} */ all, /** @type {any} */ one) => all + (one.given ?? one.amount), 0);
  const offered = type === 'bill' ? lines.reduce((/** @type {number} */ all, /** @type {any} */ line) => all + offOf(line), 0) : 0;
  const saved = type === 'bill' ? lines.reduce((/** @type {number} */ all, /** @type {any} */ line) => all + belowMrp(line), 0) : 0;
  return {
    ...date(doc), number, title: say(title(doc), true), cashier: doc.cashier.name,
    wording: shop.scheme === 'composition' ? 'Composition taxable person, not eligible to collect tax on supplies' : '',
    stamp: cancelled ? say('CANCELLED', true) : '',
    against: doc.against ? `${doc.against_number ?? ''} · ${doc.against_date ? written(doc.against_date) : ''}` : '',
    buyer: party && { ...party, state: state(party.state_code, language) },
    pos: doc.supply === 'inter' ? state(doc.pos, language) : '', posAlways: state(doc.pos, language),
    taxed, inter, intra: taxed && !inter, hasCess: taxed && sum.cess > 0, discounted: sum.discount > 0,
    sgst: isUnionTerritoryWithoutLegislature(doc.pos) ? 'UTGST' : 'SGST',
    priceHead: say(lines.some((/** @type {any} */ line) => line.incl) && taxed ? 'Price with tax' : 'Price'),
    lines: lines.map((/** @type {any} */ line, /** @type {number} */ index) => lineWords(line, index, language === 'hi' || shop.language === 'en+hi', say)),
    taxes: taxed ? taxRows(lines, inter) : [],
    pieces: lines.length === 1 ? say('1 item') : say('{n} items').replace('{n}', lines.length),
    subTotal: indianGrouping(sum.gross), discount: sum.discount ? indianGrouping(-sum.discount) : '',
    gstAdded: figure(sum.total - sum.round_off - (sum.gross - sum.discount)),
    taxable: indianGrouping(sum.taxable), cgst: indianGrouping(sum.cgst), sgstTotal: indianGrouping(sum.sgst), igst: indianGrouping(sum.igst), cess: indianGrouping(sum.cess),
    roundOff: figure(sum.round_off), total: rupees(sum.total), words: amountInWords(sum.total, language), hasTax: tax > 0,
    saved: offered > 0 ? say('You saved {amount} by our offers.').replace('{amount}', rupees(offered)) : saved > 0 ? say('You saved {amount} on the MRP.').replace('{amount}', rupees(saved)) : '',
    tenders: doc.tenders.map((/** @type {any} */ one) => ({ mode: tenderWords(one, type, say), amount: rupees(one.amount) })),
    given: rupees(given), change: given > sum.total ? rupees(given - sum.total) : '',
    qr: upi, qrWords: upi ? say('Scan to pay by UPI') : '', code: upi || type !== 'bill' ? '' : number, note: doc.note,
  };
}

/** Both kinds of goods on one paper to an unregistered buyer: Rule 46A's invoice-cum-bill of supply. @param {any} doc */
function title(doc) {
  const isMixed = doc.kind === 'tax_invoice' && doc.lines.some((/** @type {any} */ line) => line.treatment !== 'taxable');
  return isMixed && !doc.party?.gstin ? 'Invoice-cum-bill of supply' : TITLES[doc.kind];
}

/** @param {any} tender @param {string} type @param {any} say */
function tenderWords({ mode, ref }, type, say) {
  const word = say(MODES[mode]);
  return [type === 'return' ? `${say('Given back')}: ${word}` : word, ref].filter(Boolean).join(' ');
}

/** What a line cost less than its MRP. @param {any} line */
function belowMrp({ mrp, qty, fig }) {
  return mrp === null ? 0 : Math.max(rounded(mrp * qty, 1000) - fig.total, 0);
}

/** What schemes took off a line. @param {any} line */
function offOf({ offers = [] }) {
  return offers.reduce((/** @type {number} */ all, /** @type {any} */ offer) => all + offer.off, 0);
}

/** @param {any} line @param {number} index @param {boolean} hasLocal @param {any} say */
function lineWords(line, index, hasLocal, say) {
  const { fig } = line;
  const offers = (line.offers ?? []).map((/** @type {any} */ { name, off }) => `${name} ${indianGrouping(-off)}`);
  const rest = fig.discount - offOf(line);
  const less = [...offers, rest ? `${say('Discount')} ${indianGrouping(-rest)}` : ''].filter(Boolean).join(' · ');
  const price = plainPrice(line.price);
  return {
    no: index + 1, name: line.name, goods: goodsWords(line, say), local: hasLocal && line.local !== line.name ? line.local : '', hsn: line.hsn, unit: line.unit,
    qty: plainDecimal(line.qty, 3), price, rate: `${plainDecimal(line.rate, 2)}%`, sum: `${plainDecimal(line.qty, 3)} ${line.unit} × ${price}`, less, offers: offers.join(' · '),
    disc: indianGrouping(fig.discount + fig.bill_discount), taxable: indianGrouping(fig.taxable), cgst: indianGrouping(fig.cgst), sgst: indianGrouping(fig.sgst),
    igst: indianGrouping(fig.igst), cess: indianGrouping(fig.cess), total: indianGrouping(fig.total), amount: indianGrouping(fig.gross - fig.discount),
  };
}

/** The batch with its last day (Drugs Rules 1945, rule 65(9), asks both of a chemist), or the serial numbers a guarantee names. @param {any} line @param {any} say */
function goodsWords({ batch, expires, serials }, say) {
  if (batch) return [`${say('Batch')} ${batch}`, expires && `${say('Expiry')} ${written(expires)}`].filter(Boolean).join(' · ');
  return serials?.length ? `${say('Serial no.')} ${serials.join(', ')}` : '';
}

/** A unit price in rupees: two decimals, more when it has them. @param {number} milliPaise */
function plainPrice(milliPaise) {
  return milliPaise % 1000 === 0 ? indianGrouping(milliPaise / 1000) : plainDecimal(milliPaise, 5);
}

/** Rule 46(l) asks the rate of each head: 18 % within the state is 9 + 9. @param {any[]} lines @param {boolean} inter */
function taxRows(lines, inter) {
  const rows = lines.map((line) => {
    const { taxable, cgst, sgst, igst, cess } = line.fig;
    return { hsn: line.hsn ?? '', uqc: line.unit, rateBp: line.rate, qty: line.qty, taxable, cgst, sgst, igst, cess };
  });
  return hsnSummary(rows).map(({ hsn, uqc, rateBp, qty, ...sums }) => {
    const money = Object.fromEntries(Object.entries(sums).map(([name, paise]) => [name, indianGrouping(paise)]));
    return { hsn: hsn || '–', uqc, qty: plainDecimal(qty, 3), rate: inter || rateBp === 0 ? plainDecimal(rateBp, 2) : `${plainDecimal(rateBp * 5, 3)}+${plainDecimal(rateBp * 5, 3)}`, ...money };
  });
}

/** The same bill as a message. @param {import('./issue.js').Bill} bill @param {any} shop */
export function billMessage({ doc, number, total }, shop) {
  const lines = doc.lines?.map((/** @type {any} */ line) => `${line.name} – ${plainDecimal(line.qty, 3)} ${line.unit} – ${rupees(line.fig.total)}`) ?? [];
  return [`*${shop.name}*`, `${t(TITLES[doc.kind] ?? 'Receipt')} ${number}, ${written(doc.date)}`, ...lines, `*${t('Total')} ${rupees(total)}*`, shop.gstin ? `GSTIN ${shop.gstin}` : '', t('Thank you, come again.')].filter(Boolean).join('\n');
}
