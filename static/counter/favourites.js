// @ts-check
/** On an empty bill: what this counter sells at this hour and weekday, most first. For goods that bear no code. */

import { $, el } from './dom.js';
import { language, t } from './lang.js';
import { rupees } from './money.js';

const BILLS = 300;
const TILES = 12;

/** @param {any} till */
export async function show(till) {
  const { engine, bill } = till;
  const place = $('favourites');
  const ids = await often(engine);
  const draw = () => {
    const items = ids.map((id) => engine.items.get(id)).filter(Boolean).slice(0, TILES);
    place.hidden = items.length === 0;
    place.replaceChildren(...items.map((/** @type {any} */ item) => el('button', { class: 'tile', on: () => {
      const found = { item, qty: 1000, price: item.price, pack: '' };
      if (item.tracking && till.tracked?.take(found)) return;
      bill.add(found);
      if (item.weighed) till.editLine(bill.at);
    } }, el('b', { text: (language === 'hi' && item.local) || item.name }), el('span', { class: 'soft', text: rupees(Math.round(item.price / 1000)) }))));
  };
  draw();
  engine.addEventListener('catalogue', draw);
  place.setAttribute('aria-label', t('Sold most at this hour'));
}

/** Items of recent bills: one of this weekday counts double, one of this hour double again. @param {any} engine @returns {Promise<string[]>} */
async function often(engine) {
  const now = new Date();
  /** @type {Map<string, number>} */
  const weight = new Map();
  for (const bill of await engine.bills({ limit: BILLS })) {
    if (bill.type !== 'bill') continue;
    const at = new Date(bill.at);
    const one = (at.getDay() === now.getDay() ? 2 : 1) * (Math.abs(at.getHours() - now.getHours()) <= 1 ? 2 : 1);
    for (const { item } of bill.doc.lines) weight.set(item, (weight.get(item) ?? 0) + one);
  }
  return [...weight].sort((a, b) => b[1] - a[1]).map(([id]) => id).slice(0, 40);
}
