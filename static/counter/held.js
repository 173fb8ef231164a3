// @ts-check
/** Bills on hold, as chips: a name, how many lines, one tap back. */

import { $, el, icon } from './dom.js';
import { clockTime, count, t } from './lang.js';

/** @param {any} till */
export function watchHeld(till) {
  till.drawHeld = () => draw(till);
  till.engine.addEventListener('counts', till.drawHeld);
  void draw(till);
}

/** @param {any} till */
async function draw(till) {
  const held = await till.engine.heldDrafts();
  const place = $('held');
  place.hidden = held.length === 0;
  place.replaceChildren(...held.map((/** @type {any} */ draft, /** @type {number} */ index) => {
    const key = index < 9 ? `alt+${index + 1}` : null;
    return el('button', { class: 'chip', 'data-key': key, 'aria-label': t('Take up {label}', { label: draft.label }), on: () => recall(till, draft.id) },
      icon('clock'), el('b', { text: draft.label }), el('span', { class: 'soft', text: count(draft.lines.length, '1 line', '{n} lines') }));
  }));
}

/** The bill at hand steps aside under the time of day. @param {any} till @param {string} id */
async function recall(till, id) {
  const { bill, engine } = till;
  if (!bill.isEmpty) await engine.hold(bill.draft, bill.draft.party?.name || clockTime(Date.now()));
  bill.take(await engine.recall(id));
  bill.done = null;
  await draw(till);
  $('find').focus();
}
