// @ts-check
/**
 * Taking the payment. Enter takes what is shown; an amount below the rest is one part of a split payment. The goods are asked for while
 * the money is counted, so that issuing waits for nobody.
 */

import { $, el, icon, say } from './dom.js';
import { refusal, t } from './lang.js';
import { readPaise, rupees } from './money.js';
import { low } from './sound.js';

/** Rule 46(e) of the CGST Rules: from here on an unregistered buyer is named. */
const NAMED_FROM = 5_000_000;
const NOTES = [5_000, 10_000, 20_000, 50_000, 100_000, 200_000];
const LABELS = { cash: 'Cash given', upi: 'Amount by UPI', card: 'Amount by card', credit: 'Amount on khata' };

/** @type {any} */
let till;
/** @type {any[]} */
let tenders = [];
let mode = 'cash';
let isBusy = false;
/** The draft the goods were asked for. @type {any} */
let paying = null;
let timesAsked = 0;
/** The owner's word on a limit or on the stock, given for this bill. @type {Record<string, boolean>} */
let allowed = {};
/** @type {any} */
let wake = null;
const sheet = $('pay');
const amount = $('pay-amount');

/** @param {any} counter */
function watch(counter) {
  till = counter;
  till.bill.addEventListener('change', () => {
    if (!sheet.open || isBusy) return;
    say($('pay-error'));
    draw();
    void askAhead();
  });
  $('pay-form').addEventListener('submit', (/** @type {Event} */ event) => (event.preventDefault(), take(amount.value)));
  amount.addEventListener('input', drawChange);
  amount.addEventListener('change', () => mode === 'upi' && drawQr());
  for (const button of sheet.querySelectorAll('.mode')) button.addEventListener('click', () => setMode(button.dataset.mode));
  sheet.addEventListener('close', () => {
    wake?.release().catch(() => undefined);
    wake = null;
    void till.engine.giveBack(paying);
  });
}

/** What is short is said before the money is taken. */
async function askAhead() {
  paying = till.bill.draft;
  timesAsked += 1;
  const mine = timesAsked;
  const short = await till.engine.setAside(paying);
  if (short && mine === timesAsked && sheet.open && !isBusy && !allowed.despiteStock) void offer(short);
}

/** @param {any} counter */
export function show(counter) {
  if (!till) watch(counter);
  const { bill } = till;
  bill.refresh(); // a day, and with it a scheme, may have begun since
  if (bill.problem || bill.isEmpty) return low();
  if (till.tracked?.stops()) return;
  tenders = [];
  allowed = {};
  mode = 'cash';
  $('pay-print').checked = till.alwaysPrints();
  if (bill.figures.total === 0) return void issue();
  sheet.showModal();
  setMode('cash');
  void askAhead();
  // A screen that sleeps with the code on it is of no use.
  /** @type {any} */ (navigator).wakeLock?.request('screen').then((/** @type {any} */ lock) => (wake = lock), () => undefined);
}

function rest() {
  return (till.bill.figures?.total ?? 0) - tenders.reduce((sum, tender) => sum + tender.amount, 0);
}

/** @param {string} wanted */
function setMode(wanted) {
  mode = wanted;
  say($('pay-error'));
  for (const button of sheet.querySelectorAll('.mode')) button.setAttribute('aria-pressed', String(button.dataset.mode === mode));
  amount.value = '';
  $('pay-ref').value = '';
  $('pay-amount-label').textContent = t(LABELS[/** @type {'cash'} */ (mode)]);
  $('pay-ref-field').hidden = mode === 'cash' || mode === 'credit';
  $('pay-ref-label').textContent = t(mode === 'card' ? 'Last 4 of the card slip (optional)' : 'Last 4 of the UPI reference (optional)');
  draw();
  focusAmount();
}

/** A finger would only call up the keyboard over the chips; Enter works from the button as well. */
function focusAmount() {
  (matchMedia('(pointer: coarse)').matches ? $('pay-take') : amount).focus();
}

function draw() {
  const { bill } = till;
  if (bill.isEmpty) return sheet.close();
  const due = rest();
  $('pay-due').textContent = rupees(due);
  $('pay-label').textContent = t(tenders.length ? 'Still to pay' : 'To pay');
  amount.placeholder = rupees(due).replace('₹', '');
  $('tenders').hidden = tenders.length === 0;
  $('tenders').replaceChildren(...tenders.map((tender) => el('li', {}, el('span', { text: t(till.modes[tender.mode]) }), el('b', { class: 'num', text: rupees(tender.amount) }),
    el('button', { class: 'button quiet square', 'aria-label': t('Remove'), on: () => {
      tenders = tenders.filter((other) => other !== tender);
      draw();
      focusAmount();
    } }, icon('x')))));
  $('pay-rule46').hidden = bill.figures.total < NAMED_FROM || Boolean(bill.draft.party?.address || bill.draft.party?.gstin);
  drawChips(due);
  drawCredit(due);
  void drawQr();
  drawChange();
}

/** @param {number} due */
function drawChips(due) {
  const ups = [...new Set(NOTES.map((note) => Math.ceil(due / note) * note))].filter((sum) => sum > due).slice(0, 4);
  $('pay-chips').hidden = mode !== 'cash';
  $('pay-chips').replaceChildren(...[due, ...ups].map((sum, index) => el('button', { class: 'chip', text: index === 0 ? t('Exact') : rupees(sum).replace('.00', ''), on: () => take(index === 0 ? '' : String(sum / 100)) })));
}

/** @param {number} due */
function drawCredit(due) {
  const { draft } = till.bill;
  const customer = till.engine.customers.get(draft.customer);
  $('pay-credit').hidden = mode !== 'credit';
  $('credit-choose').hidden = Boolean(customer);
  $('credit-name').textContent = customer?.name ?? '';
  const owes = customer?.due ?? 0;
  $('credit-more').textContent = customer
    ? [t('Owes {amount} after this bill', { amount: rupees(owes + due) }), customer.limit === null ? '' : t('limit {amount}', { amount: rupees(customer.limit) })].filter(Boolean).join(' · ')
    : '';
}

/** The code stands on the screen before the money comes; it is for what is typed, or for all the rest. */
async function drawQr() {
  const place = $('pay-qr');
  place.hidden = mode !== 'upi';
  if (place.hidden) return;
  const due = Math.min(typedOr(rest()) || rest(), rest());
  await (await import('./pay_code.js')).drawCode(till.engine, due);
}

/** @param {number} other what stands for nothing typed, or for no figure */
function typedOr(other) {
  try {
    return amount.value.trim() ? readPaise(amount.value) : other;
  } catch {
    return other;
  }
}

function drawChange() {
  const due = rest();
  const typed = typedOr(due);
  const change = mode === 'cash' ? typed - due : 0;
  $('change').hidden = !(change > 0);
  $('change-amount').textContent = rupees(Math.max(change, 0));
  const words = mode === 'upi' ? 'Received {amount}' : mode === 'credit' ? 'Put {amount} on khata' : 'Take {amount}';
  $('pay-take').querySelector('span').textContent = t(words, { amount: rupees(Math.max(0, Math.min(typed, due))) });
}

/** @param {string} text what was typed or pressed; nothing is the whole rest */
async function take(text) {
  if (isBusy) return;
  const due = rest();
  const ref = $('pay-ref').value.trim();
  say($('pay-error'));
  try {
    const typed = text.trim() ? readPaise(text) : due;
    if (typed <= 0) throw new Error('Type an amount above nought.');
    if (mode !== 'cash' && typed > due) throw new Error('That is more than is to be paid.');
    if (mode === 'credit' && !till.bill.draft.customer) {
      void till.show('customer');
      return;
    }
    tenders.push({ mode, amount: Math.min(typed, due), ref, given: mode === 'cash' ? typed : null });
    if (typed < due) return setMode(mode === 'cash' ? 'upi' : 'cash');
    await issue();
  } catch (error) {
    low();
    say($('pay-error'), refusal(error));
  }
}

async function issue() {
  const { bill, engine } = till;
  isBusy = true;
  const isToPrint = $('pay-print').checked;
  const change = tenders.reduce((sum, tender) => sum + (tender.given === null ? 0 : tender.given - tender.amount), 0);
  try {
    const answer = await engine.issue(bill.draft, tenders, allowed);
    bill.done = { bill: answer.bill, change };
    // The next bill is read and drawn behind the sheet, so that the page is laid out once: when the sheet closes.
    await bill.open().finally(() => sheet.close());
    if (isToPrint && !answer.already) void till.print(answer.bill.id);
  } catch (error) {
    tenders.pop();
    if (error.code === 'tender') bill.refresh(); // midnight passed while the money was counted
    if (sheet.open) await offer(error);
    else till.toast(refusal(error));
  } finally {
    isBusy = false;
  }
}

/** What the owner may allow is one more press away. @param {any} error */
async function offer(error) {
  const ask = (await import('./asking.js')).askOf(till, error);
  if (ask === 'approved') return;
  low();
  draw();
  till.offer($('pay-error'), error, () => take(amount.value), ask);
  if (ask) return;
  const override = { stock: 'despiteStock', credit_limit: 'overLimit' }[/** @type {string} */ (error.code)];
  if (!override) return;
  $('pay-error').append(' ', el('button', { class: 'button', text: t('Sell all the same'), on: () => {
    allowed[override] = true;
    void take(amount.value);
  } }));
}
