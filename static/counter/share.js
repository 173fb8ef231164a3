// @ts-check
/** A bill to the customer's phone: as a picture where the device can share files, else as a message, else by a WhatsApp link. */

import { billMessage } from './receipt.js';
import { refusal, t } from './lang.js';

const LINK_MS = 900;

/** The picture of the bill made last: sharing must begin within the tap, so it is made before. @type {{id: string, file: File|null}} */
let ready = { id: '', file: null };

/** @param {any} engine @param {any} bill */
export async function prepare(engine, bill) {
  if (ready.id === bill.id || !navigator.canShare) return;
  const { pictureOf } = await import('./picture.js');
  ready = { id: bill.id, file: await pictureOf(engine, bill).catch(() => null) };
}

/** @param {any} till @param {any} bill */
export async function show(till, bill) {
  const { engine } = till;
  await prepare(engine, bill);
  const file = ready.id === bill.id ? ready.file : null;
  const isPicture = Boolean(file && navigator.canShare?.({ files: [file] }));
  const link = isPicture ? '' : await linkTo(engine, bill);
  const text = [billMessage(bill, engine.shop), link].filter(Boolean).join('\n');
  try {
    // Files alone: with words beside it, WhatsApp on iPhones drops the file.
    if (file && isPicture) await navigator.share({ files: [file] });
    else if (navigator.share) await navigator.share({ text });
    else openWhatsApp(text, bill.doc.party?.phone ?? '');
  } catch (error) {
    if (/** @type {any} */ (error).name === 'AbortError') return;
    if (/** @type {any} */ (error).name === 'NotAllowedError') openWhatsApp(text, bill.doc.party?.phone ?? '');
    else till.toast(refusal(error));
  }
}

/**
 * Where the bill's PDF can be opened for a while, once the server has the bill; nothing offline, and nothing from a server that customers cannot
 * reach. A tap allows what it opens for some seconds only, so the answer is not waited for longer than one.
 * @param {any} engine @param {any} bill
 */
async function linkTo(engine, bill) {
  const kept = await engine.bill(bill.id);
  if (kept?.state !== 'sent' || kept.type === 'receipt' || !engine.contact.online) return '';
  const headers = { 'Content-Type': 'application/json', 'X-Munim-Sync': '1' };
  const asked = { method: 'POST', headers, body: JSON.stringify({ bill: bill.id }), signal: AbortSignal.timeout(LINK_MS) };
  const response = await fetch('/sync/links', asked).catch(() => null);
  const answer = response?.ok ? await response.json().catch(() => null) : null;
  return answer?.url ?? '';
}

/** @param {string} text @param {string} phone */
function openWhatsApp(text, phone) {
  const digits = phone.replace(/[^0-9]/g, '').replace(/^0+/, '');
  const number = digits.length === 10 ? `91${digits}` : digits;
  window.open(`https://wa.me/${number}?text=${encodeURIComponent(text)}`, '_blank', 'noopener');
}

/** Hand a file to the person: shared on a phone, downloaded on a desk. @param {File} file */
export async function saveFile(file) {
  if (matchMedia('(pointer: coarse)').matches && navigator.canShare?.({ files: [file] })) {
    await navigator.share({ files: [file], title: t('Backup of this counter') });
    return;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
