// @ts-check
/** A manager allows at the till what a cashier may not: who, why, and his PIN. Works away from the server. */

import { approve, approversOf } from './approving.js';
import { istStamp } from './clock.js';
import { $, el, say } from './dom.js';
import { count, refusal, t } from './lang.js';
import { plainDecimal, rupees } from './money.js';
import { makePad, refuseScans } from './pin_pad.js';
import { low } from './sound.js';

/** @type {any} */
let till;
/** @type {any} */
let ask;
/** @type {any} */
let pad;
let isBusy = false;
/** @type {() => void} */
let giveBack = () => undefined;
/** @type {(answer: any) => void} */
let settle = () => undefined;
const sheet = $('approval');

/**
 * Ask for an approval of `kind` with these `figures`, for a `command` that is to be made or, without one, for the bill at hand. Answers the
 * approval; one without a proof where it is done without a manager; nothing where the sheet was closed.
 * @param {any} counter @param {{kind: string, figures: Record<string, any>, command?: string, reason?: string}} about
 */
export function show(counter, about) {
  if (!till) watch(counter);
  ask = about;
  const people = approversOf(till.engine, ask.kind);
  $('approval-what').textContent = wordsOf(ask);
  $('approval-nobody').hidden = people.length > 0;
  for (const id of ['approval-who-field', 'approval-why-field', 'approval-pad', 'approval-take']) $(id).hidden = people.length === 0;
  $('approval-who').replaceChildren(...people.map((one) => el('option', { value: one.id, text: one.name })));
  $('approval-why').value = ask.reason ?? '';
  $('approval-without').hidden = till.engine.contact.online;
  pad.clear();
  say($('approval-error'));
  giveBack(); // asked for twice at once: scans go back to who had them before
  giveBack = refuseScans(till, () => say($('approval-error'), t('A scan is no PIN.')));
  if (!sheet.open) sheet.showModal();
  if (ask.reason) pad.focus();
  else $('approval-why').focus();
  return new Promise((resolve) => {
    settle = resolve;
    sheet.addEventListener('close', () => {
      giveBack();
      giveBack = () => undefined;
      pad.clear();
      resolve(undefined);
    }, { once: true });
  });
}

/** @param {any} counter */
function watch(counter) {
  till = counter;
  pad = makePad($('approval-pad'));
  $('approval-form').addEventListener('submit', take);
  $('approval-without').addEventListener('click', () => finish({ kind: ask.kind, at: istStamp(Date.now()), figures: ask.figures, proof: '' }));
}

/** @param {Event} event */
async function take(event) {
  event.preventDefault();
  if (isBusy) return;
  const { engine } = till;
  const mine = ask;
  const typed = pad.read();
  isBusy = true;
  $('approval-take').disabled = true;
  try {
    if (!$('approval-why').value.trim()) throw new Error('Say why, in a few words.');
    if (!typed) throw new Error('Type the PIN.');
    const person = approversOf(engine, mine.kind).find(({ id }) => id === $('approval-who').value);
    if (!person) throw new Error('Choose who approves it.');
    say($('approval-error'), t('Checking the PIN…'));
    const answer = await approve(engine, person, typed, { command: mine.command ?? till.bill.draft.id, kind: mine.kind, figures: mine.figures, reason: $('approval-why').value });
    if (mine === ask && sheet.open) finish(answer);
  } catch (error) {
    low();
    pad.clear();
    say($('approval-error'), pinRefusal(error));
    $('approval-why').value.trim() ? pad.focus() : $('approval-why').focus();
  } finally {
    isBusy = false;
    $('approval-take').disabled = false;
  }
}

/** What is for the bill at hand stays with it, so that nothing is lost before it is issued. @param {any} answer */
function finish(answer) {
  if (!ask.command) till.bill.change((/** @type {any} */ draft) => (draft.approvals = [...(draft.approvals ?? []).filter((/** @type {any} */ one) => one.kind !== ask.kind), answer]));
  settle(answer);
  sheet.close();
}

/** A pause says how long it is. @param {any} error */
export function pinRefusal(error) {
  if (error.code !== 'pin_pause') return refusal(error);
  const seconds = Math.ceil(error.detail / 1000);
  return `${t('Too many wrong PINs.')} ${seconds < 90 ? count(seconds, 'Wait 1 second.', 'Wait {n} seconds.') : t('Wait {n} minutes.', { n: Math.ceil(seconds / 60) })}`;
}

/** What is approved, in one sentence with its figures. @param {any} asked */
function wordsOf({ kind, figures }) {
  const amount = rupees(Math.abs(figures.total ?? figures.amount ?? figures.off ?? 0));
  if (kind === 'discount') return t('Discount of {amount} on this bill, up to {percent} % on a line.', { amount, percent: plainDecimal(figures.bp, 2) });
  if (kind === 'credit') return t('{amount} on khata, above the limit of the customer.', { amount });
  if (kind === 'cancel') return t('Cancel a bill of {amount}.', { amount });
  if (kind === 'return') return t('Take goods back for {amount}.', { amount });
  if (kind === 'cash') return t('Take {amount} out of the drawer.', { amount });
  return t('Sell more than is in stock.');
}
