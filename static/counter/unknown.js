// @ts-check
/** A code nobody knows: an offer to make the item now. It is no dialog and takes no focus: the next scan goes on the bill. */

import { $, clone, el, put, say } from './dom.js';
import { language, refusal, t } from './lang.js';
import { readMilliPaise } from './money.js';
import { tick } from './sound.js';

/** The class chosen last, which is most likely the next one too. */
let lastTax = '';

/** @param {any} till @param {{code?: string, name?: string}} about */
export function show(till, { code = '', name = '' }) {
  const place = $('unknown');
  const { engine, bill } = till;
  if (code && [...place.children].some((form) => form.dataset.code === code)) return;
  const made = clone('t-unknown');
  made.dataset.code = code;
  put(made, { title: code ? t('{code} is not known. Add this item?', { code }) : t('Nothing is called “{name}”. Add this item?', { name }) });
  const { name: field, price, tax } = made.elements;
  field.value = name;
  const classes = [...engine.taxClasses.values()];
  tax.replaceChildren(...classes.map((one) => el('option', { value: one.code, text: (language === 'hi' && one.local_name) || one.name })));
  tax.value = lastTax || usual(engine) || classes[0]?.code;
  made.addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      if (!field.value.trim()) throw new Error('Type a name.');
      const item = await engine.addItem({ name: field.value, price: readMilliPaise(price.value), incl: true, tax: tax.value, code });
      lastTax = tax.value;
      bill.add({ item, qty: 1000, price: item.price, pack: '' });
      tick();
      leave(made);
    } catch (error) {
      say(made.querySelector('.field-error'), refusal(error));
    }
  });
  made.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && leave(made));
  made.querySelector('[data-do=leave]').addEventListener('click', () => leave(made));
  place.hidden = false;
  place.prepend(made);
}

/** @param {any} form */
function leave(form) {
  const place = form.parentElement;
  form.remove();
  place.hidden = place.children.length === 0;
  $('find').focus();
}

/** The tax class most items of this shop have. @param {any} engine */
function usual(engine) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const item of engine.items.values()) counts.set(item.tax, (counts.get(item.tax) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
