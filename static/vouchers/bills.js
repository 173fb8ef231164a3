// @ts-check
import { head, side } from './rows.js';

/**
 * The open bills under the row of a customer or supplier, asked for when one is chosen or the row changes its side. An amount
 * that is entered empty is filled with what is open.
 * @param {HTMLFormElement} voucher
 * @param {{of: (inside: Element) => HTMLElement | null}} rows
 */
export function watchBills(voucher, rows) {
  voucher.addEventListener('voucher:head', (event) => void draw(voucher, rows.of(/** @type {Element} */ (event.target))));
  voucher.addEventListener('change', (event) => {
    const field = /** @type {Element} */ (event.target);
    if (field.matches('[data-side]')) void draw(voucher, rows.of(field));
  });
  voucher.addEventListener('focusin', (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || !field.dataset.part || field.value) return;
    field.value = field.dataset.part;
    field.select();
  });
}

/** @param {HTMLFormElement} voucher @param {HTMLElement | null} row */
async function draw(voucher, row) {
  const place = row?.querySelector('[data-bills]');
  if (!row || !place) return;
  const key = /** @type {HTMLInputElement} */ (row.querySelector('[data-head-key]')).value;
  if (!key.includes(':')) return place.replaceChildren();
  const number = head(row).name.replace('account-', '');
  const asked = new URLSearchParams({ key, side: side(row).value, row: number });
  const answer = await fetch(`${voucher.dataset.billsFrom}?${asked}`, { headers: { 'HX-Request': 'true' } });
  if (!answer.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), 'text/html');
  place.replaceChildren(...drawn.body.childNodes);
}
