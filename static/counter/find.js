// @ts-check
/** The box that takes scans, names, `5*`, `=price`, `10%` and the keys of the last line; and the scanner, which needs no focus at all. */

import { listenForScans, readMultiplier } from './engine.js';
import { $, el, say } from './dom.js';
import { language, t } from './lang.js';
import { plainDecimal, readBasisPoints, readMilliPaise, rupees } from './money.js';
import { low, tick } from './sound.js';

const MOST = 8;
const BILL_NUMBER = /^[0-9]{2}[A-Z][0-9A-Z][RP]?\/?[0-9]{6}$/i;
/** A bill's number, or the payment code printed on it. */
const BILL_CODE = new RegExp(`${BILL_NUMBER.source}|^upi://pay\\?`, 'i');

/** @type {any[]} */
let results = [];
let chosen = 0;
/** "5*" typed and entered: how many the next scan means, in thousandths. */
let times = 0;
/** @type {any} */
let till;
const box = $('find');
const list = $('found');

/** @param {any} counter */
export function watchFind(counter) {
  till = counter;
  listenForScans(window, scanned, (code) => BILL_NUMBER.test(code) || till.engine.findCode(code) !== null);
  box.addEventListener('input', look);
  box.addEventListener('keydown', onKey);
  // A scanner needs no keyboard on the glass; a finger on the box asks for one.
  box.addEventListener('pointerdown', () => (box.inputMode = 'search'));
  box.addEventListener('blur', () => (box.inputMode = 'none'));
  $('find-form').addEventListener('submit', onEnter);
  list.addEventListener('pointerdown', (/** @type {Event} */ event) => event.preventDefault());
  list.addEventListener('click', (/** @type {any} */ event) => {
    const row = event.target.closest('[role=option]');
    if (row) pick(results[Number(row.dataset.index)]);
  });
  addEventListener('keydown', typeFromAnywhere);
}

/** A code from the scanner or the camera, whatever is on the screen. @param {string} code */
export function scanned(code) {
  if (steps(code)) return;
  till.scannedAt = Date.now();
  if (till.scanTaker?.(code)) return;
  if (BILL_CODE.test(code)) {
    void till.show('bills', { code });
    return;
  }
  const found = till.engine.findCode(code);
  const typed = readMultiplier(box.value);
  if (!found) {
    low();
    void till.show('unknown', { code });
    return;
  }
  if (typed) clear();
  put(found, typed);
}

/** @param {any} found @param {number|null} [howMany] */
function put(found, howMany) {
  // The scale printed a label of an empty pan.
  if (found.qty === 0) {
    low();
    const { name, local } = found.item;
    return till.toast(t('The label of {name} says nought. Weigh it once more.', { name: (language === 'hi' && local) || name }));
  }
  const many = howMany || times || undefined;
  forgetTimes();
  if (found.item.tracking && till.tracked?.take(found, many)) return;
  till.bill.add(found, many);
  tick();
  // Goods that are weighed ask for the weight; the next scan goes on all the same.
  if (found.item.weighed && found.qty === 1000 && !many) till.editLine(till.bill.at);
}

/** @param {any} item */
function pick(item) {
  const typed = /^([0-9.]+)\s*[*x×]/i.exec(box.value);
  const many = typed && readMultiplier(`${typed[1]}*`);
  clear();
  box.focus();
  put({ item, qty: 1000, price: item.price, pack: '' }, many);
}

/** @param {Event} event */
function onEnter(event) {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return void till.show('pay');
  if (text.startsWith('=')) return change((line) => Object.assign(line, { price: readMilliPaise(text.slice(1)), hand: true }));
  if (/^[0-9.]+%$/.test(text)) return change((line) => (line.disc = { bp: readBasisPoints(text) }));
  const many = readMultiplier(text);
  if (many) {
    clear();
    times = many;
    $('find-times').textContent = `${plainDecimal(many, 3)} ×`;
    $('find-times').hidden = false;
    return;
  }
  const found = /^\S{3,}$/.test(text) && till.engine.findCode(text);
  if (found) {
    clear();
    return put(found);
  }
  if (results.length > 0) return pick(results[chosen]);
  low();
  const isCode = /^[0-9]{6,}$/.test(text);
  clear();
  void till.show('unknown', isCode ? { code: text } : { name: text });
}

/** Change the last line as typed; what cannot be sold is taken back and said. @param {(line: any) => void} work */
function change(work) {
  const { bill } = till;
  const line = bill.draft.lines[bill.at];
  if (!line) return low();
  const before = { hand: false, ...line };
  try {
    bill.change(() => work(line));
    if (bill.problem) throw bill.problem;
    clear();
  } catch (error) {
    bill.change(() => Object.assign(line, before));
    low();
    till.refuse(error, () => change(work));
  }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const { bill } = till;
  const isEmpty = box.value === '';
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
  if (step && results.length > 0) choose((chosen + step + results.length) % results.length);
  else if (step && isEmpty) till.selectLine(bill.at + step);
  else if (event.key === 'Escape') {
    if (isEmpty) bill.dismiss();
    clear();
    forgetTimes();
  } else if (isEmpty && event.key === '+') bill.addQty(bill.at, 1000);
  else if (isEmpty && event.key === '-') bill.addQty(bill.at, -1000);
  else if (isEmpty && event.key === 'Delete') bill.remove(bill.at);
  else if (isEmpty && event.key === '?') void till.show('keys');
  else return;
  event.preventDefault();
}

/** Letters typed while no field has the focus belong into the box. @param {KeyboardEvent} event */
function typeFromAnywhere(event) {
  const at = /** @type {any} */ (event.target);
  if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || event.key === ' ') return;
  if (at.matches?.('input, select, textarea') || document.querySelector('dialog:modal') || !$('gate').hidden) return;
  box.focus();
}

/** + or − held down comes as fast as a scanner types. True when it was that. @param {string} text */
function steps(text) {
  if (!/^[+-]+$/.test(text)) return false;
  till.bill.addQty(till.bill.at, [...text].reduce((sum, sign) => sum + (sign === '+' ? 1000 : -1000), 0));
  return true;
}

function look() {
  const [signs] = /^[+-]*/.exec(box.value) ?? [''];
  if (steps(signs)) box.value = box.value.slice(signs.length);
  const text = box.value.trim().replace(/^[0-9.]+\s*[*x×]\s*/i, '');
  results = text.length < 2 || text.startsWith('=') ? [] : till.engine.search(text, MOST);
  draw();
}

function draw() {
  list.replaceChildren(...results.map(option));
  list.hidden = results.length === 0;
  box.setAttribute('aria-expanded', String(results.length > 0));
  choose(0);
}

/** @param {any} item @param {number} index */
function option(item, index) {
  const [first, second] = language === 'hi' && item.local ? [item.local, item.name] : [item.name, item.local];
  const more = [second, item.codes[0] ?? item.sku].filter(Boolean).join(' · ');
  return el('li', { role: 'option', id: `found-${index}`, 'data-index': index },
    el('span', { class: 'found-name' }, el('b', { text: first }), el('small', { text: more })),
    el('span', { class: 'num', text: item.price ? `${rupees(Math.round(item.price / 1000))}${item.weighed ? ` / ${item.unit}` : ''}` : t('no price') }));
}

/** @param {number} index */
function choose(index) {
  chosen = index;
  for (const row of list.children) row.setAttribute('aria-selected', String(Number(row.dataset.index) === index));
  if (results.length > 0) box.setAttribute('aria-activedescendant', `found-${index}`);
  else box.removeAttribute('aria-activedescendant');
  list.children[index]?.scrollIntoView({ block: 'nearest' });
}

function clear() {
  box.value = '';
  results = [];
  draw();
}

function forgetTimes() {
  times = 0;
  say($('find-times'));
}
