// @ts-check
/** Goods that come back: the bill by its code, the lines, how the money goes back, a credit note. */

import { asksFor } from './asking.js';
import { billOfCode, billRow } from './bills_screen.js';
import { $, el, icon, say, segments } from './dom.js';
import { clockTime, refusal, t, written } from './lang.js';
import { plainDecimal, readQty, rupees } from './money.js';
import { low, tick } from './sound.js';
import { spelt } from './spelling.js';

/** @type {any} */
let till;
/** @type {any} */
let bill = null;
/** @type {{line: number, name: string, qty: number, left: number, serials: string[]}[]} */
let left = [];
/** Quantity to come back, by line. @type {Map<number, number>} */
let back = new Map();
/** The pieces that come back, by line. @type {Map<number, string[]>} */
let pieces = new Map();
/** @type {any} */
let mode;
/** One id for one credit note, however often the button is pressed. */
let noteId = '';
const sheet = $('return');

/** @param {any} counter @param {{bill?: any}} [about] */
export async function show(counter, about = {}) {
  if (!till) watch(counter);
  bill = null;
  $('return-form').hidden = true;
  $('return-choices').hidden = true;
  $('return-find').value = '';
  say($('return-find-error'));
  till.scanTaker = onScan;
  if (!sheet.open) sheet.showModal();
  if (about.bill) await choose(about.bill);
  else $('return-find').focus();
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  sheet.addEventListener('close', () => (till.scanTaker = null));
  $('return-find-form').addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    await find($('return-find').value.trim());
  });
  $('return-form').addEventListener('submit', take);
}

/** A bill's code chooses the bill, an item's code counts one back. @param {string} code */
function onScan(code) {
  const found = till.engine.findCode(code);
  const of = bill ? left.find(({ serials }) => serials.includes(spelt(code))) : null;
  if (of) {
    choosePiece(of.line, spelt(code), true);
    tick();
    return true;
  }
  const index = found && bill ? bill.doc.lines.findIndex((/** @type {any} */ line, /** @type {number} */ at) => line.item === found.item.id && left[at].serials.length === 0 && (back.get(at + 1) ?? 0) < left[at].left) : -1;
  if (index >= 0) {
    setBack(index + 1, (back.get(index + 1) ?? 0) + found.qty);
    tick();
  } else if (found && bill) low();
  else void find(code);
  return true;
}

/** @param {string} text */
async function find(text) {
  say($('return-find-error'));
  $('return-choices').hidden = true;
  if (!text) return;
  const exact = await billOfCode(till.engine, text);
  if (exact) return choose(exact);
  const some = (await till.engine.bills({ text, limit: 20 })).filter((/** @type {any} */ one) => one.type === 'bill' && !one.cancelled);
  if (some.length === 1) return choose(some[0]);
  $('return-choices').hidden = some.length === 0;
  $('return-choices').replaceChildren(...some.map((/** @type {any} */ one) => el('li', {}, billRow(one, () => choose(one)))));
  if (some.length) return;
  low();
  say($('return-find-error'), t('This bill is not on this device. Make its return under Bills in the books.'));
}

/** @param {any} chosen */
async function choose(chosen) {
  try {
    left = await till.engine.returnable(chosen.id);
  } catch (error) {
    low();
    return say($('return-find-error'), refusal(error));
  }
  bill = chosen;
  back = new Map();
  pieces = new Map();
  noteId = till.engine.newDraft().id;
  $('return-choices').hidden = true;
  $('return-form').reset();
  $('return-form').hidden = false;
  $('return-of').replaceChildren(el('b', { class: 'code', text: bill.number }), ` ${written(bill.day)} ${clockTime(bill.at)} · ${rupees(bill.total)}`, bill.doc.party ? ` · ${bill.doc.party.name}` : '');
  const modes = ['cash', 'upi', 'card', ...(bill.doc.customer ? ['credit'] : [])];
  mode = segments($('refund-modes'), modes.map((name) => [name, name === 'credit' ? t('Off the khata') : t(till.modes[name])]));
  const paid = bill.doc.tenders[0]?.mode;
  if (modes.includes(paid)) mode.set(paid);
  $('return-lines').replaceChildren(...left.map(row));
  await total();
  $('return-lines').querySelector('input')?.focus();
}

/** @param {{line: number, name: string, qty: number, left: number, serials: string[]}} about */
function row({ line, name, qty, left: most, serials }) {
  if (serials.length > 0) return pieceRow(line, name, serials);
  const id = `back-${line}`;
  const input = el('input', { class: 'input num', id, type: 'text', inputmode: 'decimal', value: '0', disabled: most === 0 });
  input.addEventListener('change', () => {
    try {
      setBack(line, readQty(input.value || '0'));
    } catch (error) {
      say($('return-error'), refusal(error));
    }
  });
  const step = (/** @type {number} */ by) => () => setBack(line, (back.get(line) ?? 0) + by);
  return el('li', { class: 'return-line' },
    el('label', { for: id }, el('b', { text: name }), el('small', { class: 'soft', text: t('{left} of {qty} can come back', { left: plainDecimal(most, 3), qty: plainDecimal(qty, 3) }) })),
    el('span', { class: 'line-qty' },
      el('button', { class: 'button square', 'aria-label': t('One less'), on: step(-1000) }, icon('minus')), input,
      el('button', { class: 'button square', 'aria-label': t('One more'), on: step(1000) }, icon('plus'))));
}

/** Goods with serial numbers: each piece is chosen by itself. @param {number} line @param {string} name @param {string[]} serials */
function pieceRow(line, name, serials) {
  const buttons = serials.map((serial) => el('button', { class: 'chip code', text: serial, 'data-piece': serial, 'aria-pressed': 'false', on: () => choosePiece(line, serial, !(pieces.get(line) ?? []).includes(serial)) }));
  return el('li', { class: 'return-line', 'data-line': line }, el('div', { class: 'stack-tight', role: 'group', 'aria-label': name }, el('b', { text: name }), el('small', { class: 'soft', text: t('Choose the pieces that come back.') }), el('div', { class: 'chips' }, ...buttons)));
}

/** @param {number} line @param {string} serial @param {boolean} comes */
function choosePiece(line, serial, comes) {
  const others = (pieces.get(line) ?? []).filter((one) => one !== serial);
  pieces.set(line, comes ? [...others, serial] : others);
  back.set(line, (pieces.get(line) ?? []).length * 1000);
  $('return-lines').querySelector(`[data-line="${line}"] [data-piece="${CSS.escape(serial)}"]`)?.setAttribute('aria-pressed', String(comes));
  void total();
}

/** @param {number} line @param {number} qty */
function setBack(line, qty) {
  const most = left[line - 1].left;
  back.set(line, Math.max(0, Math.min(qty, most)));
  $(`back-${line}`).value = plainDecimal(back.get(line) ?? 0, 3);
  void total();
}

const asked = () => [...back].filter(([, qty]) => qty > 0).map(([line, qty]) => ({ line, qty, serials: pieces.get(line) }));

async function total() {
  say($('return-error'));
  const lines = asked();
  const figures = lines.length ? await till.engine.returnFigures(bill.id, lines) : null;
  $('return-total').textContent = rupees(figures?.totals.total ?? 0);
  $('return-take').disabled = lines.length === 0;
}

/** @param {Event} event */
async function take(event) {
  event.preventDefault();
  const lines = asked();
  try {
    const { totals } = await till.engine.returnFigures(bill.id, lines);
    const refunds = totals.total > 0 ? [{ mode: mode.get(), amount: totals.total }] : [];
    const reason = $('return-reason').value;
    const figures = { bill: bill.id, total: totals.total };
    const approval = asksFor(till.engine, 'return', totals.total) ? await till.show('approval', { kind: 'return', command: noteId, figures, reason }) : null;
    if (approval === undefined) return;
    const answer = await till.engine.issueReturn(bill.id, lines, refunds, { reason, id: noteId, approval });
    sheet.close();
    for (const id of ['one-bill', 'bills']) $(id).close();
    till.toast(t('{number}: give back {amount}.', { number: answer.bill.number, amount: rupees(totals.total) }));
    if (!answer.already) await till.print(answer.bill.id);
  } catch (error) {
    low();
    say($('return-error'), refusal(error));
  }
}
