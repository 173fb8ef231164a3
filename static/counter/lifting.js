// @ts-check
/** A scheme is taken off a line, by a cashier who may. Fetched when such a line is edited. */

import { el } from './dom.js';
import { t } from './lang.js';

/**
 * Put the choice into the editor of a line that a scheme is on, or was taken off.
 * @param {any} till @param {any} form @param {any} line
 */
export function offerLifting({ engine, bill }, form, line) {
  const offers = bill.figures?.lines[bill.draft.lines.indexOf(line)]?.offers ?? [];
  if (!line.plain && offers.length === 0) return;
  const may = Boolean(engine.cashier.may_lift_schemes);
  form.querySelector('.field-error').before(el('label', { class: 'check' },
    el('input', { type: 'checkbox', name: 'plain', checked: line.plain ? '' : null, disabled: may ? null : '' }),
    el('span', { text: may ? t('Without the scheme') : t('Without the scheme: only for a cashier who may') })));
}
