// @ts-check
/** The cash drawer's day: a float, cash in and out, the X report, the count and the Z report. */

import { asksFor } from './asking.js';
import { $, el, facts, say } from './dom.js';
import { clockTime, count, refusal, t, written } from './lang.js';
import { readPaise, rupees } from './money.js';
import { istDay } from './clock.js';
import { printReport } from './print.js';

const NOTES = [50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100];

/** @type {any} */
let till;
let way = -1;

/** @param {any} counter */
export async function show(counter) {
  if (!till) watch(counter);
  $('shift-closed').hidden = true;
  await draw();
  $('shift').showModal();
  if (!till.engine.shift) $('float').focus();
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  submit('shift-open', 'float-error', async () => {
    await till.engine.openShift({ float: readPaise($('float').value || '0') });
    $('shift').close();
  });
  submit('move-form', 'move-error', async () => {
    const amount = way * readPaise($('move-amount').value);
    const { id } = till.engine.newDraft();
    const reason = $('move-reason').value;
    const approval = asksFor(till.engine, 'cash', -amount) ? await till.show('approval', { kind: 'cash', command: id, figures: { amount }, reason }) : null;
    if (approval === undefined) return;
    await till.engine.cashMove({ amount, purpose: $('move-purpose').value, reason, id, approval });
    openForm('');
    await draw();
  });
  submit('close-form', 'close-error', close);
  $('shift-x').addEventListener('click', async () => printReport(till, reportWords(await till.engine.shiftTotals())));
  $('shift-move').addEventListener('click', () => openForm('move-form'));
  $('shift-end').addEventListener('click', () => openForm('close-form'));
  $('move-off').addEventListener('click', () => openForm(''));
  $('close-off').addEventListener('click', () => openForm(''));
  $('close-send').addEventListener('click', async () => {
    await till.engine.sendNow();
    drawUnsent();
  });
  for (const button of $('move-form').querySelectorAll('[data-way]')) {
    button.addEventListener('click', () => {
      way = Number(button.dataset.way);
      for (const other of $('move-form').querySelectorAll('[data-way]')) other.setAttribute('aria-pressed', String(other === button));
    });
  }
  $('notes').addEventListener('input', drawCount);
  till.engine.addEventListener('counts', drawUnsent);
}

/** @param {string} form @param {string} error @param {() => Promise<void>} work */
function submit(form, error, work) {
  $(form).addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    const button = $(form).querySelector('.primary');
    button.disabled = true;
    say($(error));
    await work().catch((/** @type {any} */ refused) => say($(error), refusal(refused)));
    button.disabled = false;
  });
}

/** @type {any} the X report on the screen */
let report = null;

async function draw() {
  const { shift } = till.engine;
  $('shift-open').hidden = Boolean(shift);
  $('shift-running').hidden = !shift;
  openForm('');
  if (!shift) return drawLast();
  report = await till.engine.shiftTotals();
  const words = reportWords(report);
  $('shift-figures').replaceChildren(
    el('p', { class: 'soft small', text: t('Open since {time}, {name}', { time: words.opened, name: shift.openedBy || '–' }) }),
    ...[words.sales, words.modes, words.drawer].filter((rows) => rows.length).map((rows) => {
      const list = el('dl', { class: 'facts sums' });
      facts(list, rows.map(({ label, amount, kind }) => [label, amount, kind]));
      return list;
    }));
}

/** No shift is open: the report of the last one can be printed again. */
async function drawLast() {
  const last = await till.engine.lastReport();
  $('shift-closed').hidden = !last;
  if (last) {
    $('shift-closed').replaceChildren(el('p', {}, el('button', { class: 'button', text: t('Print the last shift again (Z report)'), on: () => printReport(till, reportWords(last)) })));
  }
}

/** @param {string} wanted */
function openForm(wanted) {
  for (const name of ['move-form', 'close-form']) $(name).hidden = name !== wanted;
  for (const name of ['shift-figures', 'shift-actions']) $(name).hidden = wanted === 'close-form';
  if (!wanted) return;
  $(wanted).reset();
  if (wanted === 'close-form') drawNotes();
  drawUnsent();
  $(wanted).querySelector('input').focus();
}

function drawNotes() {
  $('notes').replaceChildren(...NOTES.map((worth) => {
    const id = `note-${worth}`;
    return el('li', {}, el('label', { for: id, text: `${rupees(worth).replace('.00', '')} ×` }), el('input', { class: 'input num', id, type: 'text', inputmode: 'numeric', autocomplete: 'off', 'data-worth': worth }), el('output', { class: 'num', for: id, text: '–' }));
  }));
  drawCount();
}

/** Pieces of each note and coin, as typed. */
function denominations() {
  const typed = [...$('notes').querySelectorAll('input')].map((input) => [input.dataset.worth, Number(/^[0-9]{0,6}$/.test(input.value.trim()) ? input.value : NaN)]);
  if (typed.some(([, pieces]) => Number.isNaN(pieces))) throw new Error('Type how many pieces, in plain digits.');
  return Object.fromEntries(typed.filter(([, pieces]) => pieces > 0));
}

function drawCount() {
  try {
    const pieces = denominations();
    for (const input of $('notes').querySelectorAll('input')) {
      const sum = (pieces[input.dataset.worth] ?? 0) * Number(input.dataset.worth);
      input.parentElement.querySelector('output').textContent = sum ? rupees(sum).replace('.00', '') : '–';
    }
    const counted = Object.entries(pieces).reduce((sum, [worth, many]) => sum + Number(worth) * many, 0);
    const difference = counted - report.expected;
    facts($('close-sums'), [
      [t('Expected'), rupees(report.expected)], [t('Counted'), rupees(counted)],
      [t(gap(difference)), rupees(Math.abs(difference)), difference ? 'total negative' : 'total'],
    ]);
    say($('close-error'));
  } catch (error) {
    say($('close-error'), refusal(error));
  }
}

function drawUnsent() {
  const { pending } = till.engine.counts;
  $('close-unsent').hidden = pending === 0;
  $('close-unsent-words').textContent = count(pending, '1 document has not reached the server yet.', '{n} documents have not reached the server yet.');
}

async function close() {
  const pieces = denominations();
  const counted = Object.entries(pieces).reduce((sum, [worth, many]) => sum + Number(worth) * many, 0);
  const z = await till.engine.closeShift({ counted, denominations: pieces, override: $('close-override').value.trim() || null });
  await draw();
  $('shift').close();
  till.toast(t('The shift is closed.'));
  printReport(till, reportWords(z));
}

/** What a difference is called. @param {number} paise */
const gap = (paise) => (paise < 0 ? 'Short' : paise > 0 ? 'Over' : 'Difference');

/** A row of nought says nothing, but for a sum. @param {{amount: string, kind?: string}} row */
const isTelling = ({ amount, kind }) => Boolean(kind) || amount !== rupees(0);

/** A report as rows for the screen and the roll. @param {any} x */
function reportWords(x) {
  const row = (/** @type {string} */ label, /** @type {number} */ paise, kind = '') => ({ label: t(label), amount: rupees(paise), kind });
  const when = (/** @type {number} */ ms) => `${written(istDay(ms))} ${clockTime(ms)}`;
  const { bills, returns, cancelled, receipts } = x;
  const isClosed = x.counted !== null;
  return {
    title: t(isClosed ? 'Shift closed (Z report)' : 'Shift so far (X report)'), till: `${till.engine.till.name} · ${till.engine.till.code}`, opened: when(x.shift.openedAt), closed: x.closedAt ? when(x.closedAt) : '',
    cashier: till.engine.cashier.name || x.shift.openedBy || '–', numbers: x.first ? `${x.first} – ${x.last}` : '',
    sales: [
      { label: t('Bills'), amount: String(bills.n) }, row('Sales with tax', bills.total), row('Discounts', bills.discount), row('Taxable value', bills.taxable), row('GST and cess', bills.cgst + bills.sgst + bills.igst + bills.cess),
      { ...row('Returns', -returns.total), label: `${t('Returns')} (${returns.n})` }, { ...row('Cancelled', cancelled.total), label: `${t('Cancelled')} (${cancelled.n})` }, { ...row('Dues received', receipts.total), label: `${t('Dues received')} (${receipts.n})` },
      row('Net sales', bills.total - returns.total, 'total'),
    ].filter(isTelling),
    modes: ['cash', 'upi', 'card', 'credit', 'bank'].map((mode) => row(till.modes[mode], x.byMode[mode] - x.refunds[mode] + x.receiptsByMode[mode])).filter(isTelling),
    drawer: [
      row('Cash at the start', x.shift.float), row('Cash from bills', x.byMode.cash), row('Cash from dues', x.receiptsByMode.cash), row('Cash given back', -(x.refunds.cash + x.paidBack)), row('Cash in', x.cashIn), row('Cash out', -x.cashOut),
      row('Expected in the drawer', x.expected, 'total'),
      ...(isClosed ? [row('Counted', x.counted), row(gap(x.difference), Math.abs(x.difference), x.difference ? 'total negative' : 'total')] : []),
    ],
    notes: Object.entries(x.denominations ?? {}).sort((a, b) => Number(b[0]) - Number(a[0])).map(([worth, pieces]) => ({ label: `${rupees(Number(worth)).replace('.00', '')} × ${pieces}`, amount: rupees(Number(worth) * Number(pieces)) })),
    check: t(x.balanced ? 'Payments equal bills.' : 'Payments do not equal bills: ask for support.'),
  };
}
