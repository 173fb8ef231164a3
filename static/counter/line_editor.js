// @ts-check
/** Quantity, unit, price and discount of one line, edited in place. */

import { discountText, readDiscount } from './discount.js';
import { clone, el } from './dom.js';
import { packOf, priceIn } from './lines.js';
import { inBaseUnits, plainDecimal, readMilliPaise, readQty, rounded } from './money.js';

/** @param {any} till @param {any} line @param {() => void} close */
export function editor(till, line, close) {
  const form = clone('t-line-edit');
  const { qty, unit, price, disc } = form.elements;
  const item = till.engine.items.get(line.item);
  const packs = [{ unit: line.unit, factor: 1000, price: item?.price ?? line.price }, ...(item?.packs ?? [])];
  unit.replaceChildren(...packs.map((pack, index) => el('option', { value: index, text: pack.factor === 1000 ? pack.unit : `${pack.unit} (${plainDecimal(pack.factor, 3)} ${line.unit})` })));
  let pack = packs.find((one) => one.unit === packOf(line).unit) ?? packs[0];
  unit.value = String(packs.indexOf(pack));
  qty.value = plainDecimal(rounded(line.qty * 1000, pack.factor), 3);
  price.value = plainDecimal(priceIn(line, pack), 5);
  disc.value = discountText(line.disc);
  // A price that nobody typed gives way to the lists; one that was typed stays.
  let { own } = line;
  let suggested = price.value;
  unit.addEventListener('change', () => {
    pack = packs[Number(unit.value)];
    price.value = plainDecimal(rounded(pack.price * pack.factor, 1000), 5);
    own = pack.price;
    suggested = price.value;
  });
  if (till.engine.pricing) void import('./lifting.js').then(({ offerLifting }) => offerLifting(till, form, line));
  form.addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const read = { qty: inBaseUnits(readQty(qty.value), pack.factor, pack.unit, line.unit), price: rounded(readMilliPaise(price.value) * 1000, pack.factor), disc: readDiscount(disc.value), pack: pack.factor === 1000 ? '' : pack.unit,
        own, hand: price.value === suggested ? Boolean(line.hand) && own === line.own : true, plain: form.elements.plain?.checked ?? line.plain };
      const before = { hand: false, plain: false, ...line };
      till.bill.change(() => Object.assign(line, read));
      const { problem } = till.bill;
      if (problem) {
        till.bill.change(() => Object.assign(line, before));
        throw problem;
      }
      close();
    } catch (error) {
      till.offer(form.querySelector('.field-error'), error, () => form.requestSubmit());
    }
  });
  form.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') close();
  });
  return form;
}
