// @ts-check
/** The small forms of the bill: discount, hold, note. */

import { discountText, readDiscount } from './discount.js';
import { $, say } from './dom.js';
import { clockTime } from './lang.js';

const FORMS = ['discount', 'hold', 'note'];
/** @type {any} */
let till;

/** @param {any} counter */
export function watchForms(counter) {
  till = counter;
  for (const name of FORMS) {
    $(`open-${name}`).addEventListener('click', () => open(name));
    $(`${name}-form`).addEventListener('submit', (/** @type {Event} */ event) => (event.preventDefault(), sent[name]()));
    $(`${name}-form`).addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && open(''));
  }
}

/** @type {Record<string, () => void|Promise<void>>} */
const sent = {
  discount() {
    const { bill } = till;
    const before = bill.draft.disc;
    try {
      const disc = readDiscount($('discount').value);
      bill.change((/** @type {any} */ draft) => (draft.disc = disc));
      if (bill.problem) {
        const { problem } = bill;
        bill.change((/** @type {any} */ draft) => (draft.disc = before));
        throw problem;
      }
      open('');
    } catch (error) {
      till.offer($('discount-error'), error, () => $('discount-form').requestSubmit());
    }
  },
  async hold() {
    const { bill, engine } = till;
    await engine.hold(bill.draft, $('hold-label').value.trim() || clockTime(Date.now()));
    open('');
    await bill.open();
    await till.drawHeld();
  },
  note() {
    till.bill.change((/** @type {any} */ draft) => (draft.note = $('note').value.trim()));
    open('');
  },
};

/** Open one and close the others; one that is open is closed. @param {string} wanted nothing closes them all */
function open(wanted) {
  const { bill } = till;
  for (const name of FORMS) $(`${name}-form`).hidden = name !== wanted || !$(`${name}-form`).hidden;
  say($('discount-error'));
  if (!wanted || $(`${wanted}-form`).hidden || (bill.isEmpty && wanted !== 'note')) {
    for (const name of FORMS) $(`${name}-form`).hidden = true;
    $('find').focus();
    return;
  }
  const { disc, note, party } = bill.draft;
  $('discount').value = discountText(disc);
  $('note').value = note;
  $('hold-label').value = party?.name ?? '';
  const field = $(`${wanted}-form`).querySelector('input');
  field.focus();
  field.select();
}
