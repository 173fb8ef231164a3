// @ts-check
/** The UPI code beside a payment. Fetched when somebody pays so. */

import { $ } from './dom.js';
import { t } from './lang.js';
import { rupees } from './money.js';
import { qrSvg } from './qr.js';
import { upiLink } from './upi.js';

/** @param {any} engine @param {number} due */
export async function drawCode(engine, due) {
  const link = upiLink(engine.shop, { amount: due, number: await engine.nextNumber() });
  $('pay-qr-box').hidden = !link;
  $('pay-qr-box').replaceChildren(link ? qrSvg(link, t('UPI code for {amount}', { amount: rupees(due) })) : '');
  $('pay-qr-words').textContent = link ? `${engine.shop.upi_id} · ${rupees(due)}` : t('The shop has no UPI id yet; set it in Settings to show a code here.');
}
