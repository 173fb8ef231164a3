// @ts-check
/** The lines on the screen: drawn when they change, picked by arrows, edited in place (F2). */

import { $, clone, put } from './dom.js';
import { count, language, t } from './lang.js';
import { editor } from './line_editor.js';
import { plainDecimal, rounded, rupees } from './money.js';

/** @type {any} */
let till;
const list = $('lines');
/** The line being edited, by itself: its place may change. @type {any} */
let editing = null;

/** @param {any} counter */
export function watchLines(counter) {
  till = counter;
  till.editLine = edit;
  till.selectLine = select;
  till.bill.addEventListener('change', draw);
  till.bill.addEventListener('added', (/** @type {any} */ event) => flash(event.detail));
  till.bill.addEventListener('removed', ({ detail }) => {
    till.toast(detail.name ? t('{name} removed.', detail) : t('The bill is cleared.'), t('Undo'), detail.undo);
  });
  till.bill.addEventListener('repriced', (/** @type {any} */ event) => till.toast(count(event.detail, '1 line has another price for this customer.', '{n} lines have other prices for this customer.')));
  list.addEventListener('click', onClick);
  addEventListener('keydown', (event) => {
    if (event.key !== 'F2' || document.querySelector('dialog:modal')) return;
    event.preventDefault();
    edit(till.bill.at);
  });
}

/** The pack a line is counted in, or its base unit. @param {any} line */
export function packOf(line) {
  const pack = line.pack && till.engine.items.get(line.item)?.packs.find((/** @type {any} */ one) => one.unit === line.pack);
  return pack && (line.qty * 1000) % pack.factor === 0 ? pack : { unit: line.unit, factor: 1000 };
}

/** Price of one pack or base unit, thousandths of a paisa. @param {any} line @param {any} pack */
export const priceIn = (line, pack) => rounded(line.price * pack.factor, 1000);

/** @param {any} line @param {number} index */
function textsOf(line, index) {
  const { figures } = till.bill;
  const worked = figures?.lines[index];
  const pack = packOf(line);
  const told = till.tracked?.words(line);
  const [name, second] = language === 'hi' && line.local ? [line.local, line.name] : [line.name, line.local];
  const rate = worked && till.engine.shop?.scheme === 'regular' ? `GST ${plainDecimal(worked.rate, 2)}%` : '';
  return {
    name,
    sub: [second, rate, line.pack && pack.factor !== 1000 ? `${plainDecimal(line.qty, 3)} ${line.unit}` : '', told?.sub, line.listName].filter(Boolean).join(' · '),
    discount: worked?.disc ? [...worked.offers.map((/** @type {any} */ offer) => offer.name), t('{amount} off', { amount: rupees(worked.disc) })].join(' · ') : '',
    qty: plainDecimal(rounded(line.qty * 1000, pack.factor), 3),
    unit: pack.unit,
    price: rupees(rounded(priceIn(line, pack), 1000)),
    amount: worked ? rupees(worked.fig.gross - worked.fig.discount) : '',
    warn: told?.warn || (worked?.aboveMrp ? t('Above the MRP of {mrp}', { mrp: rupees(line.mrp) }) : ''),
  };
}

function draw() {
  const { draft, at } = till.bill;
  if (!draft.lines.includes(editing)) editing = null;
  draft.lines.forEach((/** @type {any} */ line, /** @type {number} */ index) => {
    const row = list.children[index] ?? list.appendChild(clone('t-line'));
    const texts = textsOf(line, index);
    if (row.line !== line && row.line === editing) row.querySelector('form')?.remove();
    row.line = line;
    put(row, texts);
    row.querySelector('.line-warn').hidden = !texts.warn;
    row.classList.toggle('current', index === at);
    const form = row.querySelector('form');
    if (form && line !== editing) form.remove();
    row.querySelector('[data-do=edit]').setAttribute('aria-expanded', String(line === editing));
  });
  while (list.children.length > draft.lines.length) list.lastElementChild.remove();
  $('empty').hidden = draft.lines.length > 0;
}

/** @param {number} index */
function flash(index) {
  const row = list.children[index];
  if (!row) return;
  row.classList.remove('flash');
  void row.offsetWidth; // so that the same line flashes again
  row.classList.add('flash');
  row.scrollIntoView({ block: 'nearest' });
}

/** @param {number} index */
function select(index) {
  const { bill } = till;
  if (bill.isEmpty) return;
  bill.at = Math.max(0, Math.min(index, bill.draft.lines.length - 1));
  draw();
  list.children[bill.at].scrollIntoView({ block: 'nearest' });
}

/** @param {any} event */
function onClick(event) {
  const what = event.target.closest('[data-do]')?.dataset.do;
  const row = event.target.closest('.line');
  if (!what || !row) return;
  const index = [...list.children].indexOf(row);
  const { bill } = till;
  const step = packOf(row.line).factor;
  bill.at = index;
  if (what === 'edit') edit(row.line === editing ? -1 : index);
  else if (what === 'remove') bill.remove(index);
  else bill.addQty(index, what === 'more' ? step : -step);
  if (what === 'remove') $('find').focus();
}

/** Open the editor of one line and close any other; -1 only closes. @param {number} index */
function edit(index) {
  list.querySelector('form')?.remove();
  editing = till.bill.draft.lines[index] ?? null;
  if (editing) {
    till.bill.at = index;
    list.children[index].append(editor(till, editing, () => edit(-1)));
  }
  draw();
  const field = list.querySelector('input[name=qty]');
  if (field) {
    field.focus();
    field.select();
    list.children[index].scrollIntoView({ block: 'nearest' });
  } else $('find').focus();
}
